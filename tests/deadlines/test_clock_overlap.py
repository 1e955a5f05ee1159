"""No text upon text, and none outside the picture, whatever the clock."""

import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.deadlines.clock_svg import Clock, PostTrack, clock_tall, clock_wide
from tests.support.clocks import DELIVERED, JST, RUNNING, STATES, STOPPED, SVG, at, closed_days, of_class, tree, value

every_state = pytest.mark.parametrize("clock", STATES.values(), ids=STATES.keys())


def text_rect(element: ElementTree.Element) -> tuple[float, float, float, float]:
    """An estimate of its own, as wide as a usual Japanese interface font."""
    size, text = value(element, "font-size"), element.text or ""
    ems = sum(1 if unicodedata.east_asian_width(one) in "WFA" else 0.4 if one in "/: " else 0.57 for one in text)
    width, x, y = ems * size, value(element, "x"), value(element, "y")
    left = x - {"middle": width / 2, "end": width}.get(element.get("text-anchor", "start"), 0)
    return left, y - size * 0.8, left + width, y + size * 0.12


def overlaps(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def faults(svg: str) -> list[str]:
    """What covers what, and what leaves the picture."""
    root = tree(svg)
    _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
    lines = [(element.text or "", text_rect(element)) for element in root.iter(f"{SVG}text")]
    found = [f"{a} / {b}" for (a, first), (b, second) in combinations(lines, 2) if overlaps(first, second)]
    found += [f"{a} leaves" for a, box in lines if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height]
    for pill in (one for one in of_class(svg, "clk-todaypill") if one.tag == f"{SVG}rect"):
        left, top = value(pill, "x"), value(pill, "y")
        room = (left, top, left + value(pill, "width"), top + value(pill, "height"))
        found += [f"{a} under the pill" for a, box in lines if overlaps(room, box) and not a.startswith("本日")]
    return found


@every_state
def test_no_label_covers_another(clock: Clock) -> None:
    assert faults(clock_wide(clock)) == []
    assert faults(clock_tall(clock)) == []


def test_the_check_itself_sees_an_overlap() -> None:
    crowded = clock_wide(RUNNING).replace("</svg>", '<text x="840" y="20" font-size="12">重なる</text></svg>')
    assert faults(crowded) != []


def test_a_label_beside_the_pill_drops_to_the_next_row() -> None:
    def label_y(clock: Clock) -> float:
        (line,) = [one for one in tree(clock_wide(clock)).iter(f"{SVG}text") if (one.text or "").startswith("郵送分：")]
        return value(line, "y")

    assert label_y(RUNNING) == 132
    assert label_y(STOPPED) == 146
    assert label_y(replace(RUNNING, now=at(11, 17))) == 164


def test_words_about_the_wait_step_below_the_pill() -> None:
    waiting = replace(RUNNING, now=at(11, 28, 12))
    (words,) = [one for one in tree(clock_wide(waiting)).iter(f"{SVG}text") if one.text == "措置を待つ期間"]
    pill = next(one for one in of_class(clock_wide(waiting), "clk-todaypill") if one.tag == f"{SVG}rect")
    assert text_rect(words)[1] > value(pill, "y") + value(pill, "height")


def test_many_letters_make_the_tall_picture_taller_and_keep_apart() -> None:
    many = replace(RUNNING, posts=tuple(replace(DELIVERED, label=f"郵送分{n}") for n in range(4)))
    svg = clock_tall(many)
    assert float(tree(svg).get("viewBox", "").split()[3]) > 368
    lines = sorted(text_rect(one)[1::2] for one in of_class(svg, "clk-label") if "郵送分" in (one.text or ""))
    assert all(below[0] - above[1] >= 12 for above, below in pairwise(lines))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    start = at(9, 1) + timedelta(minutes=draw(st.integers(0, 180 * 1440)))
    days = draw(st.one_of(st.integers(1, 40), st.integers(41, 400)))
    communicated = start.date() + timedelta(days=days)
    end = datetime.combine(communicated + timedelta(days=1), datetime.min.time(), JST)
    act = draw(st.one_of(st.none(), st.integers(0, 9).map(lambda wait: end + timedelta(days=wait))))
    now = start + timedelta(minutes=draw(st.integers(0, (days + 30) * 1440)))
    elapsed = int((now - start) / timedelta(minutes=1))
    met = draw(st.one_of(st.none(), st.integers(0, elapsed).map(lambda passed: start + timedelta(minutes=passed))))
    return replace(
        RUNNING,
        started_at=start,
        communicated_on=communicated,
        act_from=act,
        now=now,
        met_at=met,
        stopped=draw(st.sampled_from(["", "止まっています（返戻）"])),
        posts=tuple(draw(st.lists(posts(start.date()), max_size=3))),
        waiting_note=draw(st.sampled_from(["", "郵送分の14日と土日の繰下げ"])),
        closed=closed_days(start.date(), days + 20),
    )


def posts(start: date) -> st.SearchStrategy[PostTrack]:
    def build(posted: int, way: int, outcome: str | None) -> PostTrack:
        day = start + timedelta(days=posted)
        ends = {outcome: day + timedelta(days=way)} if outcome else {}
        return PostTrack(label="郵送分", posted_on=day, method="簡易書留", **ends)  # type: ignore[arg-type]

    outcomes = st.sampled_from(["arrived_on", "expected_on", "returned_on", None])
    return st.builds(build, st.integers(0, 3), st.integers(0, 10), outcomes)


@settings(max_examples=150, deadline=None)
@given(clocks())
def test_no_label_covers_another_in_any_clock(clock: Clock) -> None:
    assert faults(clock_wide(clock)) == []
    assert faults(clock_tall(clock)) == []
