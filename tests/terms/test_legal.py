"""法務 sets readings, lengths and closed days: what begins later goes by them, what runs keeps its own, all of it is told."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.refusal import FormRefused, NotPermitted, Refused
from contracts.terms.legal import values_on
from contracts.terms.models import Closure, DatedValue, TermsVersion
from contracts.terms.readings import snapshot
from contracts.terms.values import VALUES, find, lengths, readings
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SENT, LATER = at("2026-11-02T10:00"), at("2026-11-03T10:00")
WHY = "顧問弁護士の意見による"
VERBS: dict[str, dict[str, Any]] = {
    "terms.set_readings": {"rollover": "none", "reason": WHY},
    "terms.set_parameters": {"cure_days": "21", "reason": WHY},
    "terms.add_closure": {"day": "2026-11-24", "why": "創立記念日"},
}


def version() -> TermsVersion:
    return TermsVersion.objects.get()


def press(world: World, key: str, by: str = "aki", **more: Any) -> Any:
    row = None if key == "terms.add_closure" else version()
    return world.press(key, row, by=by, at=LATER, **(VERBS[key] | more))


@pytest.mark.parametrize("key", VERBS)
@pytest.mark.parametrize("who", ["rin", "hana", "ken", "mio", "gen"])
def test_nobody_but_legal(world: World, key: str, who: str) -> None:
    with pytest.raises(NotPermitted, match="法務"):
        press(world, key, by=who)


def in_force() -> dict[str, Any]:
    return values_on(version(), LATER.date())


@pytest.mark.parametrize("key", ["terms.set_parameters", "terms.set_readings"])
def test_a_change_counts_from_its_day_on_and_the_clock_of_the_day_before_keeps_the_old(world: World, key: str) -> None:
    """Registered on the 3rd, in force from the 5th: the clocks of the 4th and of the 5th, though nothing happens between."""
    press(world, key, in_force_from="2026-11-05")
    before, on_the_day = (
        world.curing_case(at(f"2026-11-0{n}T10:00"), ["email", "post"], postage="recorded") for n in "45"
    )
    arrived = at("2026-11-14T12:00")
    for case in (before, on_the_day):  # reckoned anew, long after the change
        given = {"channel": "post", "delivered_at": arrived}
        world.do("notices.record_delivery", world.correction(case), by="hana", at=arrived, **given)
    old, new = world.cure(before), world.cure(on_the_day)
    assert (old.length["days"], old.readings["rollover"], old.act_from) == (14, "business", at("2026-12-01T00:00"))
    wanted = {  # the 28th of November and the 5th of December are Saturdays
        "terms.set_parameters": (21, "business", at("2026-12-08T00:00")),
        "terms.set_readings": (14, "none", at("2026-11-29T00:00")),
    }
    assert (new.length["days"], new.readings["rollover"], new.act_from) == wanted[key]


def test_nothing_is_overwritten_and_each_day_has_its_own_value(world: World) -> None:
    press(world, "terms.set_parameters", in_force_from="2026-11-20", cure_days="30")
    press(world, "terms.set_parameters", in_force_from="2026-11-10", cure_days="21")
    press(world, "terms.set_parameters", in_force_from="2026-11-10", cure_days="20")
    days = ("2026-11-03", "2026-11-09", "2026-11-10", "2026-11-19", "2026-11-20")
    assert [snapshot(date.fromisoformat(day))["cure_days"] for day in days] == [14, 14, 20, 20, 30]
    assert [row.value for row in DatedValue.objects.order_by("pk")] == ["30", "21", "20"]
    assert DatedValue.objects.earliest("pk").set_by == world.staff["aki"]


def test_no_change_reaches_back(world: World) -> None:
    for key in ("terms.set_parameters", "terms.set_readings"):
        with pytest.raises(Refused, match="さかのぼれません"):
            press(world, key, in_force_from="2026-11-02")
        with pytest.raises(Refused, match="先すぎます"):
            press(world, key, in_force_from="2062-11-02")
    assert not DatedValue.objects.exists()


def test_every_setting_can_be_set_and_comes_back_in_its_type(world: World) -> None:
    """One of each: what a form takes in is what a snapshot gives out."""
    typed = {v.key: "7" for v in lengths() if v.kind != "rate"} | {"late_interest_rate": "3"}
    press(world, "terms.set_parameters", **typed)
    chosen = {v.key: next(c for c, _ in v.choices if c != v.default) for v in readings() if not v.individual_only}
    press(world, "terms.set_readings", **chosen)
    wanted = {v.key: 7 for v in lengths()} | {"late_interest_rate": "0.03"} | chosen
    got = in_force()
    assert {key: got[key] for key in wanted} == wanted
    assert got["renewed_cancellation"] == "allowed"
    assert find("late_interest_rate").words("0.146") == "14.6%"


def test_what_is_marked_as_used_is_used(db: None) -> None:
    """A setting that does nothing says so on the form; one that works does not."""
    rooms = Path(find.__code__.co_filename).parents[1]
    code = "".join(
        path.read_text()
        for path in rooms.rglob("*.py")
        if path.parent.name != "terms" and "migrations" not in path.parts
    )
    reckoned = {"rollover", "named_day"}  # read by the deadlines engine
    assert {v.key for v in VALUES if v.used} == {v.key for v in VALUES if f'"{v.key}"' in code} | reckoned


def test_a_closed_day_counts_for_what_begins_later_only(world: World) -> None:
    running = world.curing_case(SENT, ["email", "post"], postage="recorded")
    press(world, "terms.add_closure")
    arrived = at("2026-11-07T12:00")
    for case in (running, world.curing_case(LATER, ["email", "post"], postage="recorded")):
        given = {"channel": "post", "delivered_at": arrived}
        world.do("notices.record_delivery", world.correction(case), by="hana", at=arrived, **given)
    assert world.ripe(running) == at("2026-11-25T00:00")
    assert world.ripe(case) == at("2026-11-26T00:00")
    assert (world.cure(running).readings["closures"], world.cure(case).readings["closures"]) == ([], ["2026-11-24"])


NONSENSE = [
    (v.key, value) for v in lengths() for value in ("0", "-1", "99999", "十四") if (v.kind, value) != ("rate", "0")
]


def test_a_length_that_is_nonsense(world: World) -> None:
    for field, value in NONSENSE:
        with pytest.raises(FormRefused) as no:
            press(world, "terms.set_parameters", **{field: value})
        assert "入力を確かめてください" in no.value.message
        assert field not in no.value.message
    assert not DatedValue.objects.exists()


def test_a_change_that_changes_nothing_and_a_reading_that_does_not_exist(world: World) -> None:
    for key, given in (("terms.set_readings", {"rollover": "business"}), ("terms.set_parameters", {"cure_days": "14"})):
        with pytest.raises(Refused, match="変わったところがありません"):
            press(world, key, **given)
    with pytest.raises(FormRefused):
        press(world, "terms.set_readings", rollover="sometimes")


def test_a_reason_is_owed(world: World) -> None:
    with pytest.raises(FormRefused, match="変える理由"):
        press(world, "terms.set_parameters", reason="")


def test_a_closed_day_once_ahead_and_in_sight(world: World) -> None:
    press(world, "terms.add_closure")
    for day, words in (
        ("2026-11-24", "すでに休業日です（創立記念日）"),
        ("2026-11-02", "過ぎた日"),
        ("2062-11-24", "先すぎます"),
    ):
        with pytest.raises(Refused, match=words):
            press(world, "terms.add_closure", day=day)
    assert [c.day for c in Closure.objects.all()] == [date(2026, 11, 24)]


def contents(world: World, who: str) -> str:
    client = Client()
    client.force_login(world.staff[who])
    with clock.standing_at(LATER + timedelta(hours=1)):
        return client.get("/terms/").content.decode()


def test_the_page_tells_who_when_why_and_what(world: World) -> None:
    for key in VERBS:
        press(world, key)
    shown = contents(world, "hana")
    for words in (
        "aki（法務）",
        WHY,
        "末日が休日：繰り下げない（2026年11月3日（火）から）",
        "是正期間：21日（2026年11月3日（火）から）",
        "適用中",
        "以前の値",
        "既定",
        "2026年11月24日",
        "創立記念日",
        "11月3日",
    ):
        assert words in shown, words


def test_the_buttons_are_legal_s(world: World) -> None:
    for label in ("読み方を変える", "期間などの値を変える", "会社の休業日を登録する"):
        assert label in contents(world, "aki")
        assert label not in contents(world, "hana")


def test_the_page_of_the_verb_shows_the_value_before_and_after(world: World) -> None:
    client = Client()
    client.force_login(world.staff["aki"])
    with clock.standing_at(LATER):
        shown = client.get(
            f"/admin/verb/terms.set_parameters/{version().pk}/?cure_days=21&in_force_from=2026-12-01"
        ).content.decode()
    for words in (
        "既定は14日",
        "それまでは14日 → <strong>21日</strong>",
        "2026年12月1日",
        "進行中のものは、開始時の読み方と値のままです",
    ):
        assert words in shown, words


def test_a_clock_s_page_shows_what_it_began_under(world: World) -> None:
    case = world.curing_case(SENT)
    press(world, "terms.set_parameters")
    client = Client()
    client.force_login(world.staff["hana"])
    shown = client.get(f"/admin/violations/violation/{case.pk}/change/").content.decode()
    assert "開始時に固定" in shown
    assert "14日（規約の版 2025-04-01）" in shown
