"""Ordering, recalling and following letters. A verb only writes `ordered`; the pump does the rest."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import Model, Q

from accounts.models import Customer
from accounts.registered import registered_at
from config.desk import clock, handlers, house
from config.desk.clock import JST, jst_day
from config.desk.facts import plain
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.decisions.models import Decision
from contracts.decisions.workflow import letter_ordered
from notices import secrets
from notices.engine import NoticeKind, kind_of, named
from notices.models import Channel, Delivery, Notice
from notices.wording import choosing

OPENING_HOUR = time(9, tzinfo=JST)


def order(
    kind: NoticeKind | str,
    subject: Model,
    *,
    customer: Customer,
    by: Any,
    at: datetime,
    fields: Mapping[str, Any],
    channels: Sequence[str],
    key: str,
    planned: date | None = None,
    decision: Decision | None = None,
    secret: str = "",
) -> Notice:
    """Write the order. The same key again gives the same letter. A planned day already past is refused (Art. 4)."""
    kind = named(kind)
    if existing := Notice.objects.filter(key=key).first():
        return existing
    planned = planned or jst_day(at)
    if planned < jst_day(at):
        raise Refused("発送予定日が過ぎています。", clause=kind.clause, instead="今日以後の日を選んでください。")
    if refused := choosing.why_not(kind, fields):
        raise refused
    if not channels or set(channels) - set(kind.channels):
        raise Refused(
            "通知の方法を選んでください。", clause="4(1)", instead="メールと郵送のうち、使うものを選んでください。"
        )
    notice = Notice.objects.create(
        key=key, kind=kind.key, subject=subject, customer=customer, decision=decision, planned_dispatch_on=planned,
        fields={name: plain(value) for name, value in fields.items()}, ordered_by=by, ordered_at=at,
    )  # fmt: skip
    for channel in sorted(set(channels)):
        _add_delivery(notice, channel, at)
    secrets.keep(notice, secret)
    _follow_up(notice)
    if decision is not None:
        letter_ordered(decision)
    return notice


def _follow_up(notice: Notice) -> None:
    """What came back or could not be made is off the home page once the letter was ordered anew."""
    earlier = Notice.objects.about(notice.subject, notice.kind).exclude(pk=notice.pk).filter(followed_up=False)
    lost = Q(state="void") | Q(deliveries__state="returned") | Q(deliveries__elsewhere=True)
    for old in earlier.filter(lost).distinct():
        old.followed_up = True
        old.save()


def _add_delivery(notice: Notice, channel: str, at: datetime) -> Delivery:
    due = email_due_at(notice.planned_dispatch_on, at) if channel == Channel.EMAIL else None
    address = registered_address(notice.customer, channel, leaves_at(notice.planned_dispatch_on, at))
    return Delivery.objects.create(notice=notice, channel=channel, address=address, due_at=due)


def leaves_at(planned: date, at: datetime) -> datetime:
    """The first moment at which a letter can leave: now, or the beginning of its planned day (JST)."""
    return max(at, datetime.combine(planned, time(), JST))


def email_due_at(planned: date, at: datetime) -> datetime:
    """After the waiting time in which a sending can be stopped; for a later day at 9:00 of it."""
    if planned > jst_day(at):
        return datetime.combine(planned, OPENING_HOUR)
    return at + timedelta(minutes=house.number("email_wait_minutes"))


def registered_address(customer: Customer, channel: str, at: datetime | None = None) -> dict[str, str]:
    """Legal letters go to the addresses that are registered when they leave (Arts. 4(1), 7); `at` None: now."""
    now = registered_at(customer, at or clock.now())
    if channel == Channel.EMAIL:
        return {"email": now.email}
    return {
        "postal_code": now.postal_code,
        "address": now.address,
        "name": now.name,
        "honorific": now.honorific,
        "contact": now.contact,
    }


def recall(notice: Notice, *, by: Any, at: datetime, reason: str) -> Literal["recalled", "too_late"]:
    """Stop a letter of which nothing has been claimed or has left."""
    fresh = locked(Notice, notice.pk)
    if not recallable(fresh):
        return "too_late"
    cancel(fresh, reason)
    return "recalled"


def recallable(notice: Notice) -> bool:
    """Whether nothing of it has been claimed or has left."""
    claimed = notice.deliveries.exclude(
        state__in=[Delivery.State.QUEUED, Delivery.State.FAILED, Delivery.State.CANCELLED]
    )
    return notice.is_pending and not claimed.exists()


def cancel(notice: Notice, reason: str, *, tell: bool = False) -> None:
    """Nothing of it leaves any more. `tell`: the kind hears of it by a handler (when no verb is there to act itself)."""
    _cancel_queued(notice, reason)
    notice.state, notice.closed_reason = Notice.State.CANCELLED, reason
    notice.save()
    secrets.wipe(notice)
    if tell:
        handlers.enqueue("notices", "cancelled", notice.kind, notice, clock.now())


def _cancel_queued(notice: Notice, reason: str) -> None:
    for delivery in notice.deliveries.select_for_update(of=("self",)).filter(state__in=["queued", "failed"]):
        delivery.state, delivery.failure = Delivery.State.CANCELLED, reason
        delivery.save()


def withdraw_queued(notice: Notice, reason: str) -> None:
    """One channel has left; what is still queued does not follow."""
    _cancel_queued(notice, reason)


def replace(notice: Notice, *, at: datetime, reason: str = "") -> Notice:
    """The named day would be too short, or the address is no longer the registered one: cancelled with that reason, and
    ordered anew, dated today."""
    kind, today = kind_of(notice), jst_day(at)
    late = f"発送予定日（{notice.planned_dispatch_on:%Y-%m-%d}）に出なかったため、日付を改めて作り直しました。"
    reason = reason or late
    channels = [d.channel for d in notice.deliveries.all() if d.state in (Delivery.State.QUEUED, Delivery.State.FAILED)]
    secret = secrets.read(notice)
    cancel(notice, reason)
    base, _, turn = notice.key.partition("#")
    fresh = order(
        kind, notice.subject, customer=notice.customer, by=notice.ordered_by, at=at, fields=notice.fields, channels=channels,
        key=f"{base}#{int(turn or 1) + 1}", planned=today, secret=secret,
    )  # fmt: skip
    fresh.decision = notice.decision
    fresh.save()
    _send_at_once(fresh, at)
    kind.on_replaced(notice.subject, notice, fresh)
    return fresh


def _send_at_once(notice: Notice, at: datetime) -> None:
    """The time in which a sending can be stopped was given to the letter that this one replaces."""
    for delivery in notice.deliveries.filter(channel=Channel.EMAIL):
        delivery.due_at = at
        delivery.save()


def is_stale(notice: Notice, at: datetime) -> bool:
    """Whether the letter names a day reckoned from a planned day that is over, while nothing of it has left."""
    named = notice.communicated_on is not None
    return named and notice.dispatched_at is None and jst_day(at) > notice.planned_dispatch_on


def went_elsewhere(delivery: Delivery, at: datetime) -> bool:
    """Whether it is addressed, or was sent, to another address than was registered at this moment (Arts. 4(1), 7)."""
    return delivery.address != registered_address(delivery.notice.customer, delivery.channel, at)


def misplaced(delivery: Delivery, at: datetime) -> bool:
    """Whether it left at this moment for a place that was not registered then; a new name at the same place reaches it."""
    if kind_of(delivery.notice).keeps_address:
        return False
    registered = registered_address(delivery.notice.customer, delivery.channel, at)
    names = ("email",) if delivery.channel == Channel.EMAIL else ("postal_code", "address")
    return any(delivery.address.get(name) != registered[name] for name in names)


def readdressed(notice: Notice, at: datetime) -> str:
    """Why a letter of which nothing has left must not go to where it is addressed: the register changed; "" where it may."""
    if notice.dispatched_at is not None or kind_of(notice).keeps_address:
        return ""
    ways = [d for d in notice.deliveries.all() if d.state in (Delivery.State.QUEUED, Delivery.State.FAILED)]
    moved = any(went_elsewhere(d, leaves_at(notice.planned_dispatch_on, at)) for d in ways)
    untouched = len(ways) == sum(d.state != Delivery.State.CANCELLED for d in notice.deliveries.all())
    return "登録の宛先が変わったため（第7条第3項）、新しい宛先で作り直しました。" if moved and untouched else ""


def strayed(delivery: Delivery, at: datetime) -> str:
    """Why a way that still waits, of a letter in effect by another, must not leave: its address is registered no more."""
    if delivery.notice.state != Notice.State.DISPATCHED or not misplaced(delivery, at):
        return ""
    return "登録の宛先が変わったため、変わる前の宛先には送っていません（第4条第1項・第7条第3項）。"
