"""The clock's pictures: marks at their exact times, four states, nothing unescaped."""

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from contracts.deadlines.clock_svg import Clock, PostTrack, clock_rows, clock_sentence, clock_tall, clock_wide
from tests.support.clocks import (
    MET,
    OPEN,
    POST_ONLY,
    RETURNED,
    RUNNING,
    SAFE,
    STATES,
    STOPPED,
    SVG,
    at,
    of_class,
    only,
    texts,
    tree,
    value,
)

COLUMN = 968 / 24  # 11 November to 4 December


every_state = pytest.mark.parametrize("clock", STATES.values(), ids=STATES.keys())


def day_x(month: int, day: int, hours: float = 0) -> float:
    """Where a moment of RUNNING's view stands, worked out anew."""
    return 16 + ((date(2026, month, day) - date(2026, 11, 11)).days + hours / 24) * COLUMN


def diamond_x(svg: str, name: str = "clk-mark") -> float:
    (d,) = [element.get("d", "") for element in of_class(svg, name) if element.tag == f"{SVG}path"]
    return float(re.match(r"M([\d.]+) ", d)[1])  # type: ignore[index]


def square_middle(svg: str) -> tuple[float, float]:
    (box,) = [element for element in of_class(svg, "clk-mark") if element.tag == f"{SVG}rect"]
    return value(box, "x") + value(box, "width") / 2, value(box, "y") + value(box, "height") / 2


# Where things stand


def test_marks_stand_at_their_exact_times() -> None:
    svg = clock_wide(RUNNING)
    assert value(only(svg, "clk-start"), "cx") == pytest.approx(day_x(11, 12, 10.7), abs=0.01)
    assert diamond_x(svg) == pytest.approx(day_x(11, 27), abs=0.01), "the named day ends where the next begins"
    assert square_middle(svg)[0] == pytest.approx(day_x(12, 1), abs=0.01)
    assert value(only(svg, "clk-today"), "x1") == pytest.approx(day_x(11, 24, 10 + 32 / 60), abs=0.01)


def test_a_moment_told_in_utc_stands_at_its_jst_time() -> None:
    utc = replace(RUNNING, started_at=RUNNING.started_at.astimezone(ZoneInfo("UTC")))
    assert clock_wide(utc) == clock_wide(replace(RUNNING)).replace(hatch_id(RUNNING), hatch_id(utc))


def hatch_id(clock: Clock) -> str:
    (pattern,) = tree(clock_wide(clock)).iter(f"{SVG}pattern")
    return pattern.get("id", "")


def test_the_track_changes_at_today_and_at_the_two_dates() -> None:
    svg = clock_wide(RUNNING)
    past, rest, hatched = only(svg, "clk-past"), only(svg, "clk-rest"), only(svg, "clk-hatchbox")
    now = day_x(11, 24, 10 + 32 / 60)
    assert value(past, "x") == pytest.approx(day_x(11, 12, 10.7), abs=0.01)
    assert value(past, "x") + value(past, "width") == pytest.approx(now, abs=0.02)
    assert value(rest, "x") - 0.6 == pytest.approx(now, abs=0.02)
    assert value(hatched, "x") == pytest.approx(day_x(11, 27), abs=0.01)
    assert value(hatched, "x") + value(hatched, "width") == pytest.approx(day_x(12, 1), abs=0.02)
    assert (value(past, "y"), value(past, "height")) == (68, 18)


def test_closed_days_are_shaded_a_column_each() -> None:
    shades = [value(element, "x") for element in of_class(clock_wide(RUNNING), "clk-closed")]
    days = [(11, 14), (11, 15), (11, 21), (11, 22), (11, 23), (11, 28), (11, 29)]
    assert shades == pytest.approx([day_x(*day) for day in days], abs=0.01)


def test_a_bare_day_of_a_letter_is_drawn_at_noon_but_never_before_the_start() -> None:
    post = PostTrack(label="郵送分", posted_on=date(2026, 11, 13), arrived_on=date(2026, 11, 14))
    posted = of_class(clock_wide(replace(RUNNING, posts=(post,))), "clk-bracket")
    assert day_x(11, 13, 12) == pytest.approx(next(value(one, "x1") for one in posted if one.get("x1")), abs=0.01)
    same_day = replace(post, posted_on=date(2026, 11, 12))
    late = replace(RUNNING, started_at=at(11, 12, 18), posts=(same_day,))
    posted = of_class(clock_wide(late), "clk-bracket")
    assert day_x(11, 12, 18) == pytest.approx(next(value(one, "x1") for one in posted if one.get("x1")), abs=0.01)


# The states


def test_running_says_what_is_left() -> None:
    wide = set(texts(clock_wide(RUNNING)))
    assert {"残り 2日", "是正期間 14日（初日 11/12 は算入しない）", "措置できる", "本日 11/24"} <= wide
    assert {"是正期間 12日目", "あと2日", "本日 11月24日（火）"} <= set(texts(clock_tall(RUNNING)))


def test_open_has_nothing_left_and_today_in_the_open_part() -> None:
    svg = clock_wide(OPEN)
    assert of_class(svg, "clk-rest") == []
    assert value(only(svg, "clk-today"), "x1") > square_middle(svg)[0]
    assert "措置できる" in texts(svg)


def test_stopped_names_no_moment_to_act() -> None:
    for svg in (clock_wide(STOPPED), clock_tall(STOPPED)):
        assert "別の方法の発送を待つ" in texts(svg)
        assert of_class(svg, "clk-act") == []
        assert not any("から" in text for text in texts(svg))
    assert "止まっています（返戻）" in texts(clock_wide(STOPPED))
    assert value(only(clock_wide(STOPPED), "clk-stop"), "x") - 0.6 == pytest.approx(day_x(11, 27), abs=0.01)


def test_a_stopped_clock_shows_no_earlier_moment_even_if_one_is_left_in_it() -> None:
    left_over = replace(STOPPED, act_from=at(12, 1))
    assert ("措置可能", "別の方法の発送を待つ") in clock_rows(left_over)
    for svg in (clock_wide(left_over), clock_tall(left_over)):
        assert not any("12月1日" in text for text in texts(svg))


def test_a_return_beside_a_running_email_only_warns() -> None:
    warned = clock_wide(replace(RUNNING, posts=(RETURNED,)))
    assert [one.text for one in of_class(warned, "clk-amber")] == ["郵送分：11/13 差出し → 11/17（火）返戻"]
    assert "12月1日（火）0:00 から" in texts(warned)


def test_met_is_green_up_to_the_fact_and_ghosted_after() -> None:
    svg = clock_wide(MET)
    (track, tick) = sorted(of_class(svg, "clk-done"), key=lambda one: one.tag, reverse=True)
    met = day_x(11, 20, 15 + 8 / 60)
    assert value(track, "x") + value(track, "width") == pytest.approx(met, abs=0.02)
    assert value(tick, "cx") == pytest.approx(met, abs=0.01)
    ghost = only(svg, "clk-ghost")
    assert value(ghost, "x") + value(ghost, "width") + 0.5 == pytest.approx(day_x(12, 1), abs=0.02)
    assert diamond_x(svg, "clk-muted") == pytest.approx(day_x(11, 27), abs=0.01)
    assert not any("措置" in text for text in texts(svg) + texts(clock_tall(MET)))


def test_under_the_safe_reading_the_marks_meet_without_covering_each_other() -> None:
    svg = clock_wide(SAFE)
    x, y = square_middle(svg)
    assert x == pytest.approx(diamond_x(svg), abs=0.01)
    assert y - 4.25 > 47 + 5.5, "the square begins below the diamond"
    assert of_class(svg, "clk-hatchbox") == []
    assert "郵送分の14日と土日の繰下げ" not in texts(svg)
    assert {"11月30日（月）まで", "12月1日（火）0:00 から"} <= set(texts(svg))


def test_a_letter_alone_waits_for_its_delivery() -> None:
    svg = clock_wide(POST_ONLY)
    assert {"配達の記録を待つ", "郵送分：11/13 差出し → 11/16（月）配達見込み"} <= set(texts(svg))
    assert any(one.get("stroke-dasharray") == "3 3" for one in of_class(svg, "clk-bracket"))
    hatched = only(svg, "clk-hatchbox")
    assert value(hatched, "x") + value(hatched, "width") == pytest.approx(984, abs=0.02)


def test_the_day_count_begins_on_the_start_day_only_at_midnight() -> None:
    """Civil Code 140."""
    midnight = replace(RUNNING, started_at=at(11, 12))
    assert "是正期間 13日目" in texts(clock_tall(midnight))
    first_day = replace(RUNNING, now=at(11, 12, 12), posts=())
    assert "初日（算入しない）" in texts(clock_tall(first_day))


# Views of other lengths


def numbers(svg: str) -> list[str]:
    return [text for text in texts(svg) if re.fullmatch(r"[\d/]+", text)]


def test_up_to_31_days_each_has_a_number_and_beyond_there_are_weeks() -> None:
    base = replace(RUNNING, posts=(), communicated_on=date(2026, 12, 7), act_from=at(12, 8))
    assert len(numbers(clock_wide(base))) == 31
    longer = replace(base, communicated_on=date(2026, 12, 8), act_from=at(12, 9))
    assert numbers(clock_wide(longer)) == ["11/12", "11/19", "11/26", "12/3", "12/10"]


def test_new_year_is_named_once() -> None:
    clock = replace(
        RUNNING,
        started_at=at(12, 20, 9),
        now=at(12, 28),
        communicated_on=date(2027, 1, 4),
        act_from=at(1, 5, year=2027),
    )
    shown = texts(clock_wide(replace(clock, posts=())))
    assert [text for text in shown if text.startswith("2027/")] == ["2027/1/1"]
    assert {"2027年1月4日（月）まで", "2027年1月5日（火）0:00 から", "12月20日（日）9:00"} <= set(shown)


@pytest.mark.parametrize(("now", "pill"), [(at(3, 1, year=2028), "本日 2028/3/1 →"), (at(12, 20), "本日 12/20 →")])
def test_today_outside_the_view_is_pointed_to(now: datetime, pill: str) -> None:
    svg = clock_wide(replace(RUNNING, now=now))
    assert pill in texts(svg)
    assert of_class(svg, "clk-today") == []


# Safety and words


@every_state
def test_everything_written_by_people_is_escaped(clock: Clock) -> None:
    evil = "<script>\"'&"
    post = PostTrack(label=evil, posted_on=date(2026, 11, 13), arrived_on=date(2026, 11, 14), method=evil)
    names = (
        "start_label",
        "period_label",
        "communicated_label",
        "act_label",
        "open_label",
        "met_label",
        "waiting_note",
    )
    nasty = replace(clock, posts=(post,), stopped=clock.stopped and evil, **dict.fromkeys(names, evil))
    for svg in (clock_wide(nasty), clock_tall(nasty)):
        assert "<script" not in svg
        assert any(evil in text for text in texts(svg)), "it is shown as it was written"
        assert evil in tree(svg).get("aria-label", "")


@every_state
def test_the_policy_holds_and_every_color_has_a_class(clock: Clock) -> None:
    for svg in (clock_wide(clock), clock_tall(clock)):
        assert " style=" not in svg
        assert "<style" not in svg
        for element in tree(svg).iter():
            if element.get("fill", "none") != "none" or element.get("stroke", "none") != "none":
                assert element.get("class", "").startswith("clk-")


@every_state
def test_the_height_of_the_design_holds_in_its_states(clock: Clock) -> None:
    assert tree(clock_wide(clock)).get("viewBox") == "0 0 1000 172"
    assert tree(clock_tall(clock)).get("viewBox") == "0 0 352 368"


def test_no_two_pictures_of_a_page_share_an_id() -> None:
    clocks = [*STATES.values(), replace(RUNNING, key="V-2026-000032")]
    ids = [re.search(r'id="([^"]+)"', draw(clock))[1] for clock in clocks for draw in (clock_wide, clock_tall)]  # type: ignore[index]
    assert len(set(ids)) == 2 * len(clocks)
    for clock in clocks:
        for svg in (clock_wide(clock), clock_tall(clock)):
            own = re.search(r'id="([^"]+)"', svg)[1]  # type: ignore[index]
            assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= {own}


@every_state
def test_the_sentence_and_the_table_say_what_the_picture_says(clock: Clock) -> None:
    rows = dict(clock_rows(clock))
    sentence = clock_sentence(clock)
    assert all(f"{name}：{text}。" in sentence for name, text in rows.items())
    shown = set(texts(clock_wide(clock)))
    assert rows[clock.communicated_label] in shown
    assert rows[clock.start_label] in shown
    assert tree(clock_wide(clock)).get("aria-label") == sentence


def test_the_rows_of_the_running_clock() -> None:
    assert clock_rows(RUNNING) == [
        ("是正通知 発送（メール）", "11月12日（木）10:42"),
        ("期間", "是正期間 14日（初日 11/12 は算入しない）"),
        ("郵送分 差出し（簡易書留）", "11月13日（金）"),
        ("郵送分 配達", "11月14日（土）"),
        ("是正期限（通知に記載）", "11月26日（木）まで"),
        ("措置可能", "12月1日（火）0:00 から"),
        ("措置を待つ期間", "郵送分の14日と土日の繰下げ"),
        ("本日", "11月24日（火） 是正期間 12日目"),
        ("残り", "2日"),
    ]


@pytest.mark.parametrize("field", ["started_at", "now", "act_from", "met_at"])
def test_a_naive_moment_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="aware"):
        replace(RUNNING, **{field: at(11, 20, 9).replace(tzinfo=None)})
