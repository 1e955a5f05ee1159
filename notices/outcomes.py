"""Outcomes: what became of a sending is committed first, with its waiting handlers and nothing else."""

from datetime import datetime

from accounts.models import Customer
from config.desk import clock, handlers
from config.desk.locking import locked
from config.desk.models import HandlerRun
from contracts.decisions.workflow import letter_left
from notices import resting, secrets, workflow
from notices.engine import kind_of, listeners
from notices.models import Delivery, Notice

OPEN = ("queued", "in_flight", "failed")


def dispatched(delivery: Delivery, at: datetime) -> None:
    """The delivery left at this moment (JST day and time decide the clocks). Inside a step, under lock."""
    delivery.state, delivery.dispatched_at, delivery.failure = Delivery.State.DISPATCHED, at, ""
    delivery.elsewhere = workflow.misplaced(delivery, at)
    delivery.save()
    notice = delivery.notice
    if notice.state == Notice.State.FINAL and _effective_now(notice):
        notice.state, notice.dispatched_at = Notice.State.DISPATCHED, _effect_moment(notice)
        notice.save()
        handlers.enqueue("notices", "dispatched", notice.kind, notice, notice.dispatched_at)
    elif notice.dispatched_at is not None and at < notice.dispatched_at and _may_be_earlier(notice, delivery):
        notice.dispatched_at = at
        notice.save()
    if not notice.deliveries.filter(state__in=OPEN).exists():
        secrets.wipe(notice)
    _changed(delivery, at)


def _effective_now(notice: Notice) -> bool:
    if kind_of(notice).effective == "first":
        return True
    return not notice.deliveries.filter(state__in=OPEN).exists()


def _may_be_earlier(notice: Notice, delivery: Delivery) -> bool:
    """A dispatch recorded late lies before the first one known (4(2)): the effect follows where nothing rests on it."""
    first = notice.state == Notice.State.DISPATCHED and kind_of(notice).effective == "first"
    return first and resting.effect_why_not(notice, delivery) is None


def _effect_moment(notice: Notice) -> datetime:
    moments = [d.dispatched_at for d in notice.deliveries.all() if d.dispatched_at]
    return min(moments) if kind_of(notice).effective == "first" else max(moments)


def failed(delivery: Delivery, reason: str) -> None:
    """Refused before anything left: it may be tried again by a person."""
    delivery.state, delivery.failure = Delivery.State.FAILED, reason
    delivery.save()
    _changed(delivery, clock.now())


def delivered(delivery: Delivery, at: datetime) -> None:
    """It arrived."""
    delivery.state, delivery.delivered_at = Delivery.State.DELIVERED, at
    delivery.save()
    _changed(delivery, at)


def returned(delivery: Delivery, at: datetime, reason: str) -> None:
    """It came back (返戻, or a bounce)."""
    delivery.state, delivery.returned_at, delivery.failure = Delivery.State.RETURNED, at, reason
    delivery.save()
    _changed(delivery, at)


def waived(delivery: Delivery, at: datetime) -> None:
    """Two people decided not to wait for its record; the clocks follow in the same step. A delivery known later counts."""
    delivery.waived_at = at
    delivery.save()
    _follow_delivery(delivery)


def look_at_places(customer: Customer, since: datetime, at: datetime) -> None:
    """What is registered from a moment on was entered or taken back later: judge anew where the letters since went."""
    sent = Delivery.objects.filter(notice__customer=customer, dispatched_at__gte=since)
    for delivery in sent.select_for_update(of=("self",)).select_related("notice__customer").order_by("pk"):
        elsewhere = delivery.dispatched_at is not None and workflow.misplaced(delivery, delivery.dispatched_at)
        if elsewhere != delivery.elsewhere:
            delivery.elsewhere = elsewhere
            delivery.save()
            _changed(delivery, at)


def _changed(delivery: Delivery, at: datetime) -> None:
    handlers.enqueue("notices", f"delivery_{delivery.state}", delivery.notice.kind, delivery, at)


def handle(run: HandlerRun) -> None:
    """The desk calls one waiting run of this engine, in its step, with everything locked."""
    if run.event.startswith("delivery"):
        _follow_delivery(handlers.row_of(run, Delivery), failed=run.event == "delivery_failed")
        return
    notice = handlers.row_of(run, Notice)
    kind = kind_of(notice)
    if run.event == "cancelled":
        kind.on_cancelled(notice.subject, notice, notice.closed_reason)
        return
    kind.on_dispatched(notice.subject, notice, run.at)
    if notice.decision is not None:
        letter_left(notice.decision, run.at)


def _follow_delivery(delivery: Delivery, *, failed: bool = False) -> None:
    for listener in listeners:
        listener(delivery)
    kind = kind_of(delivery.notice)
    if failed:
        kind.on_failed(delivery.notice.subject, delivery)
    elif kind.on_delivery is not None:
        kind.on_delivery(delivery.notice.subject, delivery)


def mended(delivery: Delivery, at: datetime) -> None:
    """A record of it was put right, under lock: when the letter took effect follows, and the clocks by a handler.

    Where nothing of it has left, it waits to be dispatched again, and may be dated anew.
    """
    delivery.save()
    notice = locked(Notice, delivery.notice_id)
    if notice.state == Notice.State.DISPATCHED:
        if any(d.dispatched_at for d in notice.deliveries.all()):
            notice.dispatched_at = _effect_moment(notice)
        else:
            notice.state, notice.dispatched_at = Notice.State.FINAL, None
        notice.save()
    _changed(delivery, at)
