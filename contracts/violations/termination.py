"""Termination: a discretion, used by a person and approved by another, after the clock has run out (23(1))."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.closing import workflow as closing
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.licenses.models import Subscription
from contracts.violations import clocks, inquiry
from contracts.violations.models import Violation
from notices import workflow as notices
from notices.models import Delivery, Notice

State = Violation.State
TERMINATION = "violations.termination"
DECIDE = "violations.decide"
WHAT = "終了の起案"


def propose_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """From `act_from` on, with 未是正確認 (23(1)); at the proposal and again at the approval."""
    if case.state in (State.TERMINATING, State.TERMINATED, State.DISMISSED):
        return Refused(
            f"この案件は「{case.get_state_display()}」です。",
            clause="23(1)",
            instead="案件の画面で、今の状態を確かめてください。",
        )
    if case.subscription.state == Subscription.State.ENDED:
        return Refused("契約は、すでに終了しています。", clause="23(1)")
    if refused := clocks.not_ripe(case, at, WHAT):
        return refused
    if not clocks.proven_clocks(case, at):
        return Refused(
            "是正されていないことの確認が、記録されていません。",
            clause="23(1)",
            instead="先に「未是正を確認する」を記録してください。",
        )
    return None


def propose_again_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """For the verb: as above, and no proposal is under way."""
    return propose_why_not(case, by=by, at=at) or decisions.open_already(TERMINATION, case)


def kind_why_not(case: Violation, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """As the decision's kind asks."""
    return propose_why_not(case, by=by, at=at)


def propose(case: Violation, *, by: Any, at: datetime, reason: str, channels: Sequence[str]) -> Decision:
    """Propose the end of the contract; the case's state stays as it is."""
    fields = {"reason": reason, "channels": list(channels)}
    decision = decisions.propose(TERMINATION, case, customer=case.customer, by=by, at=at, fields=fields)
    deadlines.meet_all(case, DECIDE, by=by, at=at, on=at)
    return decision


def next_step(case: Violation) -> str:
    """What whoever decides does next: look whether it was cured; then propose the end, or record that we do not end."""
    return "violations.propose_termination" if case.uncured_checks.exists() else "violations.confirm_uncured"


def waits(case: Violation) -> bool:
    """Whether somebody has to decide if the contract ends."""
    return Deadline.objects.about(case, DECIDE).running().exists()


def hold_back_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """A period has run out, and whether to end the contract waits to be decided."""
    if waits(case):
        return clocks.not_ripe(case, at, "この判断")
    return Refused(
        "終了するかどうかの判断を、待っていません。",
        clause="23(1)",
        instead="案件の画面で、今の状態を確かめてください。",
    )


def hold_back(case: Violation, *, by: Any, at: datetime, reason: str) -> Violation:
    """23(1) is a discretion: the company does not end the contract now. The power stays; the task is done."""
    deadlines.meet_all(case, DECIDE, by=by, at=at, on=at)
    return case


def carry_out(case: Violation, decision: Decision, at: datetime) -> None:
    """Approved: the letter is ordered, naming only what was not cured; nothing ends before it leaves (4(2))."""
    fresh = locked(Violation, case.pk)
    turn = Notice.objects.about(fresh, TERMINATION).count() + 1
    channels = decision.fields["channels"]
    notices.order(
        TERMINATION, fresh, customer=fresh.customer, by=decision.approved_by, at=at, decision=decision,
        fields=letter_fields(fresh, at), channels=channels if isinstance(channels, list) else [channels],
        key=f"{TERMINATION}:{fresh.number}:{turn}",
    )  # fmt: skip
    fresh.state = State.TERMINATING
    fresh.save()


def letter_fields(case: Violation, at: datetime) -> dict[str, Any]:
    """What the letter rests on: the items not cured in time, and the notices whose periods have run out."""
    proven = clocks.proven_clocks(case, at)
    return {
        "items": [item.position for item in clocks.uncured_items(proven)],
        "notices": [clock.notice_id for clock in proven],
    }


def stands(case: Violation, notice: Notice, at: datetime) -> str | None:
    """Before the letter leaves: something is left that was not cured in time, and the clock still lets us act."""
    if case.state != State.TERMINATING and notice.dispatched_at is None:
        return f"案件が「{case.get_state_display()}」になりました。"
    if notice.dispatched_at is None and case.subscription.state == Subscription.State.ENDED:
        return "契約は、すでに終了しています。"
    if notice.dispatched_at is None and not clocks.proven_clocks(case, at):
        return "是正期間が過ぎた未是正の事項が、なくなりました（第23条第1項）。"
    return None


def left(case: Violation, notice: Notice, at: datetime) -> None:
    """The first dispatch ends the contract and blocks its use from that moment."""
    fresh = locked(Violation, case.pk)
    closing.begin(
        fresh.subscription,
        cause="termination",
        clause="23(1)",
        source=fresh.number,
        at=at,
        reason=f"違反案件 {fresh.number} による終了",
    )
    if fresh.state != State.TERMINATED:
        fresh.state = State.TERMINATED
        fresh.save()
        deadlines.meet_all(fresh, DECIDE, by=None, at=at, on=at)
        inquiry.stop_asking(fresh, "契約が終了したため")


def followed(case: Violation, delivery: Delivery) -> None:
    """The end follows the first dispatch that did not come back; erasure counts from the last dispatch or delivery (23(4)).

    A letter that was posted although it had been cancelled has no effect, neither gone nor come back.
    """
    if delivery.notice.state != Notice.State.DISPATCHED:
        return
    if delivery.state == Delivery.State.RETURNED:
        _came_back(case, delivery)
        return
    if delivery.has_left:
        _ended_by_another_way(case, delivery)
        closing.move_end(case.subscription, at=min(_standing(case)))
        moment = delivery.delivered_at or delivery.dispatched_at
        if moment is not None:
            closing.count_from(case.subscription, jst_day(moment))


def _standing(case: Violation) -> list[datetime]:
    """When each way left that did not come back, whenever that was recorded."""
    letters = Notice.objects.about(case, TERMINATION).filter(state=Notice.State.DISPATCHED)
    left_by = Delivery.objects.filter(notice__in=letters).has_left()
    return [moment for moment in left_by.values_list("dispatched_at", flat=True) if moment is not None]


def _came_back(case: Violation, delivery: Delivery) -> None:
    """No effect without a notice: the end moves to what did not come back, or is taken back."""
    fresh = locked(Violation, case.pk)
    if moments := _standing(fresh):
        closing.move_end(fresh.subscription, at=min(moments))
    elif fresh.state == State.TERMINATED and delivery.returned_at is not None:
        closing.take_back(fresh.subscription, at=delivery.returned_at, why="終了の通知が届かなかったため")
        on_its_way = delivery.notice.deliveries.filter(state__in=["queued", "in_flight"]).exists()
        fresh.state = State.TERMINATING if on_its_way else State.CURING
        fresh.save()


def _ended_by_another_way(case: Violation, delivery: Delivery) -> None:
    """After a return took the end back, the way that leaves later ends the contract."""
    again = case.state == State.TERMINATING and closing.was_taken_back(case.subscription)
    if again and delivery.notice.dispatched_at and delivery.dispatched_at:
        left(case, delivery.notice, delivery.dispatched_at)


def cancelled(case: Violation, notice: Notice, reason: str) -> None:
    """The letter does not leave: nothing ends, and the decision is closed without effect."""
    _back_to_curing(case)
    if notice.decision is not None:
        decisions.close(notice.decision, reason)


def take_back(case: Violation, decision: Decision, by: Any, at: datetime) -> None:
    """Recall the ordered letter; too late is refused."""
    letter = decision.notices.order_by("-pk").first()
    if letter is not None and notices.recall(letter, by=by, at=at, reason="決裁をやり直すため") == "too_late":
        raise Refused(
            "終了の通知は、すでに発送されているか、送信中です。",
            clause="23(1)",
            instead="終了は取り消せません。法務の担当者に相談してください。",
        )
    _back_to_curing(case)


def cure_became_known(case: Violation, *, by: Any, at: datetime, in_time: bool) -> None:
    """Cured in time: the letter is cancelled. Cured late: it is held, and the approver is asked again (Civil Code 541)."""
    letter = Notice.objects.about(case, TERMINATION).order_by("-pk").first()
    if letter is None or letter.decision is None:
        return
    why = "期間内に是正されていたことが分かったため" if in_time else "期間の後に是正されたため、もう一度判断します"
    if notices.recall(letter, by=by, at=at, reason=why) == "too_late":
        _stop_what_follows(case, letter, why)
        return
    _back_to_curing(case)
    decisions.close(letter.decision, why) if in_time else decisions.hold(letter.decision, why)


def _stop_what_follows(case: Violation, letter: Notice, why: str) -> None:
    """It came back and nothing has ended: the way that is still queued does not follow."""
    if closing.was_taken_back(case.subscription) and not letter.deliveries.filter(state="in_flight").exists():
        notices.withdraw_queued(letter, why)
        _back_to_curing(case)


def _back_to_curing(case: Violation) -> None:
    fresh = locked(Violation, case.pk)
    if fresh.state == State.TERMINATING:
        fresh.state = State.CURING
        fresh.save()
