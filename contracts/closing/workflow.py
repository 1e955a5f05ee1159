"""Ending a contract: state, blocks, and the days that follow (23(2)–(4)). Called by the rooms that have a cause."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.locking import locked
from contracts.closing.models import Closing
from contracts.licenses import workflow as licenses
from contracts.licenses.models import Subscription
from contracts.rules.periods import Computation, compute
from contracts.terms.readings import Length, length_of

STOPPED_BY = "23(3)"  # why it may not be used: the contract is over, whatever ended it


def begin(subscription: Subscription, *, cause: str, clause: str, source: str, at: datetime, reason: str) -> Closing:
    """End the contract at the moment of the first dispatch, and block its use from that moment. Again: the same closing."""
    closing = Closing.objects.filter(subscription=subscription).first()
    if closing is not None and closing.taken_back_at is None:
        return closing
    ended = licenses.end(subscription, at=at)
    licenses.block_all(ended, clause=STOPPED_BY, since=at, at=at, reason=reason)
    closing = closing or Closing(subscription=ended, customer=ended.customer)
    closing.cause, closing.clause, closing.source, closing.ended_at = cause, clause, source, at
    closing.taken_back_at, closing.taken_back_why = None, ""
    closing.length = asdict(length_of("erasure_days", jst_day(at), ended))
    _count(closing, jst_day(at))
    return closing


def _count(closing: Closing, day: date) -> None:
    kept = _kept_through(closing, day)
    closing.counted_from, closing.kept_through = day, kept.last_day
    closing.reasoning = [asdict(step) for step in kept.steps]
    closing.save()


def _standing(subscription: Subscription, source: str) -> Closing | None:
    """The end that stands; where a source is named (a case's or an application's number), only the end that it began."""
    found = Closing.objects.filter(subscription=subscription, taken_back_at=None)
    return (found.filter(source=source) if source else found).first()


def ended_by(subscription: Subscription, source: str) -> datetime | None:
    """When this source ended the contract; None where it did not, or where its end was taken back."""
    found = _standing(subscription, source)
    return found.ended_at if found else None


def ended_by_another(subscription: Subscription, source: str) -> bool:
    """Whether the contract is over already, by another cause than this one: nothing is left to end."""
    return Closing.objects.filter(subscription=subscription, taken_back_at=None).exclude(source=source).exists()


def move_end(subscription: Subscription, *, at: datetime, source: str = "") -> None:
    """The first dispatch came back: the contract ended with the first that did not. By counter-entry, in the history.

    A closing belongs to one source: whoever acts for a cause names it, and leaves the end of another alone.
    """
    found = _standing(subscription, source)
    if found is None or found.ended_at == at:
        return
    closing = locked(Closing, found.pk)
    licenses.move_end(subscription, at=at, was=closing.ended_at, clauses=_stopped_by(closing))
    closing.ended_at = at
    _count(closing, max(closing.counted_from, jst_day(at)))


def was_taken_back(subscription: Subscription, *, source: str, why: str = "") -> bool:
    """Whether this source's end was taken back (its letter came back, an objection was upheld), for this reason where one is named."""
    taken = Closing.objects.filter(subscription=subscription, source=source, taken_back_at__isnull=False)
    return (taken.filter(taken_back_why=why) if why else taken).exists()


def take_back(subscription: Subscription, *, at: datetime, why: str, source: str = "") -> None:
    """Nothing ended after all: every dispatch came back, or an objection was upheld. The blocks end at this moment; what was stays in the history."""
    found = _standing(subscription, source)
    if found is None:
        return
    closing = locked(Closing, found.pk)
    licenses.reopen(subscription, at=at, since=closing.ended_at, clauses=_stopped_by(closing))
    closing.taken_back_at, closing.taken_back_why = at, why
    closing.save()


def _stopped_by(closing: Closing) -> set[str]:
    """The clauses of its blocks; earlier ones stand under the clause that ended the contract."""
    return {STOPPED_BY, closing.clause}


def _length_at_the_end(closing: Closing) -> dict[str, Any]:
    """For a closing from before its length was kept: what was in force on the day on which it ended."""
    return asdict(length_of("erasure_days", jst_day(closing.ended_at), closing.subscription))


def _kept_through(closing: Closing, counted_from: date) -> Computation:
    """30 days (23(4)), unless individual terms say otherwise; a duty of ours is not rolled.

    The length is the one that was fixed when the contract ended: what is set later shortens nothing.
    """
    length = Length(**(closing.length or _length_at_the_end(closing)))
    return compute(counted_from, days=length.days, mode="none", length_basis=length.basis(""))


def count_from(subscription: Subscription, day: date, *, source: str = "") -> None:
    """Erasure counts from the last dispatch or known delivery: a later one moves it, an earlier one does not."""
    found = _standing(subscription, source)
    if found is None or day <= found.counted_from:
        return
    _count(locked(Closing, found.pk), day)
