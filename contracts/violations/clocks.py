"""Which notices of a case run, what they cover, and whether the power of 23(1) has come (readings, "cured in time")."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from config.desk.jst import JST, jmoment
from config.desk.reading import once
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.deadlines.reckoning import ELSEWHERE
from contracts.violations.models import NoticeItem, Violation, ViolationItem, Withdrawal
from notices.models import Delivery, Notice

CURE, CORRECTION = "violations.cure", "violations.correction"
INQUIRY, UNANSWERED = "violations.inquiry", "violations.inquiry_unanswered"


@once
def cure_clocks(case: Violation) -> list[Deadline]:
    """The clocks of the case that a power may rest on, oldest first, reckoned from the deliveries as recorded by now."""
    found = Deadline.objects.about(case, CURE).on_file().select_related("notice", "extension")
    return [deadlines.as_it_stands(c) for c in found.prefetch_related("notice__deliveries").order_by("pk")]


def is_running(notice: Notice) -> bool:
    """Whether the notice still covers its items: not withdrawn; on its way, or left and not come back on every way."""
    return notice.pk in running_among([notice])


def running_among(notices: Collection[Notice]) -> set[int]:
    """Which of these notices still cover their items, by key; two queries, besides their deliveries."""
    keys = [notice.pk for notice in notices]
    cancelled = Deadline.objects.filter(kind=CURE, notice__in=keys, state=Deadline.State.CANCELLED)
    given_up = set(cancelled.values_list("notice_id", flat=True))
    withdrawn = withdrawn_among(notices)
    standing = [notice for notice in notices if notice.pk not in withdrawn]
    return {n.pk for n in standing if n.is_pending or (n.pk not in given_up and _has_left(n))}


def _has_left(notice: Notice) -> bool:
    """By a way that has not come back, to where it belongs."""
    ways = {"queued", "in_flight", "dispatched", "delivered"}
    there = any(d.state in ways and not d.elsewhere for d in notice.deliveries.all())
    return notice.state == Notice.State.DISPATCHED and there


def being_sent(case: Violation) -> bool:
    """Whether the e-mail of a correction notice is in flight: nobody knows yet whether it has left."""
    letters = Notice.objects.about(case, CORRECTION)
    return letters.filter(deliveries__state=Delivery.State.IN_FLIGHT).exists()


def also_told(clock: Deadline) -> date | None:
    """The latest day that another notice names for what this one names: one that was cancelled and posted all the same.

    It binds us as well, until the customer was told of its withdrawal.
    """
    others = _left_all_the_same(Violation(pk=clock.object_id))  # asked by its key: nothing of the case is read
    if not others or clock.notice_id is None:
        return None
    named = items_by_notice([clock.notice_id, *(n.pk for n in others)])
    ours = {item.pk for item in named[clock.notice_id]}
    days = [n.communicated_on for n in others if n.communicated_on and ours & {item.pk for item in named[n.pk]}]
    return max(days, default=None)


@once
def _left_all_the_same(case: Violation) -> list[Notice]:
    gone = Notice.objects.about(case, CORRECTION).filter(state=Notice.State.CANCELLED)
    gone = gone.filter(deliveries__state__in=[Delivery.State.DISPATCHED, Delivery.State.DELIVERED])
    return list(gone.exclude(withdrawal__letter__state=Notice.State.DISPATCHED).distinct())


def is_withdrawn(notice: Notice) -> bool:
    """Whether the company took the notice back."""
    return notice.pk in withdrawn_among([notice])


def withdrawn_among(notices: Iterable[Notice]) -> set[int]:
    """Which of these notices the company took back, by key."""
    taken_back = Withdrawal.objects.filter(notice__in=[notice.pk for notice in notices])
    return set(taken_back.values_list("notice_id", flat=True))


def items_of(notice: Notice) -> list[ViolationItem]:
    """What the notice named, and what of it stands."""
    return items_by_notice([notice.pk])[notice.pk]


def items_by_notice(notices: Collection[int]) -> dict[int, list[ViolationItem]]:
    """The same for each of these notices (by key), in one query."""
    found: dict[int, list[ViolationItem]] = {key: [] for key in notices}
    links = NoticeItem.objects.filter(notice__in=notices, item__in=ViolationItem.objects.standing())
    for link in links.select_related("item").order_by("item__position"):
        found[link.notice_id].append(link.item)
    return found


@once
def left_to_cure(case: Violation) -> list[int]:
    """The items without a known cure, suspicions too, by key; two guards of one page ask for them."""
    return list(case.items.uncured().values_list("pk", flat=True))


@once
def nameable_items(case: Violation) -> list[ViolationItem]:
    """Confirmed items not cured and under no other running notice."""
    items = list(
        case.items.breaches().uncured().prefetch_related("notice_items__notice__deliveries").order_by("position")
    )
    running = running_among({link.notice for item in items for link in item.notice_items.all()})
    return [item for item in items if not any(link.notice_id in running for link in item.notice_items.all())]


def in_time(item: ViolationItem, clock: Deadline) -> bool:
    """The fact decides: cured before the moment from which we may act, whenever it is recorded."""
    return item.cured_at is not None and (clock.act_from is None or item.cured_at < clock.act_from)


def uncured_of(clock: Deadline) -> list[ViolationItem]:
    """What the clock's notice named and what was not cured in time."""
    return left_under([clock])[0][1]


def left_under(clocks: Sequence[Deadline]) -> list[tuple[Deadline, list[ViolationItem]]]:
    """Each clock with what its notice named and what was not cured in time; one query for all."""
    named = items_by_notice([clock.notice_id for clock in clocks if clock.notice_id])
    return [(c, [item for item in named.get(c.notice_id or 0, []) if not in_time(item, c)]) for c in clocks]


@once
def unmet_clocks(case: Violation) -> list[Deadline]:
    """Clocks under which something is not cured in time."""
    return [clock for clock, left in left_under(cure_clocks(case)) if left]


def ripe_clocks(case: Violation, at: datetime) -> list[Deadline]:
    """Clocks that have run out with something uncured."""
    return [clock for clock in unmet_clocks(case) if clock.may_act(at)]


def proven_clocks(case: Violation, at: datetime) -> list[Deadline]:
    """Ripe clocks whose 未是正確認 was made at or after their moment."""
    checks = list(case.uncured_checks.values_list("checked_at", flat=True))
    return [c for c in ripe_clocks(case, at) if c.act_from and any(c.act_from <= checked <= at for checked in checks)]


def uncured_items(clocks: Sequence[Deadline]) -> list[ViolationItem]:
    """What is left under these clocks, by number."""
    found = {item.pk: item for _, left in left_under(clocks) for item in left}
    return sorted(found.values(), key=lambda item: item.position)


def _nothing_waits(case: Violation) -> Refused:
    if case.items.breaches().exists() and not case.items.breaches().uncured().exists():
        return Refused("違反事項は、すべて是正されました。", clause="23(1)", instead="終了することはできません。")
    return Refused("是正期間の過ぎた是正通知がありません。", clause="23(1)", instead="先に是正通知を発送してください。")


def _stopped(blocked: str) -> Refused:
    steps = {
        "まだ発送されていない方法があります": "メールは待ち時間の後に送信されます。郵送分は、差出しを記録してください。",
        "郵送分の配達の記録を待っています": "配達を確かめて記録するか、返戻を記録してください。",
        "発送を待っています": "通知の発送を待ってください。",
        ELSEWHERE: "新しい宛先に、是正通知を改めて送ってください。",
    }
    return Refused(
        f"是正期間が止まっています。{blocked}。",
        clause="23(1)",
        instead=steps.get(blocked, "通知を別の方法で送ってください。"),
    )


def not_ripe(case: Violation, at: datetime, what: str) -> Refused | None:
    """Why the company may not act yet, naming the moment from which it may (23(1)); None when it may."""
    waiting = unmet_clocks(case)
    if any(clock.may_act(at) for clock in waiting):
        return None
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
