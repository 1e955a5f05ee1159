"""Objections: ruled on by nobody who decided before, by verb and by the database; upheld, what was decided is undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from accounts.models import PriorRecord
from config.desk import clock, triggers
from config.desk.pages import url_of
from config.desk.refusal import FormRefused, NotPermitted, Refused
from config.desk.step import step
from contracts.closing.models import Closing
from contracts.decisions.models import Objection
from contracts.decisions.role_rules import NO_ROLE
from contracts.decisions.rules import DECIDED_BEFORE, RULED
from contracts.licenses.workflow import usable_at
from notices.models import Notice
from tests.support.world import BREACH, DEMAND, World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
DAY = timedelta(days=1)
UPHELD = {"outcome": "upheld", "reason": "申出のとおりである", "channels": ["email"]}
REJECTED = UPHELD | {"outcome": "rejected", "reason": "記録と合わない"}


@pytest.fixture
def sho(world: World) -> Any:
    """An approver who decided nothing yet."""
    with step("test.sho", at=NOW):
        world.staff["sho"] = get_user_model()._default_manager.create_user(
            "sho@staff.example", name="sho", roles=["承認"]
        )
    return world.staff["sho"]


def object_to(world: World, row: Any, when: Any, *, by: str = "hana", **given: Any) -> Any:
    """The customer objects; entered by the room's own verb."""
    data = {"received_at": when, "summary": "覚えがない"} | given
    return world.press(f"{row._meta.app_label}.record_objection", row, by=by, at=when, **data)


@pytest.fixture
def ended(world: World) -> Any:
    """A case whose contract was ended: proposed by hana, approved by mio, by e-mail; its letter by post is queued still."""
    decision = world.termination(NOW, channels=["email", "post"])
    return world.do("decisions.approve", decision, by="mio", at=world.ripe(decision.subject)).subject


# --- who may rule ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "error"), [("mio", Refused), ("hana", NotPermitted), ("aki", NotPermitted)])
def test_who_decided_before_cannot_rule_nor_who_holds_no_such_role(
    world: World, ended: Any, who: str, error: Any
) -> None:
    objection = object_to(world, ended, world.ripe(ended) + DAY)
    with pytest.raises(error):
        world.press("decisions.rule_objection", objection, by=who, at=world.ripe(ended) + DAY, **UPHELD)
    objection.refresh_from_db()
    assert (objection.state, objection.ruled_by) == ("received", None)


def test_who_entered_it_cannot_rule(world: World, ended: Any) -> None:
    """Else one person alone could undo what two decided."""
    objection = object_to(world, ended, world.ripe(ended) + DAY, by="ken")
    with pytest.raises(Refused, match="登録した人"):
        world.press("decisions.rule_objection", objection, by="ken", at=world.ripe(ended) + DAY, **UPHELD)


def test_who_edited_the_proposal_or_confirmed_an_item_cannot_rule(world: World, sho: Any) -> None:
    case = world.case(NOW)
    world.press("violations.confirm_item", case, by="ken", at=NOW, **BREACH)
    world.do("violations.send_correction_notice", case, by="hana", at=NOW, channels=["email"], **DEMAND)
    objection = object_to(world, case, NOW + DAY)
    with pytest.raises(Refused, match="先に判断した人"):
        world.press("decisions.rule_objection", objection, by="ken", at=NOW + DAY, **UPHELD)
    assert world.do("decisions.rule_objection", objection, by="sho", at=NOW + DAY, **REJECTED).ruled_by == sho


def test_who_decides_while_it_waits_cannot_rule_any_more(world: World, sho: Any) -> None:
    """Approving meanwhile is deciding before the ruling."""
    decision = world.termination(NOW)
    case, ripe = decision.subject, world.ripe(decision.subject)
    objection = object_to(world, case, ripe)
    assert Objection.objects.waiting().not_decided_by(world.staff["mio"]).exists()
    world.do("decisions.approve", decision, by="mio", at=ripe)
    assert not Objection.objects.waiting().not_decided_by(world.staff["mio"]).exists()
    with pytest.raises(DatabaseError, match=DECIDED_BEFORE):
        write(RULE, "upheld", "理由", ripe, world.staff["mio"].pk, objection.pk)


# --- by the database ------------------------------------------------------------------------------------------------

RULE = "UPDATE decisions_objection SET state = %s, reason = %s, ruled_at = %s, ruled_by_id = %s WHERE id = %s"


def write(sql: str, *parameters: Any) -> None:
    """A raw statement, past all of Python."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_no_raw_statement_lets_one_rule_who_decided_before(world: World, ended: Any) -> None:
    when = world.ripe(ended) + DAY
    objection = object_to(world, ended, when)
    for who in ("mio", "hana"):  # hana's role would not do either
        with pytest.raises(DatabaseError, match=f"{DECIDED_BEFORE}|{NO_ROLE}"):
            write(RULE, "upheld", "理由", when, world.staff[who].pk, objection.pk)
    with pytest.raises(DatabaseError, match=triggers.MESSAGE):
        write("DELETE FROM decisions_objectiondecider WHERE objection_id = %s", objection.pk)
    write(RULE, "rejected", "理由", when, world.staff["ken"].pk, objection.pk)  # another person: it was the person
    with pytest.raises(DatabaseError, match=RULED):
        write("UPDATE decisions_objection SET state = 'upheld' WHERE id = %s", objection.pk)
    with pytest.raises(DatabaseError, match=DECIDED_BEFORE):
        write(
            "INSERT INTO decisions_objectiondecider (recorded_at, objection_id, user_id) VALUES (%s, %s, %s)",
            when, objection.pk, world.staff["ken"].pk,
        )  # fmt: skip


def test_the_check_holds_the_recorder_away_where_the_triggers_are_gone(world: World, ended: Any) -> None:
    when = world.ripe(ended) + DAY
    objection = object_to(world, ended, when)
    triggers.drop_all()
    with pytest.raises(IntegrityError, match="objection_ruled_by_another"):
        write(RULE, "upheld", "理由", when, world.staff["hana"].pk, objection.pk)
    with pytest.raises(IntegrityError, match="objection_ruled"):
        write(RULE, "upheld", "", when, world.staff["ken"].pk, objection.pk)


# --- against a termination ------------------------------------------------------------------------------------------


def test_upheld_after_the_end_takes_it_back_and_lifts_the_block(world: World, ended: Any) -> None:
    when, contract = world.ripe(ended) + 3 * DAY, ended.subscription
    assert contract.state == "ended"
    assert not usable_at(contract, when)
    objection = object_to(world, ended, when)
    world.do("decisions.rule_objection", objection, by="ken", at=when, **UPHELD)
    ended.refresh_from_db()
    contract.refresh_from_db()
    closing = Closing.objects.get(subscription=contract)
    assert (ended.state, contract.state, contract.ended_at) == ("curing", "active", None)
    assert (closing.taken_back_at, objection.number in closing.taken_back_why) == (when, True)
    assert usable_at(contract, when)
    assert not usable_at(contract, when - DAY)  # what was stays true of its time
    assert world.delivery(ended, "email").notice.kind == "violations.objection_answer"
    post = Notice.objects.about(ended, "violations.termination").get().post
    assert post is not None
    assert post.state == "cancelled"
    assert ended.subscription.history.filter(state="ended").exists()


def test_the_answer_tells_the_customer(world: World, ended: Any) -> None:
    when = world.ripe(ended) + 3 * DAY
    objection = object_to(world, ended, when)
    world.do("decisions.rule_objection", objection, by="ken", at=when, **UPHELD)
    text = Notice.objects.about(ended, "violations.objection_answer").get().content.text
    for said in (
        "お申し出を認めます",
        "申出のとおりである",
        "終了を取り消し",
        ended.subscription.number,
        "利用契約終了通知書",
    ):
        assert said in text


def test_rejected_leaves_everything(world: World, ended: Any) -> None:
    when, contract = world.ripe(ended) + 3 * DAY, ended.subscription
    objection = object_to(world, ended, when)
    blocks = list(contract.blocks.order_by("pk").values())
    world.do("decisions.rule_objection", objection, by="ken", at=when, **REJECTED)
    ended.refresh_from_db()
    contract.refresh_from_db()
    assert (ended.state, contract.state, list(contract.blocks.order_by("pk").values())) == (
        "terminated",
        "ended",
        blocks,
    )
    assert "認めることができません" in Notice.objects.about(ended, "violations.objection_answer").get().content.text
    with pytest.raises(Refused, match="「認めない」と判断しました"):
        world.press("decisions.rule_objection", objection, by="ken", at=when, **UPHELD)


def test_upheld_before_dispatch_the_letter_does_not_leave(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    case = world.case(NOW, world.subscription_sent_at_once(NOW - 30 * DAY))
    world.do("violations.send_correction_notice", case, by="hana", at=NOW, channels=["email"], **DEMAND)
    world.pump(NOW + timedelta(minutes=5))
    ripe = world.ripe(case)
    world.press("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="確認")
    decision = world.press(
        "violations.propose_termination", case, by="hana", at=ripe, reason="是正がない", channels=["email"]
    )
    world.do("decisions.approve", decision, by="mio", at=ripe)
    objection = object_to(world, case, ripe)
    world.do("decisions.rule_objection", objection, by="ken", at=ripe + timedelta(minutes=1), **UPHELD)
    world.pump(ripe + timedelta(hours=1))
    case.refresh_from_db()
    decision.refresh_from_db()
    letter = Notice.objects.about(case, "violations.termination").get()
    assert (case.state, decision.state, letter.state) == ("curing", "withdrawn", "cancelled")
    assert case.subscription.state == "active"


def test_a_pending_objection_is_shown_to_the_approver_and_blocks_nothing(world: World) -> None:
    decision = world.termination(NOW)
    ripe = world.ripe(decision.subject)
    objection = object_to(world, decision.subject, ripe)
    browser = Client()
    browser.force_login(world.staff["mio"])
    with clock.standing_at(ripe):
        assert f"利用者の異議 {objection.number}" in browser.get(url_of(decision)).content.decode()
    assert world.do("decisions.approve", decision, by="mio", at=ripe).state == "carried_out"


# --- against a finding ----------------------------------------------------------------------------------------------


def test_upheld_on_the_only_finding_the_case_is_dismissed(world: World) -> None:
    case = world.curing_case(NOW)
    objection = object_to(world, case, NOW + DAY, against=world.correction(case).number)
    world.do("decisions.rule_objection", objection, by="ken", at=NOW + DAY, **UPHELD)
    case.refresh_from_db()
    item = case.items.get()
    assert (case.state, item.annulled_at, item.annulled_by) == ("dismissed", NOW + DAY, objection.number)
    assert world.cure(case).state == "cancelled"
    assert PriorRecord.objects.get(source=item.source_key).withdrawn_at == NOW + DAY


def test_upheld_on_one_of_two_findings_the_other_goes_on(world: World) -> None:
    """Each under a notice of its own: only the first clock is cancelled, and the first item is named no more."""
    case = world.curing_case(NOW)
    first = world.correction(case)
    world.press("violations.confirm_item", case, by="hana", at=NOW + DAY, **BREACH)
    world.do("violations.send_correction_notice", case, by="hana", at=NOW + DAY, channels=["email"], **DEMAND)
    objection = object_to(world, case, NOW + 2 * DAY, against=first.number)
    world.do("decisions.rule_objection", objection, by="ken", at=NOW + 2 * DAY, **UPHELD)
    case.refresh_from_db()
    assert case.state == "curing"
    assert list(case.items.order_by("position").values_list("annulled_by", flat=True)) == [objection.number, ""]
    states = [clock.state for clock in case.customer.deadlines.filter(kind="violations.cure").order_by("pk")]
    assert states == ["cancelled", "running"]
    with pytest.raises(Refused, match="通知していない違反事項がありません"):
        world.press(
            "violations.send_correction_notice", case, by="hana", at=NOW + 2 * DAY, channels=["email"], **DEMAND
        )


def test_upheld_on_a_finding_after_the_end_takes_the_end_back_too(world: World, ended: Any) -> None:
    when = world.ripe(ended) + DAY
    objection = object_to(world, ended, when, against=world.correction(ended).number)
    assert objection.decision is None
    world.do("decisions.rule_objection", objection, by="ken", at=when, **UPHELD)
    ended.refresh_from_db()
    assert (ended.state, ended.subscription.state) == ("dismissed", "active")
    assert usable_at(ended.subscription, when)


# --- entering it ----------------------------------------------------------------------------------------------------


def test_there_must_be_something_to_object_to(world: World) -> None:
    application = world.application(NOW)
    with pytest.raises(Refused, match="異議の対象になる判断がありません"):
        object_to(world, application, NOW, by="rin")


def test_what_is_named_must_be_of_the_row(world: World, ended: Any) -> None:
    other = world.curing_case(world.ripe(ended))
    with pytest.raises(Refused, match="この違反案件の決裁・通知ではない"):
        object_to(world, ended, world.ripe(ended) + DAY, against=world.correction(other).number)


def test_twice_on_the_same_thing_is_refused_and_the_database_holds_it(world: World, ended: Any) -> None:
    when = world.ripe(ended) + DAY
    objection = object_to(world, ended, when)
    with pytest.raises(Refused, match=objection.number):
        object_to(world, ended, when)
    with pytest.raises(IntegrityError), step("test.twice", at=when):
        Objection.objects.create(
            number="O-2099-000001", kind=objection.kind, subject=ended, customer=ended.customer, against=objection.against,
            received_at=when, summary="もう一度", recorded_by=world.staff["hana"],
        )  # fmt: skip


def test_a_receipt_in_the_future_and_a_strange_incoming_number_are_refused(world: World, ended: Any) -> None:
    when = world.ripe(ended) + DAY
    with pytest.raises(FormRefused):
        world.press("violations.record_objection", ended, by="hana", at=when, received_at=when + DAY, summary="申出")
    with pytest.raises(Refused, match="からの受信ではありません"):
        object_to(world, ended, when, incoming="R-2026-999999")


def test_withdrawn_nobody_rules_and_nothing_changes(world: World, ended: Any) -> None:
    when = world.ripe(ended) + DAY
    objection = object_to(world, ended, when)
    world.press("decisions.withdraw_objection", objection, by="hana", at=when, reason="取り下げるとの電話")
    ended.refresh_from_db()
    assert ended.state == "terminated"
    assert not Notice.objects.about(ended, "violations.objection_answer").exists()
    with pytest.raises(Refused, match="取下げ"):
        world.press("decisions.rule_objection", objection, by="ken", at=when, **UPHELD)


# --- on the screens -------------------------------------------------------------------------------------------------


def test_it_waits_on_the_home_page_of_who_may_rule_and_stands_on_the_case(world: World, ended: Any) -> None:
    when = world.ripe(ended) + DAY
    objection = object_to(world, ended, when)
    pages = {}
    for who in ("ken", "mio", "aki"):
        browser = Client()
        browser.force_login(world.staff[who])
        with clock.standing_at(when):
            pages[who] = browser.get("/admin/").content.decode()
            pages[who, "case"] = browser.get(url_of(ended)).content.decode()
            pages[who, "page"] = browser.get(url_of(objection)).content.decode()
    assert "異議の判断を待っています" in pages["ken"]
    assert "異議の判断を待っています" not in pages["mio"]
    assert objection.number in pages["aki", "case"]
    assert "終了による利用の停止を解除します" in pages["aki", "page"]
    assert "hana、mio" in pages["aki", "page"]
