"""A cure period extended by agreement: only later, by two people; the letter's day stays, and what was late may be in time."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from config.desk import clock
from config.desk.clock import JST
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from tests.support.oracle import Dispatch, cure_clock
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SENT = at("2026-11-02T10:00")  # the letter names 16 November
HALFWAY = at("2026-11-10T10:00")
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
AGREED = {"until": "2026-11-28", "reason": "作業の遅れの申出に応じる"}  # a Saturday: an agreed day is not rolled
AFTER_AGREED = at("2026-11-29T00:00")


@pytest.fixture
def case(world: World) -> Any:
    return world.curing_case(SENT)


def propose(world: World, case: Any, moment: datetime = HALFWAY, **more: Any) -> Any:
    return world.do("violations.propose_extension", case, by="hana", at=moment, **(AGREED | more))


def extended(world: World, case: Any, moment: datetime = HALFWAY, **more: Any) -> Any:
    return world.do("decisions.approve", propose(world, case, moment, **more), by="ken", at=moment)


def refused(world: World, case: Any, words: str, moment: datetime = HALFWAY, **more: Any) -> None:
    with pytest.raises(Refused, match=words) as no:
        propose(world, case, moment, **more)
    assert no.value.clause == "23(1)"


def test_the_moment_moves_and_the_letter_s_day_stays(world: World, case: Any) -> None:
    before = world.cure(case)
    assert cure_clock([Dispatch(channel="email", dispatched_at=SENT)], planned=date(2026, 11, 2)) == (
        before.communicated_on,
        before.act_from,
    )
    decision = propose(world, case)
    assert (world.ripe(case), world.cure(case).extended_to) == (before.act_from, None)
    assert world.do("decisions.approve", decision, by="ken", at=HALFWAY).state == "carried_out"
    cure = world.cure(case)
    assert (cure.communicated_on, cure.extended_to, cure.extension) == (
        before.communicated_on,
        date(2026, 11, 28),
        decision,
    )
    assert (cure.act_from, cure.counts_to) == (AFTER_AGREED, date(2026, 11, 28))
    assert cure.reasoning[-1]["rule"] == "期間を延ばした（合意）"
    assert decision.number in cure.reasoning[-1]["given"]
    assert cure.reasoning[:-1] == before.reasoning


def test_the_old_dates_stay_in_the_history_with_who_and_why(world: World, case: Any) -> None:
    old = world.ripe(case)
    extended(world, case)
    kept = list(world.cure(case).history.order_by("history_id"))
    assert [k.act_from for k in kept][-2:] == [old, AFTER_AGREED]
    assert (kept[-1].history_verb, kept[-1].history_user) == ("decisions.approve", world.staff["ken"])


def test_the_power_waits_for_the_end_of_the_agreed_day(world: World, case: Any) -> None:
    extended(world, case)
    given = {"reason": "是正がない", "channels": ["email"]}
    assert world.sweep(AFTER_AGREED - SECOND).lapsed == []
    with pytest.raises(Refused, match="11月29日") as no:
        world.press("violations.propose_termination", case, by="hana", at=AFTER_AGREED - SECOND, **given)
    assert no.value.clause == "23(1)"
    looked = {"checked_at": AFTER_AGREED, "how": "接続記録を確認"}
    world.press("violations.confirm_uncured", case, by="hana", at=AFTER_AGREED, **looked)
    assert world.press("violations.propose_termination", case, by="hana", at=AFTER_AGREED, **given).state == "proposed"


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("2026-11-16", "早めることも、同じにすることもできません"),
        ("2026-11-11", "早めることも、同じにすることもできません"),
        ("2026-11-09", "すでに過ぎています"),
        ("2036-11-28", "先すぎます"),
        ("9999-12-31", "先すぎます"),
    ],
)
def test_never_earlier_nor_the_same_nor_past_nor_in_another_age(
    world: World, case: Any, until: str, words: str
) -> None:
    refused(world, case, words, until=until)


def test_a_second_extension_only_lengthens_the_first(world: World, case: Any) -> None:
    extended(world, case)
    refused(world, case, "早めることも", until="2026-11-27")
    refused(world, case, "早めることも", until="2026-11-28")
    extended(world, case, until="2026-11-29")
    assert world.ripe(case) == AFTER_AGREED + DAY


def test_refused_without_a_period_that_runs(world: World, case: Any) -> None:
    refused(world, world.case(SENT), "延ばせる是正期間がありません")
    refused(world, case, "どの是正通知", notice="N-2026-999999")
    cured = {"items": [1], "cured_at": HALFWAY, "evidence": "接続記録"}
    world.do("violations.confirm_cure", case, by="hana", at=HALFWAY, **cured)
    refused(world, case, "延ばせる是正期間がありません", HALFWAY + HOUR)


def test_refused_while_a_termination_waits_to_leave(world: World) -> None:
    end = world.termination(SENT)
    case, moment = end.subject, world.ripe(end.subject)
    world.set_house(moment, email_wait_minutes=5)
    world.do("decisions.approve", end, by="mio", at=moment)
    case.refresh_from_db()
    assert case.state == "terminating"
    refused(world, case, "終了の通知が発送を待っています", moment)


def test_one_proposal_at_a_time_and_edits_are_judged_again(world: World, case: Any) -> None:
    decision = propose(world, case)
    refused(world, case, "すでに起案されています")
    with pytest.raises(Refused, match="早めることも") as no:
        world.do("decisions.edit", decision, by="ken", at=HALFWAY, until="2026-11-12")
    assert no.value.clause == "23(1)"
    world.do("decisions.edit", decision, by="ken", at=HALFWAY, until="2026-11-30")
    with pytest.raises(Refused, match="承認できません"):
        world.do("decisions.approve", decision, by="ken", at=HALFWAY)
    world.do("decisions.approve", decision, by="mio", at=HALFWAY)
    assert world.ripe(case) == at("2026-12-01T00:00")


def test_an_approval_after_the_agreed_day_is_refused(world: World, case: Any) -> None:
    decision = propose(world, case)
    with pytest.raises(Refused, match="すでに過ぎています") as no:
        world.do("decisions.approve", decision, by="ken", at=at("2026-11-29T09:00"))
    assert no.value.clause == "23(1)"
    assert world.cure(case).extended_to is None


def test_a_clock_that_had_run_out_runs_again_and_its_task_goes(world: World, case: Any) -> None:
    ripe = world.ripe(case)
    world.sweep(ripe)
    assert Deadline.objects.about(case, "violations.decide").running().exists()
    extended(world, case, ripe + HOUR)
    cure = world.cure(case)
    assert (cure.state, cure.lapsed_at) == ("running", None)
    assert not Deadline.objects.about(case, "violations.decide").running().exists()
    assert world.sweep(AFTER_AGREED).lapsed == [case.number]
    assert Deadline.objects.about(case, "violations.decide").running().exists()


def test_what_was_cured_late_is_in_time_under_the_agreed_day(world: World, case: Any) -> None:
    late = world.ripe(case) + DAY
    world.sweep(world.ripe(case))
    world.do("violations.confirm_cure", case, by="hana", at=late, items=[1], cured_at=late, evidence="接続記録")
    case.refresh_from_db()
    assert case.state == "curing"
    extended(world, case, late + HOUR)
    case.refresh_from_db()
    assert (case.state, world.cure(case).state, world.cure(case).met_on) == ("cured", "met", late)


def test_an_agreed_day_never_shortens_what_a_late_delivery_gives(world: World) -> None:
    case = world.curing_case(SENT, ["email", "post"], postage="recorded")
    extended(world, case)
    assert (world.cure(case).act_from, world.cure(case).extended_to) == (None, date(2026, 11, 28))
    arrived = at("2026-11-25T12:00")
    given = {"channel": "post", "delivered_at": arrived}
    world.do("notices.record_delivery", world.correction(case), by="hana", at=arrived, **given)
    assert world.ripe(case) == datetime(2026, 12, 10, tzinfo=JST)


def test_the_engine_itself_never_shortens(world: World, case: Any) -> None:
    decision = propose(world, case)
    with pytest.raises(ValueError, match="lengthens"), step("test.shorten", at=HALFWAY):
        deadlines.extend(world.cure(case), to=date(2026, 11, 16), decision=decision)


def test_the_database_wants_the_decision(world: World, case: Any) -> None:
    cure = world.cure(case)
    cure.extended_to = date(2026, 11, 28)
    with pytest.raises(IntegrityError), step("test.forge", at=HALFWAY):
        cure.save()


def test_the_pages(world: World, case: Any) -> None:
    client = Client()
    client.force_login(world.staff["ken"])

    def page(url: str) -> str:
        with clock.standing_at(HALFWAY):
            response = client.get(url)
        assert response.status_code == 200
        return response.content.decode()

    here = f"/admin/violations/violation/{case.pk}/change/"
    assert "期間の延長を起案する" in page(here)
    verb = page(f"/admin/verb/violations.propose_extension/{case.pk}/?until=2026-11-28")
    assert "延長後の期限" in verb
    assert "残り 6日" in page(here)  # to the 16th; the agreed 28th counts once it is agreed
    decision = propose(world, case)
    shown = page(f"/admin/decisions/decision/{decision.pk}/change/")
    assert "これまでの期限より後の日である" in shown
    assert "2026年11月28日" in shown
    assert "11月29日 0:00" in shown
    world.do("decisions.approve", decision, by="ken", at=HALFWAY)
    after = page(here)
    assert "期間の延長" in after
    assert f"合意による（{decision.number}）" in after
    assert "11月28日" in after
    assert "期間を延ばした（合意）" in after
    assert "残り 18日" in after
