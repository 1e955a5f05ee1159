"""Rescission (6(3)): only what lay in the application and came to light after the contract had formed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import FormRefused, Refused
from contracts.applications.models import Application
from contracts.deadlines.models import Deadline
from contracts.licenses.workflow import usable_at
from notices.models import Notice
from tests.support.world import World, at

pytestmark = pytest.mark.both
FORMED = at("2026-11-02T10:00")
NOW = at("2026-11-20T10:00")
GROUND = {
    "ground": "4", "fact": "申込の住所に住んでいないこと", "fact_on": "2026-11-01", "came_to_light_on": "2026-11-19",
    "reason": "照会で分かった",
}  # fmt: skip


def applied(subscription: Any) -> Application:
    return Application.objects.get(subscription=subscription)


def propose(world: World, application: Application, when: Any = NOW, *, by: str = "hana", **other: Any) -> Any:
    given = GROUND | {"channels": ["email"]} | other
    return world.do("applications.propose_rescission", application, by=by, at=when, **given)


def refused(call: Any, *args: Any, **given: Any) -> Refused:
    with pytest.raises(Refused) as told:
        call(*args, **given)
    return told.value


def letter(application: Application) -> Notice:
    return Notice.objects.about(application, "applications.rescission").latest("pk")


def test_two_people_and_a_dispatch_end_the_contract(world: World) -> None:
    application = applied(world.subscription(FORMED))
    decision = propose(world, application)
    application.refresh_from_db()
    assert application.state == "accepted"
    assert (
        refused(
            lambda: world.do(
                "decisions.approve", propose(world, applied(world.subscription(FORMED)), by="ken"), by="ken", at=NOW
            )
        ).clause
        == "6(3)"
    )
    world.do("decisions.approve", decision, by="mio", at=NOW)
    application.refresh_from_db()
    contract = application.subscription
    assert contract is not None
    assert (application.state, contract.state, contract.ended_on) == ("rescinded", "ended", date(2026, 11, 20))
    assert (contract.closing.cause, contract.closing.clause, contract.closing.source) == (
        "rescission",
        "6(3)",
        application.number,
    )
    assert usable_at(contract, NOW - timedelta(seconds=1))
    assert not usable_at(contract, NOW)
    assert "事実のあった日　2026年11月1日（日）" in letter(application).content.text


def test_nothing_ends_before_the_letter_has_left(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = applied(world.subscription_sent_at_once(FORMED))
    decision = propose(world, application)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    application.refresh_from_db()
    assert application.state == "accepted"
    world.do("decisions.withdraw", decision, by="hana", at=NOW, reason="見直す")
    world.pump(NOW + timedelta(hours=1))
    application.refresh_from_db()
    assert (application.state, letter(application).state) == ("accepted", "cancelled")
    assert propose(world, application, NOW + timedelta(hours=2)).state == "proposed"


def test_after_the_dispatch_it_cannot_be_taken_back(world: World) -> None:
    application = applied(world.subscription(FORMED))
    decision = propose(world, application)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    assert refused(lambda: world.do("decisions.withdraw", decision, by="hana", at=NOW, reason="見直す")).message
    application.refresh_from_db()
    assert application.state == "rescinded"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"fact_on": "2026-11-03"}, "より後の事実です"),
        ({"came_to_light_on": "2026-11-01"}, "より前に判明していた"),
        ({"ground": "6(4)"}, "書類の提示がないことは、取消しの事由になりません"),
    ],
)
def test_what_is_no_ground_of_rescission(world: World, given: dict[str, str], told: str) -> None:
    application = applied(world.subscription(FORMED))
    found = refused(propose, world, application, **given)
    assert found.clause == "6(3)"
    assert told in found.message


def test_the_day_of_the_formation_counts_on_both_sides(world: World) -> None:
    application = applied(world.subscription(FORMED))
    same = {"fact_on": "2026-11-02", "came_to_light_on": "2026-11-02"}
    assert propose(world, application, **same).state == "proposed"


def test_there_is_no_sixth_ground(world: World) -> None:
    with pytest.raises(FormRefused):
        propose(world, applied(world.subscription(FORMED)), ground="6")


def test_before_the_formation_there_is_nothing_to_rescind(world: World) -> None:
    assert refused(propose, world, world.judged(NOW)).clause == "6(3)"
    by_post = world.accepted(NOW, ["post"])
    posted = Notice.objects.about(by_post).latest("pk")
    assert refused(propose, world, by_post).clause == "6(3)"
    world.do("notices.mark_posted", posted, by="rin", at=NOW, posted_at=NOW, postage="ordinary")
    told = refused(propose, world, by_post, came_to_light_on="2026-11-20")
    assert (told.clause, told.message) == ("6(3)", "契約が成立するのは2026年11月23日（月）です。")


def test_an_undelivered_acceptance_formed_nothing(world: World) -> None:
    application = world.accepted(FORMED)
    sent = Notice.objects.about(application).latest("pk")
    world.do("notices.record_return", sent, by="rin", at=NOW, channel="email", returned_at=NOW, reason="宛先不明")
    told = refused(propose, world, application)
    assert (told.clause, "届いていない" in told.message) == ("6(3)", True)


def test_an_ended_contract_is_not_rescinded(world: World) -> None:
    decision = world.termination(FORMED)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    application = applied(decision.subject.subscription)
    assert refused(propose, world, application).message == "契約は、すでに終了しています。"


def test_the_contract_that_ended_meanwhile_keeps_the_letter_here(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = applied(world.subscription_sent_at_once(FORMED))
    first = propose(world, application)
    world.do("decisions.approve", first, by="mio", at=NOW)
    sent = Notice.objects.about(application, "applications.acceptance").latest("pk")
    contract = application.subscription
    assert contract is not None
    from config.desk.step import step
    from contracts.closing import workflow as closing

    with clock.standing_at(NOW), step("test.end", at=NOW):
        closing.begin(contract, cause="termination", clause="23(1)", source="V-2026-000001", at=NOW, reason="別の終了")
    world.pump(NOW + timedelta(hours=1))
    application.refresh_from_db()
    first.refresh_from_db()
    assert (application.state, letter(application).state, first.state) == ("accepted", "cancelled", "withdrawn")
    assert sent.state == "dispatched"


def test_what_had_to_be_set_up_need_not_be_any_more(world: World) -> None:
    application = applied(world.formed(FORMED))
    world.do("decisions.approve", propose(world, application), by="mio", at=NOW)
    application.refresh_from_db()
    assert application.state == "rescinded"
    assert list(Deadline.objects.about(application.subscription).values_list("state", flat=True)) == ["cancelled"]


@pytest.mark.parametrize(("kind", "flagged"), [("individual", True), ("corporation", False)])
def test_the_approver_sees_what_there_is_to_weigh(world: World, kind: str, flagged: bool) -> None:
    application = world.application(FORMED, kind=kind)
    for ground in "12345":
        world.press(
            "applications.judge_ground", application, by="rin", at=FORMED, ground=ground, finding="clear", reason="記録"
        )
    world.do("applications.accept", application, by="rin", at=FORMED, channels=["email"])
    decision = propose(world, application)
    browser = Client()
    browser.force_login(world.staff["mio"])
    with clock.standing_at(NOW):
        page = browser.get(url_of(decision)).content.decode()
    assert ("消費者です" in page) is flagged
    for told in ("精算は法務が決めます", "成立の時にあった事由である", "2026年11月1日（日）", "承諾の取消し"):
        assert told in page


def test_who_may_not_propose(world: World) -> None:
    told = refused(propose, world, applied(world.subscription(FORMED)), by="rin")
    assert "契約の担当者の手続です" in told.message
