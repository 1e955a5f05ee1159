"""A refusal rests on judgements that still carry it: records that stand, and no objection upheld since (6(3))."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.workflow import withdraw_prior
from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.applications.models import Application
from notices.models import Notice
from tests.support.applicants import applications, prior
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REFUSED = {"grounds": ["2"], "reason": "前の違反", "channels": ["email"]}


def judge(world: World, row: Application, ground: str, finding: str, when: Any, reason: str = "記録") -> None:
    given = {"ground": ground, "finding": finding, "reason": reason}
    world.press("applications.judge_ground", row, by="rin", at=when, **given)


@pytest.fixture
def hit(world: World) -> tuple[Application, Any]:
    """An application whose ground 2 was judged to apply by the one record on file, and the record."""
    world.set_house(NOW - DAY, email_wait_minutes=30)
    row = applications(1, NOW, corporate_number="")[0]
    other = applications(1, NOW, first=9, corporate_number="", email=row.customer.email)[0]
    record = prior(other.customer, NOW)
    for ground in "12345":
        judge(world, row, ground, "applies" if ground == "2" else "clear", NOW)
    return row, record


def withdraw(record: Any, when: Any) -> None:
    with clock.standing_at(when), step("violations.dismiss", at=when):
        withdraw_prior(record.source, when)


def test_a_withdrawn_record_carries_no_refusal(world: World, hit: tuple[Application, Any]) -> None:
    row, record = hit
    decision = world.press("applications.propose_refusal", row, by="rin", at=NOW, **REFUSED)
    client = Client()
    client.force_login(world.staff["mio"])
    with clock.standing_at(NOW):
        before = client.get(url_of(decision)).content.decode()
    withdraw(record, NOW + MINUTE)
    with clock.standing_at(NOW + MINUTE):
        after = client.get(url_of(decision)).content.decode()
    assert "見つかった記録はありません" not in before
    assert "見つかった記録はありません" in after
    assert "取り下げられた記録" in after
    with pytest.raises(Refused, match="取り下げられた記録"):
        world.press("decisions.approve", decision, by="mio", at=NOW + 2 * MINUTE)
    judge(world, row, "2", "applies", NOW + 3 * MINUTE, "ほかの資料による")
    assert world.press("decisions.approve", decision, by="mio", at=NOW + 4 * MINUTE).state == "approved"


def test_one_that_is_withdrawn_before_the_dispatch_stops_the_letter(world: World, hit: tuple[Application, Any]) -> None:
    row, record = hit
    decision = world.press("applications.propose_refusal", row, by="rin", at=NOW, **REFUSED)
    world.press("decisions.approve", decision, by="mio", at=NOW)
    withdraw(record, NOW + MINUTE)
    world.pump(NOW + HOUR)
    row.refresh_from_db()
    assert (row.state, Notice.objects.about(row, "applications.refusal").get().state) == ("screening", "cancelled")


def test_after_an_upheld_objection_the_grounds_are_judged_anew(world: World) -> None:
    decision = world.refusal(NOW)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    row = Application.objects.get(pk=decision.object_id)
    objection = world.press(
        "applications.record_objection", row, by="rin", at=NOW + DAY, received_at=NOW + DAY, summary="不服",
        against=decision.number,
    )  # fmt: skip
    ruled = NOW + DAY + HOUR
    given = {"outcome": "upheld", "reason": "別の会社の記録", "channels": ["email"]}
    world.do("decisions.rule_objection", objection, by="ken", at=ruled, **given)
    with pytest.raises(Refused, match=objection.number) as told:
        world.do("applications.propose_refusal", row, by="rin", at=ruled + HOUR, **REFUSED)
    assert told.value.clause == "6(3)"
    judge(world, row, "2", "applies", ruled + 2 * HOUR, "本人の記録と確かめた")
    assert world.do("applications.propose_refusal", row, by="rin", at=ruled + 2 * HOUR, **REFUSED).state == "proposed"
