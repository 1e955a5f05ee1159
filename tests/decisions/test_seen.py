"""Nobody decides on what they did not see, and what was approved is not rewritten past the verbs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from config.desk import clock, doctor, triggers
from config.desk.pages import url_of, verb_url
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.decisions import rules, upholding, workflow
from contracts.decisions.objections import kind_of
from contracts.terms import individual
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def edited(world: World) -> tuple[Any, str]:
    """A proposal that hana edited after mio had opened its page; and the mark that this page keeps."""
    decision = world.termination(NOW)
    opened = decision.proposed_at + HOUR
    with clock.standing_at(opened):
        html = signed_in(world, "mio").get(url_of(decision)).content.decode()
    seen = workflow.mark(decision)
    assert f'name="seen" value="{seen}"' in html
    world.do("decisions.edit", decision, by="hana", at=opened + HOUR, channels=["post"], reason="別の理由")
    decision.refresh_from_db()
    return decision, seen


def signed_in(world: World, who: str) -> Client:
    browser = Client()
    browser.force_login(world.staff[who])
    return browser


@pytest.mark.parametrize("verb", ["approve", "send_back"])
def test_a_page_opened_before_an_edit_decides_nothing(world: World, edited: tuple[Any, str], verb: str) -> None:
    decision, seen = edited
    with clock.standing_at(decision.proposed_at + 3 * HOUR):
        answer = signed_in(world, "mio").post(verb_url(f"decisions.{verb}", decision), {"reason": "見た", "seen": seen})
    decision.refresh_from_db()
    assert (answer.status_code, decision.state, decision.approved_by) == (409, "proposed", None)
    assert "hanaが 11/17" in answer.content.decode()
    assert "いまの内容と「起案後の変更」を確かめて" in answer.content.decode()


def test_a_post_that_does_not_say_what_was_seen_decides_nothing(world: World, edited: tuple[Any, str]) -> None:
    decision, _ = edited
    with clock.standing_at(decision.proposed_at + 3 * HOUR):
        for verb in ("approve", "send_back"):
            answer = signed_in(world, "mio").post(verb_url(f"decisions.{verb}", decision), {"reason": "見た"})
            assert answer.status_code == 409
            assert "どの内容を見て操作したのかが分かりません" in answer.content.decode()
    decision.refresh_from_db()
    assert decision.state == "proposed"


def test_the_page_as_it_stands_decides(world: World, edited: tuple[Any, str]) -> None:
    decision, _ = edited
    after = decision.proposed_at + 3 * HOUR
    fresh = workflow.mark(decision)
    assert world.press("decisions.approve", decision, by="mio", at=after, seen=fresh).approved_by == world.staff["mio"]


def test_nobody_rules_on_a_page_opened_before_the_decision_changed(world: World) -> None:
    decision = world.termination(NOW)
    case, when = decision.subject, decision.proposed_at + HOUR
    objection = world.press(
        "violations.record_objection", case, by="hana", at=when, received_at=when, summary="覚えがない"
    )
    seen = upholding.mark(kind_of(objection), objection)
    world.do("decisions.approve", decision, by="mio", at=when)
    ruling = {"outcome": "upheld", "reason": "もっとも", "channels": ["email"]}
    with pytest.raises(Refused, match="画面を開いた後に"):
        world.press("decisions.rule_objection", objection, by="ken", at=when + HOUR, seen=seen, **ruling)
    objection.refresh_from_db()
    fresh = upholding.mark(kind_of(objection), objection)
    assert world.press("decisions.rule_objection", objection, by="ken", at=when + HOUR, seen=fresh, **ruling).is_ruled


# --- past the verbs -------------------------------------------------------------------------------------------------


def write(sql: str, *parameters: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_the_content_of_a_decision_is_not_rewritten(world: World) -> None:
    decision = world.refusal(NOW)
    with pytest.raises(DatabaseError, match=rules.CONTENT):
        write("UPDATE decisions_decision SET fields = '{}' WHERE id = %s", decision.pk)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    with pytest.raises(DatabaseError, match=rules.CONTENT):
        write("UPDATE decisions_decision SET fields = '{}', fields_hash = 'x' WHERE id = %s", decision.pk)
    with pytest.raises(DatabaseError, match=rules.CONTENT):
        write("UPDATE decisions_decision SET kind = 'violations.termination' WHERE id = %s", decision.pk)


def test_where_the_triggers_are_gone_it_is_not_approved_and_doctor_tells(world: World) -> None:
    decision = world.refusal(NOW)
    triggers.drop_all()  # the rollback of the test brings them back
    assert doctor._checks["決裁の内容"].ask().ok
    write("UPDATE decisions_decision SET fields_hash = %s WHERE id = %s", "0" * 64, decision.pk)
    decision.refresh_from_db()
    with pytest.raises(Refused, match="要約値と合いません"):
        world.press("decisions.approve", decision, by="mio", at=NOW)
    assert decision.number in doctor._checks["決裁の内容"].ask().text


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "'approved'", "approved_by_id": str},
        {"four_eyes": "{false}"},
        {"state": "'carried_out'", "approved_by_id": "proposed_by_id", "four_eyes": "{false}"},
    ],
)
def test_no_decision_begins_approved_or_without_four_eyes(world: World, changed: dict[str, Any]) -> None:
    decision = world.refusal(NOW)
    given = {"number": "'D-2099-000001'", "object_id": "object_id + 999", "id": "id + 999"} | changed
    given = {k: str(world.staff["mio"].pk) if v is str else v for k, v in given.items()}
    false = "false" if connection.vendor == "postgresql" else "0"
    names = [f.column for f in decision._meta.concrete_fields]
    shown = ", ".join(given.get(name, name).replace("{false}", false) for name in names)
    sql = f"INSERT INTO decisions_decision ({', '.join(names)}) SELECT {shown} FROM decisions_decision WHERE id = %s"
    with pytest.raises(DatabaseError, match=rules.BEGINS):
        write(sql, decision.pk)


def test_what_was_agreed_and_what_was_checked_is_not_rewritten(world: World) -> None:
    case = world.uncured_case(NOW)
    for change in ("checked_at = '2026-01-01'", "how = 'x'"):
        with pytest.raises(DatabaseError, match=triggers.MESSAGE):
            write(f"UPDATE violations_uncuredcheck SET {change}")
    terms = agreed(world, case.customer)
    for change in (
        '"values" = \'{"cure_days": 1}\'',
        "in_force_from = '2020-01-01'",
        "customer_id = NULL, plan = 'annual'",
    ):
        with pytest.raises(DatabaseError, match=individual.FIXED):
            write(f"UPDATE terms_individualterms SET {change} WHERE id = %s", terms.pk)
    write("UPDATE terms_individualterms SET ends_from = in_force_from WHERE id = %s", terms.pk)  # their end is written


def agreed(world: World, customer: Any) -> Any:
    from contracts.terms.models import IndividualTerms

    with step("test.terms", at=NOW):
        return IndividualTerms.objects.create(
            number="T-2099-000001", title="特約", customer=customer, values={"cure_days": 30}, in_force_from=NOW.date(), why="合意",
            set_at=NOW, set_by=world.staff["aki"], sha256="0" * 64, file_name="a.pdf", media_type="application/pdf", size=1,
        )  # fmt: skip
