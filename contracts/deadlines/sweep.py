"""The sweep: calls `on_due` for what has fallen due; guards never ask whether it has run.

1. Take the rows that are due by the given moment, in the order in which they fell due.
2. Each in a short transaction of its own, under its locks, looked at again there. Someone else got there first: a normal return.
3. A row whose handler raises is logged and left for the next sweep; the others go on.
Twice does nothing twice; after days without it, it catches up.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from config.desk.clock import jst_day
from config.desk.locking import locked_aggregate
from config.desk.step import step
from contracts.deadlines import workflow
from contracts.deadlines.models import Deadline

log = logging.getLogger("kiyaku.sweep")


@dataclass
class Swept:
    """What one sweep did, by the rows' numbers."""

    lapsed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def due(at: datetime) -> list[Deadline]:
    """What a sweep at this moment would call."""
    return list(Deadline.objects.lapsing(at, jst_day(at)).select_related("customer"))


def sweep(at: datetime) -> Swept:
    """Let everything due lapse."""
    swept = Swept()
    for deadline in due(at):
        try:
            if _lapse(deadline, at):
                swept.lapsed.append(deadline.number)
        except Exception:
            log.exception("deadline %s could not lapse", deadline.pk)
            swept.failed.append(deadline.number)
    return swept


def _lapse(deadline: Deadline, at: datetime) -> bool:
    with step(f"{deadline.kind}:due", at=at):
        return workflow.lapse(locked_aggregate(deadline), at)
