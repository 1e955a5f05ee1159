"""Termination: a discretion, used by a person and approved by another, after the clock has run out (23(1))."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.locking import locked
from config.desk.refusal import Refused
from config.desk.step import current
from contracts.closing import workflow as closing
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision, Objection
from contracts.licenses.models import Subscription
from contracts.violations import after_end, clocks, inquiry
from contracts.violations.models import Violation, ViolationItem
from notices import workflow as notices
from notices.models import Delivery, Notice
from notices.wording.choosing import chosen, extras

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


def propose(case: Violation, *, by: Any, at: datetime, reason: str, channels: Sequence[str], **added: Any) -> Decision:
    """Propose the end of the contract; the case's state stays as it is. `added`: paragraphs that staff add."""
    fields = {"reason": reason, "channels": list(channels), **extras(**added)}
    decision = decisions.propose(TERMINATION, case, customer=case.customer, by=by, at=at, fields=fields)
    deadlines.meet_all(case, DECIDE, by=by, at=at, on=at)
    return decision


def start_decide(case: Violation, at: datetime) -> None:
    """The cure clock ran out: somebody has to look whether it was cured, and decide (a task of the house)."""
    if not waits(case):
        deadlines.start(DECIDE, case, customer=case.customer, at=at)


def proposal_closed(case: Violation, decision: Decision) -> None:
    """The proposal came to nothing while the power is still there: whether to end the contract waits to be decided again."""
    signature, fresh = current(), locked(Violation, case.pk)
    if signature is not None and fresh.state == State.CURING and clocks.ripe_clocks(fresh, signature.at):
        start_decide(fresh, signature.at)


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
        fields=letter_fields(fresh, at) | chosen(decision.fields), channels=channels if isinstance(channels, list) else [channels],
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
    """The first dispatch ends the contract and blocks its use from that moment, where the terms let it end at that moment."""
    fresh = locked(Violation, case.pk)
    if why := _why_no_effect(fresh, notice, at):
        _without_effect(fresh, notice, why)
        return
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


def _why_no_effect(case: Violation, notice: Notice, at: datetime) -> str:
    """Why a letter that left at this moment ends nothing; empty where it does. A posting is a fact, its effect is not."""
    if closing.ended_by_another(case.subscription, case.number):
        return "契約は、すでに終了していたため"
    if annulled(notice):
        return "終了の決裁が取り消されたため"
    if not clocks.proven_clocks(case, at):
        return "差し出した時に、是正期間が過ぎた未是正の事項がなかったため"
    return ""


def _without_effect(case: Violation, notice: Notice, why: str) -> None:
    """Its decision is closed, the case goes on as before, and people tell the customer."""
    notices.withdraw_queued(notice, why)
    if notice.decision is not None:
        decisions.close(notice.decision, why)
    _back_to_curing(case)
    after_end.no_effect(case, notice, why)


def annulled(letter: Notice) -> bool:
    """Whether nothing rests on this letter any more: its decision was given up, or an objection against it was upheld."""
    decision, items = letter.decision, ViolationItem.objects.filter(case_id=letter.object_id)
    if decision is not None and decision.state == Decision.State.WITHDRAWN:
        return True
    if decision is not None and Objection.objects.filter(decision=decision, state=Objection.State.UPHELD).exists():
        return True
    return items.filter(position__in=letter.fields["items"]).exclude(annulled_at=None).exists()


def _counts(case: Violation, letter: Notice) -> bool:
    """Whether the end follows this letter: the case's last, not cancelled and not annulled."""
    latest = Notice.objects.about(case, TERMINATION).order_by("-pk").first()
    return letter.state == Notice.State.DISPATCHED and latest == letter and not annulled(letter)


def followed(case: Violation, delivery: Delivery) -> None:
    """The end follows the first dispatch that did not come back; erasure counts from the last dispatch or delivery (23(4)).

    A letter that was posted although it had been cancelled or annulled has no effect, neither gone nor come back.
    """
    letter = delivery.notice
    if not _counts(case, letter):
        _stray(case, delivery)
    elif delivery.state == Delivery.State.RETURNED:
        _came_back(case, delivery)
    elif delivery.has_left:
        _ended_by_another_way(case, delivery)
        closing.move_end(case.subscription, at=min(_standing(letter)), source=case.number)
        moment = delivery.delivered_at or delivery.dispatched_at
        if moment is not None:
            closing.count_from(case.subscription, jst_day(moment), source=case.number)


def _stray(case: Violation, delivery: Delivery) -> None:
    """Posted although it was stopped: people have to tell the customer that nothing ended."""
    if delivery.state == Delivery.State.DISPATCHED and delivery.channel == "post":
        letter = delivery.notice
        why = letter.closed_reason or (letter.decision.closed_reason if letter.decision else "")
        after_end.no_effect(case, letter, why)


def _standing(letter: Notice) -> list[datetime]:
    """When each of its ways left that did not come back, whenever that was recorded."""
    left_by = Delivery.objects.filter(notice=letter).has_left()
    return [moment for moment in left_by.values_list("dispatched_at", flat=True) if moment is not None]


def _came_back(case: Violation, delivery: Delivery) -> None:
    """No effect without a notice: the end moves to what did not come back, or is taken back."""
    fresh, why = locked(Violation, case.pk), "終了の通知が届かなかったため"
    if moments := _standing(delivery.notice):
        closing.move_end(fresh.subscription, at=min(moments), source=fresh.number)
    elif fresh.state == State.TERMINATED and delivery.returned_at is not None:
        closing.take_back(fresh.subscription, at=delivery.returned_at, why=why, source=fresh.number)
        after_end.fall_away(fresh, why)
        on_its_way = delivery.notice.deliveries.filter(state__in=["queued", "in_flight"]).exists()
        fresh.state = State.TERMINATING if on_its_way else _before(fresh)
        fresh.save()


def _ended_by_another_way(case: Violation, delivery: Delivery) -> None:
    """After a return took the end back, the way that leaves later ends the contract."""
    again = case.state == State.TERMINATING and closing.was_taken_back(case.subscription, source=case.number)
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
    why = "期間内に是正されていたことが分かったため" if in_time else "期間の後に是正されたため、もう一度判断します"
    _call_back(case, by=by, at=at, why=why, for_good=in_time)


def clock_moved(case: Violation, *, by: Any, at: datetime) -> None:
    """What the approval rested on is gone, by what is recorded now: the letter is called back, and people are asked again."""
    letter = Notice.objects.about(case, TERMINATION).order_by("-pk").first()
    if letter is not None and not clocks.proven_clocks(case, letter.ordered_at):
        why = "措置できる日時が変わり、承認の時に来ていなかったことが分かったため、もう一度判断します"
        _call_back(case, by=by, at=at, why=why, for_good=False)


def _call_back(case: Violation, *, by: Any, at: datetime, why: str, for_good: bool) -> None:
    """The letter on its way is stopped where it can be; its decision is closed for good, or proposed again."""
    letter = Notice.objects.about(case, TERMINATION).order_by("-pk").first()
    if letter is None or letter.decision is None:
        return
    if notices.recall(letter, by=by, at=at, reason=why) == "too_late":
        _stop_what_follows(case, letter, why)
        return
    _back_to_curing(case)
    decisions.close(letter.decision, why) if for_good else decisions.hold(letter.decision, why)


def _stop_what_follows(case: Violation, letter: Notice, why: str) -> None:
    """It came back and nothing has ended: the way that is still queued does not follow."""
    taken_back = closing.was_taken_back(case.subscription, source=case.number)
    if taken_back and not letter.deliveries.filter(state="in_flight").exists():
        notices.withdraw_queued(letter, why)
        _back_to_curing(case)


def _back_to_curing(case: Violation) -> None:
    """As it was before the termination: a case that was cured, and had a further item, stays so."""
    fresh = locked(Violation, case.pk)
    if fresh.state == State.TERMINATING:
        fresh.state = _before(fresh)
        fresh.save()


def _before(case: Violation) -> Violation.State:
    """Curing or cured: a termination is proposed from nowhere else."""
    ending = [State.TERMINATING, State.TERMINATED]
    last = case.history.exclude(state__in=ending).order_by("-history_date", "-history_id").first()
    return State.CURED if last is not None and last.state == State.CURED else State.CURING
