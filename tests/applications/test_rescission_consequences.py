"""What follows a rescission (6(3)): use, credentials, secrets, data, money; what is offered and refused; an upheld objection."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction
from django.test import Client

from config.desk import clock, home
from config.desk.pages import url_of, verb_url
from config.desk.refusal import FormRefused, Refused
from config.desk.step import step
from contracts.applications.models import Application
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Block
from contracts.licenses.workflow import usable_at
from notices.models import Notice, Secret
from tests.applications.test_rescission import GROUND
from tests.support.world import HAND_OVER, World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FORMED, NOW = at("2026-11-02T10:00"), at("2026-11-20T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEEP = {"outcome": "keep", "received": "12000", "basis": "terms", "reason": "返さない定めによる"}


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def rescinded(world: World, contract: Any, channels: tuple[str, ...] = ("email",)) -> Application:
    application = Application.objects.get(subscription=contract)
    given = GROUND | {"channels": list(channels)}
    decision = world.do("applications.propose_rescission", application, by="hana", at=NOW, **given)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    return again(application)


def upheld(world: World, application: Application, when: Any) -> Any:
    """The customer objects, and somebody who decided nothing before upholds it."""
    with step("test.sho", at=NOW):
        get_user_model()._default_manager.create_user("sho@staff.example", name="sho", roles=["承認"])
    world.staff["sho"] = get_user_model()._default_manager.get(name="sho")
    given = {"received_at": when, "summary": "届け出ている"}
    objection = world.do("applications.record_objection", application, by="rin", at=when, **given)
    ruling = {"outcome": "upheld", "reason": "記録と合う", "channels": ["email"]}
    return world.do("decisions.rule_objection", objection, by="sho", at=when, **ruling)


def page(world: World, who: str, address: str, when: Any = NOW) -> str:
    browser = Client()
    browser.force_login(world.staff[who])
    with clock.standing_at(when):
        return browser.get(address).content.decode()


def test_use_stops_at_once_under_the_clause_of_the_end_and_erasure_is_dated(world: World) -> None:
    contract = rescinded(world, world.subscription(FORMED)).subscription
    assert contract is not None
    assert not usable_at(contract, NOW)
    found = Block.objects.filter(subscription=contract).values_list("scope", "clause", "since", "until")
    assert sorted(found) == [("credential", "23(3)", NOW, None), ("service", "23(3)", NOW, None)]
    assert (contract.closing.clause, contract.closing.kept_through) == ("6(3)", date(2026, 12, 20))


def test_a_password_that_waits_is_wiped_and_its_letter_never_leaves(world: World) -> None:
    """By e-mail and post: the e-mail has left, so use has not begun; and a letter of which nothing has left."""
    contracts = []
    for channels in (["email", "post"], ["post"]):
        contract = world.formed(FORMED)
        world.do("licenses.hand_over", contract, by="hana", at=FORMED, channels=channels, **HAND_OVER)
        contracts.append(contract)
    assert Secret.objects.count() == 2
    for contract in contracts:
        rescinded(world, contract)
    assert Secret.objects.count() == 0
    letters = [Notice.objects.about(contract, "licenses.hand_over").get() for contract in contracts]
    assert letters[1].state == "cancelled"
    assert {d.state for letter in letters for d in letter.deliveries.filter(channel="post")} == {"cancelled"}
    application = Application.objects.get(subscription=contracts[0])
    upheld(world, application, NOW + DAY)
    again_told = world.do("licenses.hand_over", contracts[0], by="hana", at=NOW + DAY, channels=["email"], **HAND_OVER)
    assert (again_told.state, again_told.starts_at) == ("active", NOW + DAY)


def test_the_money_waits_for_legal_on_the_home_page_until_legal_decides(world: World) -> None:
    application = rescinded(world, world.subscription(FORMED))
    money = application.settlement
    assert money is not None
    [row] = [row for row in home.queue(world.staff["aki"], NOW + HOUR) if "金銭の扱い" in row.title]
    assert (row.clause, row.next_label, row.next_url.partition("?")[0]) == (
        "13(4)", "金銭の扱いを決める", verb_url("applications.decide_settlement", money),
    )  # fmt: skip
    assert not [row for row in home.queue(world.staff["hana"], NOW + HOUR) if "金銭の扱い" in row.title]
    for wrong in ({"basis": ""}, {"outcome": "part", "returned": "12000"}, {"outcome": "nothing"}, {"returned": "5"}):
        with pytest.raises(FormRefused):
            world.press("applications.decide_settlement", money, by="aki", at=NOW, **(KEEP | wrong))
    world.do("applications.decide_settlement", money, by="aki", at=NOW + HOUR, **KEEP)
    mended = KEEP | {"outcome": "return", "basis": "consumer"}
    money = world.do("applications.decide_settlement", money, by="aki", at=NOW + 2 * HOUR, **mended)
    assert (money.outcome, money.received, money.returned, money.history.count()) == ("return", 12000, 12000, 3)
    assert Deadline.objects.about(money).get().state == "met"
    with pytest.raises(Refused, match="決めました"):
        world.press("applications.decide_settlement", money, by="aki", at=NOW + DAY, **KEEP)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(money)._base_manager.filter(pk=money.pk).update(returned=1)


@pytest.mark.parametrize(("kind", "flagged"), [("individual", True), ("corporation", False)])
def test_consumers_are_flagged_wherever_somebody_weighs_it(world: World, kind: str, flagged: bool) -> None:
    application = world.application(FORMED, kind=kind)
    for ground in "12345":
        given = {"ground": ground, "finding": "clear", "reason": "記録"}
        world.press("applications.judge_ground", application, by="rin", at=FORMED, **given)
    contract = world.do("applications.accept", application, by="rin", at=FORMED, channels=["email"]).subscription
    assert ("消費者契約法" in page(world, "hana", verb_url("applications.propose_rescission", application))) is flagged
    money = rescinded(world, contract).settlement
    for address in (url_of(money), verb_url("applications.decide_settlement", money)):
        assert ("相手は消費者です" in page(world, "aki", address)) is flagged
    letter = Notice.objects.about(application, "applications.rescission").get()
    assert ("消費者契約法" in letter.content.text) is flagged


def test_neither_6_4_nor_a_later_fact_is_offered_nor_let_in_by_any_door(world: World) -> None:
    """Not on the page; not by what is posted to it; not by a press; not by changing a proposal."""
    application = Application.objects.get(subscription=world.subscription(FORMED))
    address = verb_url("applications.propose_rescission", application)
    shown = page(world, "hana", address)
    assert 'value="6(4)"' not in shown
    assert 'value="5"' in shown
    assert 'max="2026-11-02"' in shown
    browser = Client()
    browser.force_login(world.staff["hana"])
    decision = world.do("applications.propose_rescission", application, by="hana", at=NOW, **GROUND, channels=["email"])
    for wrong in ({"ground": "6(4)"}, {"fact_on": "2026-11-03"}, {"came_to_light_on": "2026-11-01"}):
        with clock.standing_at(NOW):
            browser.post(address, GROUND | {"channels": ["email"]} | wrong)
        with pytest.raises(Refused) as told:
            world.press("decisions.edit", decision, by="hana", at=NOW, **wrong)
        assert told.value.clause == "6(3)"
    assert again(decision).fields == decision.fields
    assert decision.subject.settlements.count() == 0
    world.do("decisions.withdraw", decision, by="hana", at=NOW, reason="見直す")
    for wrong in ({"ground": "6(4)"}, {"fact_on": "2026-11-03"}):
        with clock.standing_at(NOW):
            assert "取消しの事由" in browser.post(address, GROUND | {"channels": ["email"]} | wrong).content.decode()
    assert not type(decision)._base_manager.filter(state="proposed").exists()


def test_an_upheld_objection_revives_the_contract_by_counter_entry(world: World) -> None:
    application = rescinded(world, world.subscription(FORMED), ("email", "post"))
    objection = upheld(world, application, NOW + DAY)
    application, contract = again(application), again(application.subscription)
    assert (application.state, contract.state, contract.ended_at) == ("accepted", "active", None)
    assert [usable_at(contract, moment) for moment in (NOW - HOUR, NOW + HOUR, NOW + DAY)] == [True, False, True]
    assert (application.settlement.state, Deadline.objects.about(application.settlement).get().state) == (
        "dropped", "cancelled",
    )  # fmt: skip
    assert objection.number in application.settlement.closed_reason
    answer = Notice.objects.about(application, "applications.objection_answer").get().content.text
    assert "承諾の取消しを撤回し" in answer
    letter = Notice.objects.about(application, "applications.rescission").get()
    world.do("notices.mark_posted", letter, by="rin", at=NOW + 2 * DAY, posted_at=NOW, postage="ordinary")
    assert again(application).state == "accepted"  # a posting made before is recorded, and ends nothing any more


def test_an_objection_to_a_rescission_that_came_back_has_nothing_to_go_against(world: World) -> None:
    application = rescinded(world, world.subscription(FORMED))
    letter = Notice.objects.about(application, "applications.rescission").get()
    given = {"channel": "email", "returned_at": NOW + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=NOW + HOUR, **given)
    assert again(application).settlement.state == "dropped"
    with pytest.raises(Refused):
        upheld(world, application, NOW + DAY)
