"""A decision that nobody was told has no effect: the application is judged anew, refused, or withdrawn by its applicant (6(1), 6(3))."""

from datetime import timedelta
from typing import Any

import pytest

from config.desk.refusal import Refused
from contracts.applications.models import Application
from contracts.applications.stages import stage_of
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.incoming.models import Incoming
from notices.models import Notice
from tests.support.world import World, at

pytestmark = pytest.mark.both
NOW = at("2026-11-24T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = {"reason": "導入を見送るとのこと", "channel": "phone"}


def fresh(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def bounced(world: World, kind: str, row: Application, when: Any) -> None:
    letter = Notice.objects.about(row, kind).latest("pk")
    told = {"channel": "email", "returned_at": when, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=when, **told)


@pytest.fixture
def undelivered(world: World) -> Application:
    """Accepted, and the acceptance came back."""
    row: Application = world.accepted(NOW)
    bounced(world, "applications.acceptance", row, NOW + HOUR)
    return fresh(row)


def judge(world: World, row: Application, finding: str, when: Any) -> Application:
    given = {"ground": "4", "finding": finding, "reason": "虚偽のメール"}
    judged: Application = world.press("applications.judge_ground", row, by="rin", at=when, **given)
    return judged


def running(row: Any) -> set[str]:
    return set(Deadline.objects.about(row).running().values_list("kind", flat=True))


def test_what_was_not_told_is_judged_anew_and_refused(world: World, undelivered: Application) -> None:
    row = judge(world, undelivered, "applies", NOW + 2 * HOUR)
    assert (row.state, running(row)) == ("screening", {"applications.screening"})
    with pytest.raises(Refused):
        world.do("applications.accept", row, by="rin", at=NOW + 2 * HOUR, channels=["post"])
    given = {"grounds": ["4"], "reason": "虚偽", "channels": ["email"]}
    decision = world.do("applications.propose_refusal", row, by="rin", at=NOW + 3 * HOUR, **given)
    world.do("decisions.approve", decision, by="mio", at=NOW + 3 * HOUR)
    row = fresh(row)
    assert (row.state, row.subscription.state, row.subscription.formed_on) == ("refused", "ended", None)
    assert running(row.subscription) == set()


def test_and_accepted_after_all(world: World, undelivered: Application) -> None:
    asked = {"ground": "4", "document": "証明書", "channels": ["email"]}
    row = world.do("applications.request_document", undelivered, by="rin", at=NOW + 2 * HOUR, **asked)
    assert (row.state, "applications.acceptance_resend" in running(row)) == ("awaiting_document", False)
    later = NOW + 3 * HOUR
    world.do("applications.record_document", row, by="rin", at=later, received_at=later)
    row = world.do("applications.accept", row, by="rin", at=later, channels=["email"])
    assert (row.state, row.subscription.formed_on, row.subscription) == (
        "accepted",
        later.date(),
        undelivered.subscription,
    )


def test_a_refusal_that_nobody_was_told_is_judged_anew(world: World) -> None:
    decision = world.refusal(NOW)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    bounced(world, "applications.refusal", decision.subject, NOW + HOUR)
    row = judge(world, decision.subject, "clear", NOW + 2 * HOUR)
    assert (row.state, running(row)) == ("screening", {"applications.screening"})


def test_its_applicant_withdraws_it(world: World, undelivered: Application) -> None:
    when = NOW + 2 * HOUR
    with pytest.raises(Refused, match="申出の記録"):
        world.press(
            "applications.record_withdrawal", undelivered, by="rin", at=when, withdrawn_at=when, reason="見送り"
        )
    row = world.do("applications.record_withdrawal", undelivered, by="rin", at=when, withdrawn_at=when, **SAID)
    assert (stage_of(row).key, row.withdrawn_at, running(row)) == ("withdrawn", when, set())
    assert (row.subscription.state, Incoming.objects.about(row).count()) == ("ended", 1)
    with pytest.raises(Refused):
        judge(world, row, "clear", when)


def test_what_waits_to_leave_is_stopped_by_the_withdrawal(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=30)
    decision = world.refusal(NOW)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    row = world.do("applications.record_withdrawal", decision.subject, by="rin", at=NOW, withdrawn_at=NOW, **SAID)
    world.pump(NOW + HOUR)
    letter = Notice.objects.about(row, "applications.refusal").get()
    assert (fresh(row).state, letter.state, Decision.objects.get().state) == ("withdrawn", "cancelled", "withdrawn")


def test_a_contract_that_formed_is_not_withdrawn(world: World) -> None:
    row = world.accepted(NOW)
    with pytest.raises(Refused) as told:
        world.press("applications.record_withdrawal", row, by="rin", at=NOW, withdrawn_at=NOW, **SAID)
    assert told.value.clause == "6(1)"
    with pytest.raises(Refused):
        judge(world, row, "applies", NOW)
