"""Ending a contract: state, blocks, and the days that follow (23(2)–(4)). Called by the rooms that have a cause."""

from dataclasses import asdict
from datetime import date, datetime

from config.desk.clock import jst_day
from config.desk.locking import locked
from contracts.closing.models import Closing
from contracts.licenses import workflow as licenses
from contracts.licenses.models import Subscription
from contracts.rules.periods import Computation, compute
from contracts.terms.readings import snapshot


def begin(subscription: Subscription, *, cause: str, clause: str, source: str, at: datetime, reason: str) -> Closing:
    """End the contract at the moment of the first dispatch, and block its use from that moment. Again: the same closing."""
    if existing := Closing.objects.filter(subscription=subscription).first():
        return existing
    ended = licenses.end(subscription, at=at)
    licenses.block_all(ended, clause=clause, since=at, at=at, reason=reason)
    kept = _kept_through(jst_day(at))
    return Closing.objects.create(
        subscription=ended, customer=ended.customer, cause=cause, clause=clause, source=source, ended_at=at,
        counted_from=jst_day(at), kept_through=kept.last_day, reasoning=[asdict(s) for s in kept.steps],
    )  # fmt: skip


def _kept_through(counted_from: date) -> Computation:
    """30 days (23(4)); a duty of ours is not rolled."""
    return compute(counted_from, days=snapshot(counted_from)["erasure_days"], mode="none")


def count_from(subscription: Subscription, day: date) -> None:
    """Erasure counts from the last dispatch or known delivery: a later one moves it, an earlier one does not."""
    found = Closing.objects.filter(subscription=subscription).first()
    if found is None or day <= found.counted_from:
        return
    closing, kept = locked(Closing, found.pk), _kept_through(day)
    closing.counted_from, closing.kept_through, closing.reasoning = day, kept.last_day, [asdict(s) for s in kept.steps]
    closing.save()
