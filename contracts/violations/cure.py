"""Cure: the fact decides, whenever it is recorded (23(1); readings, "cured in time")."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts import workflow as accounts
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.violations import after_end, clocks, termination
from contracts.violations.clocks import CORRECTION
from contracts.violations.models import NoticeItem, Violation, ViolationItem
from contracts.violations.workflow import NOTIFY, State, close_open_decisions, nothing_to_notify
from notices import workflow as notices
from notices.models import Delivery, Notice

AFTER_END = after_end.AFTER_END


def confirm_cure_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """There is something to cure. A cure may become known after the end; then it is kept for decision."""
    if case.state == State.DISMISSED:
        return Refused("この案件は、違反と認めないことになりました。", clause="23(1)")
    if clocks.left_to_cure(case):
        return None
    return Refused(
        "是正されていない違反事項はありません。", clause="23(1)", instead="違反事項の一覧を確かめてください。"
    )


def confirm_cure(
    case: Violation, *, by: Any, at: datetime, items: Sequence[int], cured_at: datetime, evidence: str = ""
) -> Violation:
    """Record the cure of these items; the case is cured when no item of any notice is left, each in time."""
    for item in _named(case, items):
        item.cured_at, item.cure_evidence = cured_at, evidence
        item.save()
        accounts.note_prior_cured(item.source_key, cured_at)
    _meet_clocks(case, by, at)
    _stop_useless_letters(case, by, at)
    if case.state == State.TERMINATING:
        termination.cure_became_known(case, by=by, at=at, in_time=_all_in_time(case))
        case.refresh_from_db()
    settle(case, at)
    return case


def settle(case: Violation, at: datetime, *, moved: bool = False) -> None:
    """Cured, when no item of any notice is left; known only after the end, it stands for decision. `moved`: a clock did."""
    if case.state == State.TERMINATED:
        _look_at_the_end(case, moved)
        return
    if case.state in (State.OPEN, State.TERMINATING, State.DISMISSED) or not _all_in_time(case):
        return
    close_open_decisions(case, "期間内に是正されていたため")
    for task in Deadline.objects.about(case).running().filter(kind__in=[NOTIFY, termination.DECIDE]):
        deadlines.cancel(task, reason="是正されたため")
    case.state = State.CURED
    case.save()


def _look_at_the_end(case: Violation, moved: bool) -> None:
    """What it rested on was cured in time, or its moment had not come: people decide whether the end stands."""
    if _all_in_time(case):
        after_end.ask(case)
    elif not after_end.was_ripe(case):
        after_end.ask(case, after_end.NOT_RIPE if moved else "")


def followed(case: Violation, delivery: Delivery) -> None:
    """The clocks moved: what was late may be in time now, and is judged again."""
    moment = delivery.returned_at or delivery.delivered_at or delivery.waived_at or delivery.dispatched_at
    if moment is not None:
        judge_again(case, moment)


def end_followed(case: Violation, delivery: Delivery) -> None:
    """What became of a termination letter; an end that was taken back may leave a case that was cured in time."""
    termination.followed(case, delivery)
    followed(case, delivery)


def judge_again(case: Violation, at: datetime) -> None:
    """A clock of the case moved, or its end was taken back: what was late may be in time now."""
    fresh = locked(Violation, case.pk)
    if fresh.state not in (State.CURING, State.CURED, State.TERMINATING, State.TERMINATED):
        return
    _meet_clocks(fresh, None, at)
    if fresh.state == State.TERMINATING:
        if _all_in_time(fresh):
            termination.cure_became_known(fresh, by=None, at=at, in_time=True)
        else:
            termination.clock_moved(fresh, by=None, at=at)
        fresh.refresh_from_db()
    if fresh.state != State.CURED:
        settle(fresh, at, moved=True)


def _named(case: Violation, positions: Sequence[int]) -> list[ViolationItem]:
    rows = {item.position: item for item in case.items.select_for_update(of=("self",))}
    for position in positions:
        if position not in rows:
            raise Refused(
                f"事項{position}は、この案件にありません。",
                clause="23(1)",
                instead="違反事項の番号を確かめてください。",
            )
        if rows[position].cured_at is not None:
            raise Refused(
                f"事項{position}は、すでに是正を記録しています。",
                clause="23(1)",
                instead="ほかの事項を選んでください。",
            )
    return [rows[position] for position in positions]


def _meet_clocks(case: Violation, by: Any, at: datetime) -> None:
    """A clock is met when all that its notice named was cured in time, at the last of those moments."""
    for clock in clocks.cure_clocks(case):
        cured = [i.cured_at for i in clocks.items_of(clock.notice) if i.cured_at] if clock.notice else []
        if cured and not clocks.uncured_of(clock):
            deadlines.meet(clock, by=by, at=at, on=max(cured))


def _stop_useless_letters(case: Violation, by: Any, at: datetime) -> None:
    """A notice of which everything is cured does not leave any more, and none is asked for."""
    nothing_to_notify(case)
    for notice in Notice.objects.about(case, CORRECTION).pending():
        if all(item.cured_at for item in clocks.items_of(notice)):
            notices.recall(notice, by=by, at=at, reason="通知する違反事項が、すべて是正されたため")


def _all_in_time(case: Violation) -> bool:
    """No item of any notice, but a withdrawn one, is left uncured, or cured too late under a clock that ran."""
    links = NoticeItem.objects.filter(item__case=case, notice__withdrawal=None)
    named = ViolationItem.objects.standing().filter(pk__in=links.values("item"))
    if not named or any(item.cured_at is None for item in named):
        return False
    return not any(clocks.uncured_of(clock) for clock in clocks.cure_clocks(case))
