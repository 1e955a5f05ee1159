"""Taking a correction notice back. It favors the customer, so one person may; who did it and why is kept, and told.

It takes effect for us at once: from this moment no power rests on the notice. Where the customer was told of the notice,
a letter tells of the withdrawal (4(1)); whether that letter arrives changes nothing in our being bound.

The state of the case. "A further item or notice never moves it back" speaks of what is added. A withdrawal takes away what
the state stands on, so the state says what is left: `curing` while another notice that has left runs with something uncured;
`correction_ordered` while another is only on its way; else `confirmed` where a breach is uncured (it can be named anew, and
the task to notify starts), or `cured` where none is. A case that is `cured` already stays so.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from config.desk.reading import once
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.violations import clocks, extension, termination, waiver
from contracts.violations.clocks import CORRECTION, CURE
from contracts.violations.models import Violation, Withdrawal
from contracts.violations.workflow import State, ask_to_notify
from notices import workflow as notices
from notices.models import Delivery, Notice

WITHDRAWAL = "violations.withdrawal"
WHY = "是正通知を撤回したため"


# --- which notice ----------------------------------------------------------------------------------------------------


@once
def withdrawable(case: Violation) -> list[Notice]:
    """Notices on which something rests still, or that the customer must be told are not stood by; oldest first.

    While a termination is on its way, or after it, only the latter: the withdrawal takes nothing from it then.
    """
    letters = list(Notice.objects.about(case, CORRECTION).prefetch_related("deliveries").order_by("pk"))
    fixed = case.state in (State.TERMINATING, State.TERMINATED)
    open_to_it = _owed_a_word_among(case, letters) | (set() if fixed else _standing_among(letters))
    return [letter for letter in letters if letter.pk in open_to_it]


def owed_a_word(case: Violation, notice: Notice) -> bool:
    """Whether the customer has a notice that is not stood by: withdrawn without their knowing, cancelled, or dismissed with its case."""
    return bool(_owed_a_word_among(case, [notice]))


def _owed_a_word_among(case: Violation, letters: Collection[Notice]) -> set[int]:
    left = [n for n in letters if _has_left(n)]
    given_up = {n.pk for n in left if n.state == Notice.State.CANCELLED or case.state == State.DISMISSED}
    withdrawn = Withdrawal.objects.filter(notice__in=given_up).values_list("notice_id", flat=True)
    return (given_up - set(withdrawn)) | {done.notice_id for done in _untold_among(letters)}


def _has_left(notice: Notice) -> bool:
    return any(delivery.has_left for delivery in notice.deliveries.all())


def _standing_among(letters: Collection[Notice]) -> set[int]:
    """On its way, or left while its clock is neither met nor given up; a handler may not have started the clock yet."""
    withdrawn = clocks.withdrawn_among(letters)
    ended = Deadline.objects.filter(kind=CURE, notice__in=[n.pk for n in letters], state__in=["met", "cancelled"])
    over = withdrawn | set(ended.values_list("notice_id", flat=True))
    gone = Notice.State.DISPATCHED
    return {n.pk for n in letters if (n.pk not in over if n.state == gone else n.is_pending and n.pk not in withdrawn)}


def untold(notice: Notice) -> Withdrawal | None:
    """The withdrawal of this notice, where its letter came back or was stopped on every way; where there was none, as
    nothing had left, and the notice was posted all the same."""
    return next(iter(_untold_among([notice])), None)


def _untold_among(letters: Collection[Notice]) -> list[Withdrawal]:
    left = {n.pk for n in letters if _has_left(n)}
    done = Withdrawal.objects.filter(notice__in=[n.pk for n in letters]).select_related("letter")
    return [
        d
        for d in done.prefetch_related("letter__deliveries")
        if (_unreached(d.letter) if d.letter else d.notice_id in left)
    ]


def _unreached(letter: Notice) -> bool:
    """Whether the letter that tells of it came back or was stopped on every way."""
    over = {Delivery.State.RETURNED, Delivery.State.CANCELLED}
    return letter.state == Notice.State.VOID or all(d.state in over for d in letter.deliveries.all())


def notice_of(case: Violation, number: str) -> Notice | None:
    """The notice of this number; the only one where none is named."""
    found = withdrawable(case)
    if not number:
        return found[0] if len(found) == 1 else None
    return next((notice for notice in found if notice.number == number), None)


def was_told(notice: Notice) -> bool:
    """Whether something of it has left, so that the customer is owed a letter."""
    return notice.state == Notice.State.DISPATCHED or _has_left(notice)


# --- the verb --------------------------------------------------------------------------------------------------------


def withdraw_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """Not while a termination that rests on it is on its way or has gone; a notice that is not stood by is always told of."""
    if withdrawable(case):
        return None
    if case.state == State.TERMINATING:
        return Refused(
            "終了の通知が発送を待っています。",
            clause="23(1)",
            instead="先に終了の決裁を取り下げてから、是正通知を撤回してください。",
        )
    if case.state in (State.TERMINATED, State.DISMISSED):
        return Refused(
            f"この案件は「{case.get_state_display()}」です。",
            clause="23(1)",
            instead="是正通知を撤回しても、元には戻りません。法務の担当者に相談してください。",
        )
    return Refused(
        "撤回できる是正通知がありません。", clause="23(1)", instead="是正通知の状態を、案件の画面で確かめてください。"
    )


def withdraw_notice(
    case: Violation, *, by: Any, at: datetime, reason: str, notice: str = "", channels: Sequence[str] = ()
) -> Violation:
    """Take it back: proposals that rest on it are closed, it is recalled or its clock cancelled, the customer told.

    A notice withdrawn before, whose letter did not reach the customer, is told of once more and nothing else is done.
    """
    letter = notice_of(case, notice)
    if letter is None:
        raise _which(case)
    done = untold(letter)
    if done is None:
        _close_proposals(case, letter, at)
        done = _take_back(case, letter, by=by, at=at, reason=reason)
    if was_told(letter):
        done.letter = _tell(case, letter, by=by, at=at, reason=done.reason, channels=channels)
        _settled(letter)
    done.save()
    _tidy(case, at)
    return case


def _which(case: Violation) -> Refused:
    numbers = "、".join(str(letter) for letter in withdrawable(case))
    return Refused(
        "どの是正通知を撤回するかが分かりません。",
        clause="23(1)",
        instead=f"是正通知（{numbers}）から、番号で指定してください。",
    )


def _close_proposals(case: Violation, letter: Notice, at: datetime) -> None:
    """A termination proposed on its clock; a waiver or an extension of it. What rests on other notices goes on."""
    proven = any(clock.notice_id == letter.pk for clock in clocks.proven_clocks(case, at))
    for decision in Decision.objects.about(case).filter(state__in=["proposed", "returned"]).order_by("pk"):
        about_it = decision.kind in (waiver.WAIVE_POST, extension.EXTENSION)
        if (decision.kind == termination.TERMINATION and proven) or (
            about_it and decision.fields.get("notice") == letter.number
        ):
            decisions.close(decision, WHY)


def _take_back(case: Violation, letter: Notice, *, by: Any, at: datetime, reason: str) -> Withdrawal:
    """Recalled, or its clock given up; the row is written once it is known how the customer is told."""
    if was_told(letter):
        notices.withdraw_queued(letter, WHY)
    elif notices.recall(letter, by=by, at=at, reason=f"{WHY}：{reason}") == "too_late":
        raise Refused(
            "この是正通知は、いま送信中です。", clause="23(1)", instead="送信の結果が分かってから、撤回してください。"
        )
    for clock in Deadline.objects.on_file().filter(kind=CURE, notice=letter):
        deadlines.cancel(clock, reason=f"{WHY}：{reason}"[:300])
    return Withdrawal(case=case, notice=letter, withdrawn_at=at, reason=reason, by=by)


def _settled(letter: Notice) -> None:
    """A cancelled letter that was posted all the same is off the home page once the customer is told."""
    if letter.state == Notice.State.CANCELLED:
        letter.followed_up = True
        letter.save()


def _tell(case: Violation, letter: Notice, *, by: Any, at: datetime, reason: str, channels: Sequence[str]) -> Notice:
    turn = Notice.objects.about(case, WITHDRAWAL).count() + 1
    return notices.order(
        WITHDRAWAL, case, customer=case.customer, by=by, at=at, channels=channels, fields={"notice": letter.pk, "reason": reason},
        key=f"{WITHDRAWAL}:{case.number}:{turn}",
    )  # fmt: skip


# --- what is left ------------------------------------------------------------------------------------------------------


def _tidy(case: Violation, at: datetime) -> None:
    """The state and the tasks say what is left."""
    if not clocks.ripe_clocks(case, at):
        for task in Deadline.objects.about(case, termination.DECIDE).running():
            deadlines.cancel(task, reason=WHY)
    if case.state in (State.CORRECTION_ORDERED, State.CURING):
        case.state = _state_left(case)
        case.save()
    if case.state == State.CONFIRMED:
        ask_to_notify(case, at)


def _state_left(case: Violation) -> Violation.State:
    letters = list(Notice.objects.about(case, CORRECTION).prefetch_related("deliveries"))
    alive = clocks.running_among(letters) & _standing_among(letters)
    running = [letter for letter in letters if letter.pk in alive]
    if any(was_told(letter) for letter in running):
        return State.CURING
    if running:
        return State.CORRECTION_ORDERED
    return State.CONFIRMED if case.items.breaches().uncured().exists() else State.CURED
