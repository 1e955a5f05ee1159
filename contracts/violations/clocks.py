"""Which notices of a case run, what they cover, and whether the power of 23(1) has come (readings, "cured in time")."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max

from config.desk.jst import JST, jmoment
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.violations.models import Violation, ViolationItem, Withdrawal
from notices.models import Delivery, Notice

CURE, CORRECTION = "violations.cure", "violations.correction"
INQUIRY, UNANSWERED = "violations.inquiry", "violations.inquiry_unanswered"


def cure_clocks(case: Violation) -> list[Deadline]:
    """The clocks of the case that a power may rest on, oldest first, reckoned from the deliveries as recorded by now."""
    found = Deadline.objects.about(case, CURE).on_file().select_related("notice", "extension")
    return [deadlines.as_it_stands(c) for c in found.prefetch_related("notice__deliveries").order_by("pk")]


def is_running(notice: Notice) -> bool:
    """Whether the notice still covers its items: not withdrawn; on its way, or left and not come back on every way."""
    if is_withdrawn(notice):
        return False
    if notice.is_pending:
        return True
    if notice.state != Notice.State.DISPATCHED:
        return False
    cancelled = Deadline.objects.filter(kind=CURE, notice=notice, state=Deadline.State.CANCELLED).exists()
    return not cancelled and any(
        d.state in ("queued", "in_flight", "dispatched", "delivered") for d in notice.deliveries.all()
    )


def being_sent(case: Violation) -> bool:
    """Whether the e-mail of a correction notice is in flight: nobody knows yet whether it has left."""
    letters = Notice.objects.about(case, CORRECTION)
    return letters.filter(deliveries__state=Delivery.State.IN_FLIGHT).exists()


def also_told(clock: Deadline) -> date | None:
    """The latest day that another notice, which reached the customer, names for what this one names; it binds us as well.

    So a notice that was cancelled and posted all the same, until the customer was told of its withdrawal.
    """
    letters = Notice.objects.filter(
        content_type_id=clock.content_type_id, object_id=clock.object_id, kind=CORRECTION,
        deliveries__state__in=[Delivery.State.DISPATCHED, Delivery.State.DELIVERED],
        violation_items__item__notice_items__notice=clock.notice_id, violation_items__item__annulled_at=None,
    )  # fmt: skip
    standing = letters.exclude(id=clock.notice_id or 0).exclude(withdrawal__letter__state=Notice.State.DISPATCHED)
    latest: date | None = standing.aggregate(day=Max("communicated_on"))["day"]
    return latest


def is_withdrawn(notice: Notice) -> bool:
    """Whether the company took the notice back."""
    return Withdrawal.objects.filter(notice=notice).exists()


def items_of(notice: Notice) -> list[ViolationItem]:
    """What the notice named, and what of it stands."""
    return list(ViolationItem.objects.standing().filter(notice_items__notice=notice).order_by("position"))


def nameable_items(case: Violation) -> list[ViolationItem]:
    """Confirmed items not cured and under no other running notice."""
    items = case.items.breaches().uncured().prefetch_related("notice_items__notice__deliveries")
    return [
        item
        for item in items.order_by("position")
        if not any(is_running(link.notice) for link in item.notice_items.all())
    ]


def in_time(item: ViolationItem, clock: Deadline) -> bool:
    """The fact decides: cured before the moment from which we may act, whenever it is recorded."""
    return item.cured_at is not None and (clock.act_from is None or item.cured_at < clock.act_from)


def uncured_of(clock: Deadline) -> list[ViolationItem]:
    """What the clock's notice named and what was not cured in time."""
    return [item for item in items_of(clock.notice) if not in_time(item, clock)] if clock.notice else []


def ripe_clocks(case: Violation, at: datetime) -> list[Deadline]:
    """Clocks that have run out with something uncured."""
    return [clock for clock in cure_clocks(case) if clock.may_act(at) and uncured_of(clock)]


def proven_clocks(case: Violation, at: datetime) -> list[Deadline]:
    """Ripe clocks whose 未是正確認 was made at or after their moment."""
    checks = list(case.uncured_checks.values_list("checked_at", flat=True))
    return [c for c in ripe_clocks(case, at) if c.act_from and any(c.act_from <= checked <= at for checked in checks)]


def uncured_items(clocks: Iterable[Deadline]) -> list[ViolationItem]:
    """What is left under these clocks, by number."""
    found = {item.pk: item for clock in clocks for item in uncured_of(clock)}
    return sorted(found.values(), key=lambda item: item.position)


def _nothing_waits(case: Violation) -> Refused:
    if case.items.breaches().exists() and not case.items.breaches().uncured().exists():
        return Refused("違反事項は、すべて是正されました。", clause="23(1)", instead="終了することはできません。")
    return Refused("是正期間の過ぎた是正通知がありません。", clause="23(1)", instead="先に是正通知を発送してください。")


def _stopped(blocked: str) -> Refused:
    steps = {
        "まだ発送されていない方法があります": "郵送分の差出しを記録してください。",
        "郵送分の配達の記録を待っています": "配達を確かめて記録するか、返戻を記録してください。",
        "発送を待っています": "通知の発送を待ってください。",
    }
    return Refused(
        f"是正期間が止まっています。{blocked}。",
        clause="23(1)",
        instead=steps.get(blocked, "通知を別の方法で送ってください。"),
    )


def not_ripe(case: Violation, at: datetime, what: str) -> Refused | None:
    """Why the company may not act yet, naming the moment from which it may (23(1)); None when it may."""
    if ripe_clocks(case, at):
        return None
    waiting = [c for c in cure_clocks(case) if uncured_of(c)]
    if not waiting:
        return _nothing_waits(case)
    moments = sorted(c.act_from for c in waiting if c.act_from)
    if not moments:
        return _stopped(waiting[-1].blocked)
    first = moments[0].astimezone(JST)
    return Refused(
        f"{what}は、{jmoment(first)} からできます。",
        clause="23(1)",
        instead="それまでは、是正を待ってください。",
        short=f"{first.month}/{first.day} から",
    )
