"""The registers behind Arts. 4, 6 and 7 are held by the database: raw statements change nothing of what was entered."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from accounts.workflow import record_prior
from config.desk import clock
from config.desk.step import step
from contracts.applications.settlement_models import Settlement
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-24T10:00")
RESCISSION = {
    "ground": "4",
    "fact": "所在地の偽り",
    "fact_on": "2026-11-01",
    "came_to_light_on": "2026-11-20",
    "reason": "x",
}
PAST = "'2020-01-01 00:00:00+00:00'"
REFUSED = {
    "accounts_registereddetail": [
        "value = 'x@evil.example'", f"since = {PAST}", f"recorded_at = {PAST}", "source = 'C-1-H9'", "withdrawn_at = NULL",
        f"withdrawn_at = {PAST}",
    ],
    "licenses_changenotice": [
        f"notified_at = {PAST}", f"since = {PAST}", "changes = '[]'", "evidence = 'x'", "state = 'recorded', withdrawn_at = NULL",
        f"withdrawn_at = {PAST}",
    ],
    "accounts_priorrecord": ["fact = 'x'", "happened_on = '2020-01-01'", "ground = 1"],
    "applications_groundjudgement": ["ground = ground + 5", "by_id = by_id + 1"],
    "applications_application": [f"agreed_at = {PAST}", "original = '{\"a\": 1}'", f"received_at = {PAST}", "agreed_version = 'x'"],
    "applications_settlement": ["reason = 'x'", "outcome = 'keep', returned = 0", "decided_by_id = decided_by_id + 1", f"opened_at = {PAST}"],
    "decisions_decision": [
        "opinion = 'x'", f"approved_at = {PAST}", f"carried_out_at = {PAST}", "carried_out_at = NULL", "proposed_by_id = proposed_by_id + 1",
    ],
    "terms_annotation": ["text = 'x'"],
    "accounts_contact": [],
    "applications_documentrequest": [],
}  # fmt: skip


def fill(world: World) -> None:
    """A row of every register, a notice of change taken back among them."""
    application = world.subscription(NOW - timedelta(days=10)).application
    customer = application.customer
    told = {"notified_at": NOW, "channel": "phone", "email": "shin@midorioka.example"}
    notice = world.do("licenses.record_change", customer, by="hana", at=NOW, **told)
    world.press("licenses.withdraw_change", notice, by="hana", at=NOW + timedelta(hours=1), reason="取り違え")
    world.press("accounts.add_contact", customer, by="hana", at=NOW, name="青木", role="contract", phone="053-000-0000")
    with clock.standing_at(NOW), step("test.prior", at=NOW):
        record_prior(customer, ground=2, source="V-1", fact="貸与", happened_on=NOW.date())
    waiting = world.application(NOW)
    world.do(
        "applications.request_document", waiting, by="rin", at=NOW, ground="3", document="証明書", channels=["email"]
    )
    end = world.do("applications.propose_rescission", application, by="hana", at=NOW, channels=["email"], **RESCISSION)
    world.do("decisions.approve", end, by="mio", at=NOW)
    money = {"outcome": "return", "received": "12000", "basis": Settlement.Basis.values[0], "reason": "取消し"}
    world.do("applications.decide_settlement", application.settlement, by="aki", at=NOW, **money)
    world.press("terms.annotate", None, by="aki", at=NOW, clause="6(3)", kind="practice", text="確かめ方")


def refused(sql: str) -> bool:
    """Whether the database refuses the statement; it is undone either way."""
    with connection.cursor() as cursor:
        point = transaction.savepoint()
        try:
            cursor.execute(sql)
        except DatabaseError as told:
            return any(word in str(told) for word in ("書き換え", "始まります", "消せません", "変えられ"))
        finally:
            transaction.savepoint_rollback(point)
    return False


def test_no_raw_statement_changes_what_was_entered_or_takes_it_away(world: World) -> None:
    fill(world)
    let_through = []
    for table, changes in REFUSED.items():
        statements = [f"UPDATE {table} SET {change}" for change in changes] + [f"DELETE FROM {table}"]
        if connection.vendor == "sqlite" and table not in (
            "accounts_contact",
            "applications_documentrequest",
            "terms_annotation",
        ):
            statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        let_through += [sql for sql in statements if not refused(sql)]
    assert let_through == []
