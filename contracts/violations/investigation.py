"""Looking into a case: what was looked at, and what was found. The terms oblige nobody to watch (17(2), proviso)."""

from datetime import datetime
from typing import Any

from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.incoming.models import Incoming
from contracts.violations import clocks, received
from contracts.violations.models import Investigation, Violation


def note_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """Not on a case that was dismissed; after the end of the contract a fact may still be noted."""
    if case.state != Violation.State.DISMISSED:
        return None
    return Refused(
        "この案件は、違反と認めないことになりました。",
        clause="17(1)",
        instead="新しい事実は、新しい案件にしてください。",
    )


def note_finding(
    case: Violation,
    *,
    by: Any,
    at: datetime,
    source: str,
    looked_into: str,
    found_at: datetime,
    finding: str,
    evidence: str = "",
    incoming: Incoming | None = None,
) -> Violation:
    """Record what was looked at, when, by whom and what it showed. It moves no state and starts no clock."""
    line = received.attach(case, incoming, by=by, at=at, reason="調査の記録にしたため")
    Investigation.objects.create(
        case=case, source=source, looked_into=looked_into, found_at=found_at, finding=finding, evidence=evidence,
        incoming=line, by=by,
    )  # fmt: skip
    deadlines.meet_all(case, clocks.UNANSWERED, by=by, at=at, on=at)
    return case
