"""Rescission rests only on what came to light later: not on what was set aside, judged, ruled on, or dated after formation."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import PriorRecord
from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import Refused
from config.desk.step import step
from notices.models import Notice
from tests.support.world import World, at

FORMED, NOW = at("2026-11-02T10:00"), at("2026-11-20T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GROUND = {
    "ground": "2", "fact": "前の違反", "fact_on": "2026-11-01", "came_to_light_on": "2026-11-20", "reason": "記録", "channels": ["email"],
}  # fmt: skip


def propose(world: World, application: Any, when: Any = NOW, **other: Any) -> Any:
    return world.do("applications.propose_rescission", application, by="hana", at=when, **(GROUND | other))


def page(world: World, decision: Any, when: Any = NOW) -> str:
    client = Client()
    client.force_login(world.staff["mio"])
    with clock.standing_at(when):
        return client.get(url_of(decision)).content.decode()


def test_the_days_are_looked_at_again_before_the_letter_leaves(world: World) -> None:
    application = world.accepted(FORMED, ["post"])
    letter = Notice.objects.about(application, "applications.acceptance").get()
    world.do("notices.mark_posted", letter, by="rin", at=FORMED, posted_at=FORMED, postage="ordinary")
    world.set_house(NOW, email_wait_minutes=60)
    decision = propose(world, application, ground="4", fact_on="2026-11-05")
    world.do("decisions.approve", decision, by="mio", at=NOW)
    arrived = at("2026-11-03T12:00")
    world.do("notices.record_delivery", letter, by="rin", at=NOW, channel="post", delivered_at=arrived)
    world.pump(NOW + 2 * HOUR)
    application.refresh_from_db()
    decision.refresh_from_db()
    assert (application.state, decision.state) == ("accepted", "withdrawn")


def test_what_an_exception_set_aside_is_no_ground_unless_new_facts_are_named(world: World) -> None:
    application = world.judged(FORMED, ground_2="applies")
    yes = world.press(
        "applications.propose_exception", application, by="rin", at=FORMED, grounds=["2"], reason="是正済み", channels=["email"]
    )  # fmt: skip
    world.do("decisions.approve", yes, by="mio", at=FORMED)
    with pytest.raises(Refused, match=yes.number) as told:
        propose(world, application)
    assert told.value.clause == "6(3)"
    assert propose(world, application, ground="4").state == "proposed"  # another ground


def test_new_facts_are_read_by_the_approver(world: World) -> None:
    application = world.judged(FORMED, ground_2="applies")
    again = {"ground": "2", "finding": "clear", "reason": "軽い違反"}
    world.press("applications.judge_ground", application, by="rin", at=FORMED, **again)
    world.do("applications.accept", application, by="rin", at=FORMED, channels=["email"])
    with pytest.raises(Refused, match="承諾の前に「該当する」と判断"):
        propose(world, application)
    decision = propose(world, application, new_facts="別の契約で認証情報を売っていた")
    shown = page(world, decision)
    assert "認証情報を売っていた" in shown
    assert "前に知られていなかった事実である" in shown


def test_a_record_on_file_before_the_acceptance_is_a_failed_check(world: World) -> None:
    other = world.application(FORMED - DAY, email="info1@midorioka.example").customer
    with clock.standing_at(FORMED - DAY), step("violations.confirm_item", at=FORMED - DAY):
        PriorRecord.objects.create(customer=other, ground=2, source="V-2026-000099:1", fact="貸与", happened_on=FORMED)
    application = world.judged(FORMED, ground_2="clear")
    with clock.standing_at(FORMED), step("test.same_mail", at=FORMED):
        application.customer.email = other.email
        application.customer.save()
    world.do("applications.accept", application, by="rin", at=FORMED, channels=["email"])
    assert "承諾の前からあった記録です" in page(world, propose(world, application))


def test_after_an_upheld_objection_the_same_ground_needs_facts_that_came_later(world: World) -> None:
    application = world.subscription(FORMED).application
    decision = propose(world, application)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    objection = world.press(
        "applications.record_objection", application, by="rin", at=NOW + DAY, received_at=NOW + DAY, summary="不服",
        against=decision.number,
    )  # fmt: skip
    later = NOW + 2 * DAY
    world.do(
        "decisions.rule_objection", objection, by="ken", at=later, outcome="upheld", reason="誤認", channels=["email"]
    )
    for given in ({}, {"new_facts": GROUND["fact"]}, {"new_facts": "別の違反"}):
        with pytest.raises(Refused, match=objection.number):
            propose(world, application, later, **given)
    found = {"new_facts": "別の違反", "came_to_light_on": "2026-11-22"}
    assert propose(world, application, later, **found).state == "proposed"


def test_the_money_that_was_decided_is_looked_at_anew_by_legal(world: World) -> None:
    application = world.subscription(FORMED).application
    decision = propose(world, application)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    application.refresh_from_db()
    money = {"received": "12000", "basis": "terms", "reason": "規約による"}
    first = world.do(
        "applications.decide_settlement", application.settlement, by="aki", at=NOW, outcome="return", **money
    )
    told = {"received_at": NOW + DAY, "summary": "不服", "against": decision.number}
    objection = world.press("applications.record_objection", application, by="rin", at=NOW + DAY, **told)
    later, ruling = NOW + 2 * DAY, {"outcome": "upheld", "reason": "誤認", "channels": ["email"]}
    world.do("decisions.rule_objection", objection, by="ken", at=later, **ruling)
    again = application.settlement
    assert (again.state, first.number in again.reason, objection.number in again.reason) == ("open", True, True)
    client = Client()
    client.force_login(world.staff["aki"])
    with clock.standing_at(later):
        assert again.number in client.get("/admin/").content.decode()
        assert objection.number in client.get(url_of(again)).content.decode()
    kept = world.do("applications.decide_settlement", again, by="aki", at=later, outcome="keep", **money)
    first.refresh_from_db()
    assert (kept.outcome, first.outcome, first.state) == ("keep", "return", "decided")


def test_on_the_day_of_formation_a_person_says_what_came_first(world: World) -> None:
    application = world.accepted(FORMED)
    decision = propose(world, application, ground="4", fact_on="2026-11-02", came_to_light_on="2026-11-02")
    assert "成立と同じ日なので、前後を確かめてください" in page(world, decision)
