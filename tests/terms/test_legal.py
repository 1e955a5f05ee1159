"""法務 sets readings, lengths and closed days: what begins later goes by them, what runs keeps its own, all of it is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.refusal import FormRefused, NotPermitted, Refused
from contracts.terms.models import Closure, TermsVersion
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


def test_a_length_counts_for_what_begins_later(world: World) -> None:
    running = world.curing_case(SENT)
    press(world, "terms.set_parameters")
    assert version().parameters.cure_days == 21
    later = world.curing_case(LATER)
    assert (world.cure(running).length["days"], world.cure(running).communicated_on) == (14, date(2026, 11, 16))
    assert (world.cure(later).length["days"], world.cure(later).communicated_on) == (21, date(2026, 11, 24))


def test_what_runs_keeps_the_reading_it_began_under_when_it_is_reckoned_anew(world: World) -> None:
    case = world.curing_case(SENT, ["email", "post"], postage="recorded")
    press(
        world,
        "terms.set_readings",
        rollover="none",
        named_day="literal",
        formation="dispatch",
        term_first_day="counted",
    )
    read = version().readings
    assert (read.rollover, read.named_day, read.formation, read.term_first_day) == (
        "none",
        "literal",
        "dispatch",
        "counted",
    )
    arrived = at("2026-11-07T12:00")
    given = {"channel": "post", "delivered_at": arrived}
    world.do("notices.record_delivery", world.correction(case), by="hana", at=arrived, **given)
    assert world.cure(case).readings["rollover"] == "business"
    assert world.ripe(case) == at("2026-11-25T00:00")  # 21 November is a Saturday; 23 a holiday: rolled to the 24th


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


@pytest.mark.parametrize(
    "field", ["cure_days", "annual_months", "monthly_months", "erasure_days", "backup_erasure_days"]
)
@pytest.mark.parametrize("value", ["0", "-1", "9999", "十四"])
def test_a_length_that_is_nonsense(world: World, field: str, value: str) -> None:
    with pytest.raises(FormRefused) as no:
        press(world, "terms.set_parameters", **{field: value})
    assert "入力を確かめてください" in no.value.message
    assert field not in no.value.message
    assert version().parameters.cure_days == 14


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
        "末日が休日：休業日なら翌営業日へ → 繰り下げない",
        "是正期間（日）：14 → 21",
        "2026年11月24日",
        "創立記念日",
        "11月3日",
    ):
        assert words in shown, words


def test_the_buttons_are_legal_s(world: World) -> None:
    for label in ("読み方を変える", "期間などの値を変える", "会社の休業日を登録する"):
        assert label in contents(world, "aki")
        assert label not in contents(world, "hana")


def test_the_form_begins_with_what_is_in_force(world: World) -> None:
    client = Client()
    client.force_login(world.staff["aki"])
    shown = client.get(f"/admin/verb/terms.set_parameters/{version().pk}/").content.decode()
    assert 'value="14"' in shown
    assert "進行中のものは、開始時の読み方と値のままです" in shown
