"""The life of a case: open → confirmed → correction_ordered → curing → cured, or terminating → terminated (23(1))."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from accounts import workflow as accounts
from accounts.models import Customer
from config.desk import numbers
from config.desk.clock import jst_day
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.incoming.models import Incoming
from contracts.licenses.models import Subscription
from contracts.violations import clocks, received
from contracts.violations.clocks import CORRECTION, CURE
from contracts.violations.models import NoticeItem, UncuredCheck, Violation, ViolationItem
from notices import workflow as notices
from notices.models import Notice
from notices.wording.choosing import extras

State = Violation.State
REVIEW, NOTIFY = "violations.review", "violations.notify"
CLOSED = (State.TERMINATED, State.DISMISSED)


def open_case(
    row: None,
    *,
    by: Any,
    at: datetime,
    customer: Customer,
    source: str,
    facts: str,
    subscription: Subscription | None = None,
    incoming: Incoming | None = None,
) -> Violation:
    """Open a case on the customer's contract; which one must be named only where there are several.

    Where it begins from a line of the incoming register, the line is linked to it, and the company knew since it came.
    """
    if subscription is not None and subscription.state == Subscription.State.ENDED:
        raise Refused("その契約は終了しています。", clause="17(1)", instead="利用中の契約を選んでください。")
    subscription = subscription or _only_contract(customer)
    customer = subscription.customer  # of doubled numbers that were joined, the one that holds the contract
    case = Violation.objects.create(
        number=numbers.take("V", at), customer=customer, subscription=subscription, source=source,
        summary=facts, opened_at=incoming.received_at if incoming else at, owner=by,
    )  # fmt: skip
    deadlines.start(REVIEW, case, customer=customer, at=at)
    received.attach(case, incoming, by=by, at=at, reason="この受信から、違反案件を登録したため")
    return case


def _only_contract(customer: Customer) -> Subscription:
    living = list(Subscription.objects.living().filter(customer__in=customer.family_ids)[:2])
    if not living:
        raise Refused(
            f"{customer.name}には、利用中の契約がありません。",
            clause="17(1)",
            instead="利用者と契約を確かめてください。",
        )
    if len(living) > 1:
        raise Refused(
            f"{customer.name}には契約が複数あります。", clause="17(1)", instead="違反のあった契約を選んでください。"
        )
    return living[0]


def closed_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """Nothing moves a case that has ended."""
    if case.state in CLOSED:
        return Refused(
            f"この案件は「{case.get_state_display()}」です。",
            clause="23(1)",
            instead="新しい事実は、新しい案件にしてください。",
        )
    return None


def confirm_item(
    case: Violation,
    *,
    by: Any,
    at: datetime,
    clause: Sequence[str],
    finding: str,
    facts: str,
    evidence: str = "",
    by_credentials: bool = False,
    credentials: str = "",
) -> Violation:
    """Record a finding. Act and risk are breaches and are kept for later screenings (6(3)(2)); a suspicion is neither.

    `by_credentials`: done with credentials that we issued (9(5)). That says who answers for what follows from the act;
    it makes no breach of it: the clauses do.
    """
    item = ViolationItem.objects.create(
        case=case,
        position=case.items.count() + 1,
        clauses=list(clause),
        finding=finding,
        text=facts,
        evidence=evidence,
        by_credentials=by_credentials or bool(credentials),
        credentials=credentials,
        confirmed_at=at,
    )
    deadlines.meet_all(case, clocks.UNANSWERED, by=by, at=at, on=at)
    if finding == ViolationItem.Finding.SUSPICION:
        return case
    accounts.record_prior(case.customer, ground=2, source=item.source_key, fact=facts, happened_on=jst_day(at))
    if case.state == State.OPEN:
        case.state = State.CONFIRMED
        case.save()
        deadlines.meet_all(case, REVIEW, by=by, at=at, on=at)
    if case.state == State.CONFIRMED:
        ask_to_notify(case, at)
    return case


def ask_to_notify(case: Violation, at: datetime) -> None:
    """The task to notify, once, where there is something to name."""
    if clocks.nameable_items(case) and not Deadline.objects.about(case, NOTIFY).running().exists():
        deadlines.start(NOTIFY, case, customer=case.customer, at=at)


def nothing_to_notify(case: Violation) -> None:
    """Every breach was cured: the task to notify falls away."""
    if not case.items.breaches().uncured().exists():
        for task in Deadline.objects.about(case, NOTIFY).running():
            deadlines.cancel(task, reason="違反事項が、すべて是正されたため")


def next_notice(case: Violation) -> str:
    """The verb that orders the notice; none while the notice is ordered and has only to leave."""
    return "violations.send_correction_notice" if clocks.nameable_items(case) else ""


def correction_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """There is a confirmed item, not cured and under no other running notice."""
    if refused := closed_why_not(case, by=by, at=at):
        return refused
    if clocks.nameable_items(case):
        return None
    if not case.items.breaches().exists():
        return Refused(
            "違反と認めた事項がありません。",
            clause="23(1)",
            instead="先に違反事項を認定してください。疑いだけでは、是正を求められません。",
        )
    return Refused(
        "通知していない違反事項がありません。",
        clause="23(1)",
        instead="是正の結果を待つか、新しい違反事項を認定してください。",
    )


def send_correction_notice(
    case: Violation,
    *,
    by: Any,
    at: datetime,
    channels: Sequence[str],
    facts: str,
    demand: str,
    planned_on: date | None = None,
    **added: Any,
) -> Violation:
    """Order the notice on every nameable item; its clock starts when it leaves. A clock that came back is replaced.

    `added`: paragraphs that staff add (`choosing.extras`).
    """
    items = clocks.nameable_items(case)
    _give_up_stopped_clocks(items)
    turn = Notice.objects.about(case, CORRECTION).count() + 1
    notice = notices.order(
        CORRECTION, case, customer=case.customer, by=by, at=at, channels=channels, planned=planned_on,
        fields={"facts": facts, "demand": demand, "items": [i.position for i in items], "channels": list(channels), **extras(**added)},
        key=f"{CORRECTION}:{case.number}:{turn}",
    )  # fmt: skip
    for item in items:
        NoticeItem.objects.create(notice=notice, item=item)
    if case.state == State.CONFIRMED:
        case.state = State.CORRECTION_ORDERED
        case.save()
    return case


def _give_up_stopped_clocks(items: Sequence[ViolationItem]) -> None:
    """Sending again is a new notice with a new period; the old clock is cancelled with that reason."""
    old = Deadline.objects.on_file().filter(kind=CURE, notice__violation_items__item__in=items).distinct()
    for clock in old:
        deadlines.cancel(clock, reason="通知が届かなかったため、新しい通知で期間を数え直します。")


def correction_left(case: Violation, notice: Notice, at: datetime) -> None:
    """The first way left: the clock starts, and the case is curing; not where notice or finding was given up meanwhile."""
    fresh = locked(Violation, case.pk)
    if clocks.is_withdrawn(notice) or fresh.state == State.DISMISSED:
        return
    deadlines.start(CURE, fresh, customer=fresh.customer, at=at, notice=notice)
    if fresh.state in (State.CONFIRMED, State.CORRECTION_ORDERED):
        fresh.state = State.CURING
        fresh.save()
    deadlines.meet_all(fresh, NOTIFY, by=None, at=at, on=at)


def correction_cancelled(case: Violation, notice: Notice, reason: str) -> None:
    """It will not leave: back to confirmed, unless another notice is on its way or running."""
    fresh = locked(Violation, case.pk)
    others = [n for n in Notice.objects.about(fresh, CORRECTION).exclude(pk=notice.pk) if clocks.is_running(n)]
    if fresh.state == State.CORRECTION_ORDERED and not others:
        fresh.state = State.CONFIRMED
        fresh.save()


def correction_replaced(case: Violation, old: Notice, new: Notice) -> None:
    """Dated anew: the new letter names what the old one named; a clock of the old one (taken for posted) counts no more."""
    for clock in Deadline.objects.about(case, CURE).filter(notice=old):
        deadlines.cancel(clock, reason="差し出されず、日付を改めて作り直したため")
    for link in NoticeItem.objects.filter(notice=old):
        NoticeItem.objects.get_or_create(notice=new, item=link.item)


def correction_stands(case: Violation, notice: Notice, at: datetime) -> str | None:
    """Before it leaves: something that it names is uncured still."""
    if case.state in CLOSED:
        return f"案件が「{case.get_state_display()}」になりました。"
    if clocks.is_withdrawn(notice):
        return "この是正通知は、撤回されました。"
    if all(item.cured_at for item in clocks.items_of(notice)):
        return "通知する違反事項が、すべて是正されました。"
    return None


def uncured_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """未是正確認 is made at or after the moment from which we may act."""
    return closed_why_not(case, by=by, at=at) or clocks.not_ripe(case, at, "未是正の確認")


def confirm_uncured(
    case: Violation, *, by: Any, at: datetime, checked_at: datetime, how: str, evidence: str = ""
) -> Violation:
    """Somebody looked, and found it uncured."""
    if refused := clocks.not_ripe(case, checked_at, "未是正の確認"):
        raise refused
    UncuredCheck.objects.create(case=case, checked_at=checked_at, how=how, evidence=evidence, by=by)
    return case


def close_open_decisions(case: Violation, reason: str) -> None:
    """What was proposed on the case has nothing to rest on any more."""
    for decision in Decision.objects.about(case).filter(state__in=["proposed", "returned"]):
        decisions.close(decision, reason)


def dismiss_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """Not after the end, nor while a termination is on its way, nor while nobody knows whether a notice has left."""
    if case.state == State.TERMINATING:
        return Refused(
            "終了の通知が発送を待っています。", clause="23(1)", instead="先に終了の決裁を取り下げてください。"
        )
    if clocks.being_sent(case):
        return Refused(
            "是正通知が、いま送信中です。",
            clause="23(1)",
            instead="送信の結果が分かってから、もう一度行ってください。届いたときは、撤回を利用者に知らせられます。",
        )
    return closed_why_not(case, by=by, at=at)


def dismiss(case: Violation, *, by: Any, at: datetime, reason: str) -> Violation:
    """No violation after all: letters recalled, clocks cancelled, and what was kept for screening withdrawn with the finding."""
    for notice in Notice.objects.about(case).filter(kind__in=[CORRECTION, clocks.INQUIRY]).pending():
        notices.recall(notice, by=by, at=at, reason=reason)
    for notice in Notice.objects.about(case, CORRECTION).filter(state=Notice.State.DISPATCHED):
        notices.withdraw_queued(notice, "違反と認めないことにしたため")
    for clock in Deadline.objects.about(case).on_file().of_the_house():
        deadlines.cancel(clock, reason="違反と認めないことにしたため")
    close_open_decisions(case, "違反と認めないことにしたため")
    for item in case.items.all():
        accounts.withdraw_prior(item.source_key, at)
    case.state, case.closed_reason = State.DISMISSED, reason
    case.save()
    return case
