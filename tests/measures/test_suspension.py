"""The suspension of credentials (9(4)): refused under its clause, nothing before its notice, over when that came back."""

from datetime import timedelta
from typing import Any

import pytest

from config.desk.refusal import FormRefused, NotPermitted, Refused
from contracts.deadlines.models import Deadline
from contracts.decisions.editing import edit_form
from contracts.licenses.models import Block
from contracts.licenses.workflow import usable_at
from contracts.measures.models import Measure
from contracts.rules.clauses import HEADINGS, ClauseRef
from contracts.rules.powers import POWERS
from notices.models import Notice
from tests.support.world import HAND_OVER, World, at

MORNING = at("2026-11-02T09:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEAK = {"ground": "leaked", "facts": "公開の掲示板に管理者IDが載った", "channels": ["email"]}

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def propose(world: World, contract: Any, moment: Any, **other: Any) -> Any:
    """The decision on a suspension."""
    given = LEAK | {"customer": contract.customer} | other
    return world.do("measures.propose_credential_suspension", None, by="hana", at=moment, **given)


def ordered(world: World, moment: Any, **other: Any) -> Measure:
    """Proposed and approved; by e-mail it is in force at once."""
    decision = propose(world, world.subscription(moment), moment + HOUR, **other)
    world.do("decisions.approve", decision, by="mio", at=moment + 2 * HOUR)
    return again(decision.subject)  # type: ignore[no-any-return]


def credential(measure: Measure) -> Any:
    return measure.subscription.credentials.get()


def letter(measure: Measure) -> Notice:
    return Notice.objects.about(measure).latest("pk")


# --- refusals ---------------------------------------------------------------------------------------------------


def test_a_contract_without_credentials_in_use_is_refused_under_the_clause(world: World) -> None:
    formed = world.formed(MORNING)
    with pytest.raises(Refused, match="停止できる認証情報がありません") as refused:
        propose(world, formed, MORNING + HOUR)
    assert refused.value.clause == "9(4)"
    assert not Measure.objects.exists()


def test_a_contract_that_has_ended_is_refused_under_the_clause(world: World) -> None:
    decision = world.termination(MORNING)
    world.do("decisions.approve", decision, by="mio", at=decision.proposed_at + HOUR)
    contract = again(decision.subject).subscription
    assert contract.state == "ended"
    for named in (None, contract):
        with pytest.raises(Refused) as refused:
            propose(world, contract, decision.proposed_at + DAY, subscription=named)
        assert refused.value.clause == "9(4)"
    assert not Measure.objects.exists()


@pytest.mark.parametrize("ground", ["unpaid", "breach", ""])
def test_there_is_no_other_ground(world: World, ground: str) -> None:
    contract = world.subscription(MORNING)
    with pytest.raises(FormRefused) as refused:
        propose(world, contract, MORNING + HOUR, ground=ground)
    assert set(refused.value.form.errors) == {"ground"}


def test_the_edit_form_leaves_what_the_proposal_requires(world: World) -> None:
    contract = world.subscription(MORNING)
    decision = propose(world, contract, MORNING + HOUR)
    assert not edit_form(decision).base_fields["ground"].required
    with pytest.raises(FormRefused) as refused:
        propose(world, contract, MORNING + 2 * HOUR, ground="")
    assert set(refused.value.form.errors) == {"ground"}


def test_a_second_suspension_waits_for_the_end_of_the_first(world: World) -> None:
    first = ordered(world, MORNING)
    with pytest.raises(Refused, match="すでに停止の手続中か、停止中") as refused:
        propose(world, first.subscription, MORNING + 3 * HOUR)
    assert refused.value.clause == "9(4)"
    world.do("measures.lift", first, by="hana", at=MORNING + 4 * HOUR, reason="パスワードを変えた")
    second = propose(world, first.subscription, MORNING + 5 * HOUR)
    world.do("decisions.approve", second, by="mio", at=MORNING + 6 * HOUR)
    assert again(second.subject).state == "in_force"
    assert [b.until for b in first.subscription.blocks.order_by("since")] == [MORNING + 4 * HOUR, None]


def test_nobody_approves_what_they_proposed_and_roles_hold(world: World) -> None:
    contract = world.subscription(MORNING)
    given = LEAK | {"customer": contract.customer}
    with pytest.raises(NotPermitted):
        world.do("measures.propose_credential_suspension", None, by="rin", at=MORNING + HOUR, **given)
    decision = world.do("measures.propose_credential_suspension", None, by="ken", at=MORNING + HOUR, **given)
    with pytest.raises(Refused, match="承認できません") as refused:
        world.do("decisions.approve", decision, by="ken", at=MORNING + 2 * HOUR)
    assert refused.value.clause == "9(4)"
    assert not Notice.objects.about(decision.subject).exists()


def test_one_of_several_contracts_has_to_be_named(world: World) -> None:
    first, second = world.subscription(MORNING), world.subscription(MORNING)
    from config.desk.step import step

    with step("test.same", at=MORNING):
        second.customer = first.customer
        second.save()
    with pytest.raises(Refused, match="契約が複数あります") as refused:
        propose(world, first, MORNING + HOUR)
    assert refused.value.clause == "9(4)"
    assert propose(world, first, MORNING + HOUR, subscription=second).subject.subscription == second


def test_a_proposal_falls_when_the_contract_ends_first(world: World) -> None:
    ending = world.termination(MORNING)
    contract, moment = again(ending.subject).subscription, ending.proposed_at
    decision = propose(world, contract, moment + MINUTE)
    world.do("decisions.approve", ending, by="mio", at=moment + HOUR)
    with pytest.raises(Refused, match="停止できる認証情報がありません") as refused:
        world.do("decisions.approve", decision, by="mio", at=moment + 2 * HOUR)
    assert refused.value.clause == "9(4)"
    assert not Block.objects.filter(clause="9(4)").exists()


# --- notice strictly before -------------------------------------------------------------------------------------


def test_nothing_happens_before_the_notice_has_left(world: World) -> None:
    measure = ordered(world, MORNING, channels=["post"])
    moment = MORNING + 2 * DAY
    assert (measure.state, measure.links.count(), measure.in_force_at) == ("ordered", 0, None)
    assert usable_at(measure.subscription, moment, credential=credential(measure))
    posting = {"posted_at": moment, "postage": "ordinary"}
    world.do("notices.mark_posted", letter(measure), by="hana", at=moment + HOUR, **posting)
    measure = again(measure)
    assert (measure.state, measure.notified_at, measure.in_force_at) == ("in_force", moment, moment)
    assert usable_at(measure.subscription, moment - MINUTE, credential=credential(measure))
    assert not usable_at(measure.subscription, moment, credential=credential(measure))
    assert usable_at(measure.subscription, moment), "the service as such goes on"


def test_the_notice_names_the_clause_and_its_ground(world: World) -> None:
    measure = ordered(world, MORNING)
    text = letter(measure).content.text
    assert "第9条" in text
    assert LEAK["facts"] in text
    assert letter(measure).decision.state == "carried_out"


def test_every_credential_is_stopped(world: World) -> None:
    contract = world.subscription(MORNING)
    from config.desk.step import step

    with step("test.second", at=MORNING):
        contract.credentials.create(admin_url=HAND_OVER["admin_url"], admin_id="second")
    decision = propose(world, contract, MORNING + HOUR)
    world.do("decisions.approve", decision, by="mio", at=MORNING + HOUR)
    blocked = set(Block.objects.filter(clause="9(4)").values_list("credential__admin_id", flat=True))
    assert blocked == {"mido-admin", "second"}


@pytest.mark.parametrize("verb", ["withdraw", "edit"])
def test_what_is_taken_back_before_the_notice_left_has_no_effect(world: World, verb: str) -> None:
    measure = ordered(world, MORNING, channels=["post"])
    decision = letter(measure).decision
    world.do(f"decisions.{verb}", decision, by="hana", at=MORNING + 3 * HOUR, reason="確かめ直す", **(
        {"facts": "書き直した"} if verb == "edit" else {}))  # fmt: skip
    assert letter(measure).state == "cancelled"
    assert again(measure).state == {"withdraw": "withdrawn", "edit": "proposed"}[verb]
    assert not Block.objects.exists()


def test_after_the_notice_left_it_is_lifted_and_not_taken_back(world: World) -> None:
    measure = ordered(world, MORNING)
    decision = letter(measure).decision
    with pytest.raises(Refused):
        world.do("decisions.withdraw", decision, by="hana", at=MORNING + 3 * HOUR, reason="やめる")
    assert again(measure).state == "in_force"


def test_a_notice_whose_contract_ended_meanwhile_does_not_leave(world: World) -> None:
    ending = world.termination(MORNING)
    contract, moment = again(ending.subject).subscription, ending.proposed_at
    decision = propose(world, contract, moment + MINUTE)
    world.set_house(moment + MINUTE, email_wait_minutes=60)
    world.do("decisions.approve", decision, by="mio", at=moment + 2 * MINUTE)
    world.set_house(moment + 3 * MINUTE, email_wait_minutes=0)
    world.do("decisions.approve", ending, by="mio", at=moment + 4 * MINUTE)
    world.pump(moment + 2 * HOUR)
    measure = again(decision.subject)
    assert (measure.state, letter(measure).state, again(decision).state) == ("withdrawn", "cancelled", "withdrawn")
    assert not Block.objects.filter(clause="9(4)").exists()


# --- how it ends ------------------------------------------------------------------------------------------------


def test_a_bounce_ends_it_from_that_moment(world: World) -> None:
    measure, back = ordered(world, MORNING), MORNING + 3 * HOUR
    bounce = {"channel": "email", "returned_at": back, "reason": "宛先不明"}
    world.do("notices.record_return", letter(measure), by="rin", at=back + HOUR, **bounce)
    measure = again(measure)
    assert (measure.state, measure.lifted_at) == ("lifted", back)
    assert not usable_at(measure.subscription, back - MINUTE, credential=credential(measure))
    assert usable_at(measure.subscription, back, credential=credential(measure))


def test_while_another_way_stands_a_bounce_ends_nothing(world: World) -> None:
    measure = ordered(world, MORNING, channels=["email", "post"])
    posted = MORNING + 3 * HOUR
    world.do("notices.mark_posted", letter(measure), by="hana", at=posted, posted_at=posted, postage="ordinary")
    bounce = {"channel": "email", "returned_at": posted + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", letter(measure), by="rin", at=posted + HOUR, **bounce)
    assert again(measure).state == "in_force"
    back = {"channel": "post", "returned_at": posted + DAY, "reason": "あて所に尋ねあたりません"}
    world.do("notices.record_return", letter(measure), by="rin", at=posted + DAY, **back)
    assert (again(measure).state, again(measure).lifted_at) == ("lifted", posted + DAY)


def test_lifting_needs_a_reason_and_something_in_force(world: World) -> None:
    measure = ordered(world, MORNING, channels=["post"])
    with pytest.raises(Refused, match="解除できません") as refused:
        world.do("measures.lift", measure, by="hana", at=MORNING + 3 * HOUR, reason="早すぎる")
    assert refused.value.clause == "9(4)"
    posted = MORNING + 4 * HOUR
    world.do("notices.mark_posted", letter(measure), by="hana", at=posted, posted_at=posted, postage="ordinary")
    with pytest.raises(FormRefused):
        world.do("measures.lift", measure, by="hana", at=posted + HOUR, reason="")
    world.do("measures.lift", measure, by="hana", at=posted + HOUR, reason="掲示が消え、変更された")
    assert (again(measure).state, again(measure).lifted_reason) == ("lifted", "掲示が消え、変更された")
    with pytest.raises(Refused, match="解除できません"):
        world.do("measures.lift", measure, by="hana", at=posted + 2 * HOUR, reason="もう一度")


def test_what_is_done_in_the_product_stands_apart_from_the_order(world: World) -> None:
    measure = ordered(world, MORNING, channels=["post"])
    applied = {"applied_at": MORNING + 3 * HOUR, "how": "管理画面で無効にした"}
    with pytest.raises(Refused) as refused:
        world.do("measures.confirm_applied", measure, by="hana", at=MORNING + 3 * HOUR, **applied)
    assert refused.value.clause == "9(4)"
    posted = MORNING + 4 * HOUR
    world.do("notices.mark_posted", letter(measure), by="hana", at=posted, posted_at=posted, postage="ordinary")
    assert _tasks(measure) == {"measures.apply": "running"}
    assert measure.subscription.blocks.get().confirmed_at is None
    done = {"applied_at": posted + HOUR, "how": "管理画面で無効にした"}
    world.do("measures.confirm_applied", measure, by="hana", at=posted + 2 * HOUR, **done)
    assert _tasks(measure) == {"measures.apply": "met"}
    block = measure.subscription.blocks.get()
    assert (block.since, block.ordered_at, block.confirmed_at) == (posted, posted, posted + HOUR)
    world.do("measures.lift", measure, by="hana", at=posted + DAY, reason="パスワードを変えた")
    assert _tasks(measure) == {"measures.apply": "met", "measures.release": "running"}


def _tasks(measure: Measure) -> dict[str, str]:
    return dict(Deadline.objects.about(measure).values_list("kind", "state"))


# --- the rulebook -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POWERS)
def test_every_clause_of_a_power_is_in_the_terms(name: str) -> None:
    power = POWERS[name]
    assert power.measure == name
    for clause in (power.clause, power.fees, *(ground.clause for ground in power.grounds)):
        parsed = ClauseRef.parse(clause)
        assert str(parsed) == clause
        assert str(parsed.article_ref()) in HEADINGS
    codes = [ground.code for ground in power.grounds]
    assert codes
    assert len(codes) == len(set(codes))
    with pytest.raises(KeyError):
        power.ground("unpaid")


def test_no_power_is_invented() -> None:
    """Where the terms ask for a notice before, where they let wait no longer, and how long before (readings, 3)."""
    before = {p.clause for p in POWERS.values() if p.notice == "before"}
    assert before == {"9(4)", "17(2)", "19(1)", "20(1)", "3(3)", "23(1)"}
    assert {p.clause for p in POWERS.values() if p.emergency} == {"19(1)", "20(1)", "3(3)"}
    assert {p.clause: p.lead_months for p in POWERS.values() if p.lead_months} == {"20(1)": 12, "3(3)": 6}
    assert {p.clause for p in POWERS.values() if p.notice == "where_possible"} == {"18(1)"}
    assert {p.fees for p in POWERS.values() if p.clause in ("17(2)", "18(1)", "19(1)")} == {"13(2)"}
    assert POWERS["credential_suspension"].fees == "13(3)"


def test_the_form_and_the_database_know_the_grounds_of_the_rulebook_and_no_other() -> None:
    suspension = POWERS["credential_suspension"]
    assert set(Measure.Ground.values) == {ground.code for ground in suspension.grounds}
    assert {ground.clause for ground in suspension.grounds} == {"9(3)", "9(3)(1)", "9(3)(2)"}
    assert suspension.scope == ("credential",)
    assert not suspension.emergency
    assert {p.measure for p in POWERS.values() if p.by_consent} == {"credential_suspension"}
