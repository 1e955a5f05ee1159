"""Who decided before stays barred; upholding touches only what it goes against; an answer that was stopped is still owed."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError

from config.desk import home, triggers
from config.desk.clock import jst_day
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.deadlines.models import Deadline
from contracts.decisions import rules, upholding
from contracts.decisions.models import Decision
from notices.models import Notice
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
UPHELD = {"outcome": "upheld", "reason": "申出のとおりである", "channels": ["email"]}


@pytest.fixture
def others(world: World) -> World:
    """Two more approvers, who decided nothing yet."""
    with step("test.others", at=NOW):
        for name in ("sho", "tao"):
            world.staff[name] = get_user_model()._default_manager.create_user(
                f"{name}@staff.example", name=name, roles=["承認"]
            )
    return world


def object_to(world: World, case: Any, when: Any, **given: Any) -> Any:
    data = {"received_at": when, "summary": "覚えがない"} | given
    return world.press("violations.record_objection", case, by="hana", at=when, **data)


def write(sql: str, *parameters: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


# --- who decided before ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["approved", "sent_back"])
def test_who_decided_is_barred_also_where_the_decision_fell_away(others: World, how: str) -> None:
    """mio approved or sent back; hana edited it after, and tao approved what was edited."""
    decision = others.termination(NOW, channels=["post"])
    when = decision.proposed_at + HOUR
    if how == "approved":
        others.do("decisions.approve", decision, by="mio", at=when)
    else:
        others.do("decisions.send_back", decision, by="mio", at=when, reason="弱い")
    others.do("decisions.edit", decision, by="hana", at=when + HOUR, reason="書き直した")
    others.do("decisions.approve", decision, by="tao", at=when + 2 * HOUR)
    objection = object_to(others, decision.subject, when + 3 * HOUR)
    assert set(objection.deciders.values_list("user__name", flat=True)) == {"hana", "mio", "tao"}
    with pytest.raises(Refused, match="先に判断した人"):
        others.press("decisions.rule_objection", objection, by="mio", at=when + 4 * HOUR, **UPHELD)
    assert others.do("decisions.rule_objection", objection, by="sho", at=when + 4 * HOUR, **UPHELD).is_ruled


def test_the_database_bars_them_and_forgets_nobody(others: World) -> None:
    decision = others.termination(NOW, channels=["post"])
    when = decision.proposed_at + HOUR
    objection = object_to(others, decision.subject, when, against=others.correction(decision.subject).number)
    others.do("decisions.send_back", decision, by="mio", at=when, reason="弱い")
    connection.check_constraints()  # PostgreSQL changes no table while checks are pending
    triggers.drop_all()  # who is barred by the objection's own rows is another rule's matter
    write("DELETE FROM decisions_objectiondecider WHERE user_id = %s", others.staff["mio"].pk)
    triggers.install_all()
    rule = (
        "UPDATE decisions_objection SET state = 'rejected', reason = 'x', ruled_at = %s, ruled_by_id = %s WHERE id = %s"
    )
    with pytest.raises(DatabaseError, match=rules.DECIDED_BEFORE):
        write(rule, when, others.staff["mio"].pk, objection.pk)
    with pytest.raises(DatabaseError, match=triggers.MESSAGE):
        write("DELETE FROM decisions_decisiondecider WHERE decision_id = %s", decision.pk)
    write(rule, when, others.staff["sho"].pk, objection.pk)


def test_no_approval_is_taken_away_without_a_trace(world: World) -> None:
    decision = world.refusal(NOW)
    write(
        "UPDATE decisions_decision SET state = 'approved', approved_at = %s, approved_by_id = %s WHERE id = %s",
        NOW, world.staff["mio"].pk, decision.pk,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match=rules.FORGOTTEN):
        write("UPDATE decisions_decision SET state = 'proposed', approved_by_id = NULL WHERE id = %s", decision.pk)


def test_who_decided_before_the_table_was_there_is_found_in_the_history(world: World) -> None:
    decision = world.termination(NOW, channels=["post"])
    when = decision.proposed_at + HOUR
    world.do("decisions.approve", decision, by="mio", at=when)
    world.do("decisions.edit", decision, by="hana", at=when, reason="書き直した")
    world.do("decisions.send_back", decision, by="ken", at=when, reason="弱い")
    connection.check_constraints()
    triggers.drop_all()
    write("DELETE FROM decisions_decisiondecider")
    with step("test.backfill", at=when):
        import_module("contracts.decisions.migrations.0003_who_decided").keep_who_decided(apps, None)
    assert set(decision.deciders.values_list("user__name", flat=True)) == {"mio", "ken"}


# --- a ruling, and what was objected to -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["summary = 'x'", "received_at = '2020-01-01'", "against = ''", "decision_id = NULL"]
)
def test_what_the_customer_said_is_never_rewritten(others: World, change: str) -> None:
    decision = others.termination(NOW)
    objection = object_to(others, decision.subject, decision.proposed_at + HOUR)
    with pytest.raises(DatabaseError, match=rules.RULED):
        write(f"UPDATE decisions_objection SET {change} WHERE id = %s", objection.pk)


@pytest.mark.parametrize("change", ["ruled_at = '2020-01-01'", "effects = '[]'", "reason = 'x'"])
def test_nor_a_ruling(others: World, change: str) -> None:
    decision = others.termination(NOW)
    when = decision.proposed_at + HOUR
    objection = object_to(others, decision.subject, when)
    others.do("decisions.rule_objection", objection, by="sho", at=when, **UPHELD)
    with pytest.raises(DatabaseError, match=rules.RULED):
        write(f"UPDATE decisions_objection SET {change} WHERE id = %s", objection.pk)


# --- upholding acts on what the objection goes against --------------------------------------------------------------


def test_upheld_against_a_withdrawn_decision_a_later_one_stands(others: World) -> None:
    first = others.termination(NOW)
    case, when = first.subject, first.proposed_at + HOUR
    objection = object_to(others, case, when, against=first.number)
    others.do("decisions.withdraw", first, by="hana", at=when + HOUR, reason="利用者と話し合うため")
    second = others.do(
        "violations.propose_termination", case, by="hana", at=when + DAY, reason="改めて", channels=["email"]
    )
    others.do("decisions.approve", second, by="tao", at=when + DAY)
    others.do("decisions.rule_objection", objection, by="sho", at=when + 2 * DAY, **UPHELD)
    case.refresh_from_db()
    objection.refresh_from_db()
    second.refresh_from_db()
    assert (case.state, case.subscription.state, second.state) == ("terminated", "ended", "carried_out")
    assert objection.effects == [upholding.GONE]
    text = Notice.objects.about(case, "violations.objection_answer").get().content.text
    assert "すでに取りやめております" in text
    assert "終了を取り消し" not in text


def test_upheld_against_the_decision_that_stands_it_is_undone(others: World) -> None:
    """So that the test above holds for the decision, not for the way."""
    first = others.termination(NOW)
    case, when = first.subject, first.proposed_at + HOUR
    others.do("decisions.approve", first, by="mio", at=when)
    objection = object_to(others, case, when, against=first.number)
    others.do("decisions.rule_objection", objection, by="sho", at=when + DAY, **UPHELD)
    case.refresh_from_db()
    assert (case.state, case.subscription.state) == ("curing", "active")


# --- an answer that was stopped -------------------------------------------------------------------------------------


def test_a_stopped_answer_is_still_owed_until_it_goes_again(others: World) -> None:
    decision = others.termination(NOW)
    case, when = decision.subject, decision.proposed_at + HOUR
    objection = object_to(others, case, when)
    others.set_house(when, email_wait_minutes=5)
    others.do("decisions.rule_objection", objection, by="sho", at=when + HOUR, **UPHELD)
    first = Notice.objects.about(case, "violations.objection_answer").get()
    others.do("notices.stop_sending", first, by="hana", at=when + HOUR + MINUTE, reason="文面を確かめる")
    owed = Deadline.objects.about(objection).running().get()
    assert owed.due_on == jst_day(when + 14 * DAY)  # counted from the receipt, as before
    rows = home.queue(others.staff["hana"], when + 2 * HOUR)
    assert any("異議への回答の通知が取り消されました" in row.title for row in rows)
    others.do("notices.answer_again", objection, by="hana", at=when + 3 * HOUR, channels=["post"])
    again = Notice.objects.about(case, "violations.objection_answer").latest("pk")
    assert (again.pk == first.pk, again.state, again.fields["reason"]) == (False, "final", "申出のとおりである")
    assert not Deadline.objects.about(objection).running().exists()
    with pytest.raises(Refused, match="作り直す回答がありません"):
        others.press("notices.answer_again", objection, by="hana", at=when + 3 * HOUR, channels=["post"])


# --- what approvers are told ----------------------------------------------------------------------------------------


def test_no_mail_names_a_private_person_beside_what_is_held_against_them(world: World) -> None:
    application = world.application(NOW, kind="individual", name="山田 花子", kana="ヤマダハナコ")
    for ground in "12345":
        finding = "applies" if ground == "2" else "clear"
        world.press(
            "applications.judge_ground", application, by="rin", at=NOW, ground=ground, finding=finding, reason="確認"
        )
    given = {"grounds": ["2"], "reason": "前の違反のため", "channels": ["email"]}
    world.do("applications.propose_refusal", application, by="rin", at=NOW, **given)
    told = [str(m.body) for m in mail.outbox if "承認・判断を待つもの" in m.subject]
    assert told
    assert all(application.customer.number in text and "山田" not in text for text in told)
    assert all(Decision.objects.latest("pk").number in text and "/admin/decisions/decision/" in text for text in told)
