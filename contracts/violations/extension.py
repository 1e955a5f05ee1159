"""Extending a cure period by agreement with the customer (23(1)): only later, never earlier, and by two people.

The letter keeps the day that it names; we act only after the end of the agreed day.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.press import MOST_YEARS_AHEAD
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.violations import clocks, cure, termination
from contracts.violations.models import Violation

EXTENSION = "violations.extension"
State = Violation.State


def extendable(case: Violation) -> list[Deadline]:
    """Clocks under which something is not cured in time."""
    return clocks.unmet_clocks(case)


def propose_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """A cure period is there to be extended, and no proposal is under way."""
    return _why_not(case) or decisions.open_already(EXTENSION, case)


def _why_not(case: Violation) -> Refused | None:
    if case.state == State.TERMINATING:
        return Refused(
            "終了の通知が発送を待っています。", clause="23(1)", instead="先に終了の決裁を取り下げてください。"
        )
    if case.state not in (State.CURING, State.CURED) or not extendable(case):
        return Refused(
            "延ばせる是正期間がありません。",
            clause="23(1)",
            instead="是正通知の発送と是正の状況を、案件の画面で確かめてください。",
        )
    return None


def kind_why_not(case: Violation, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """At the proposal, at each change and at the approval: the agreed day is later than all that binds us."""
    if refused := _why_not(case):
        return refused
    clock = clock_of(case, str(fields.get("notice") or ""))
    return _which(case) if clock is None else _wrong_day(clock, fields["until"], jst_day(at))


def clock_of(case: Violation, number: str) -> Deadline | None:
    """The clock of the notice of this number; the only one where none is named."""
    found = extendable(case)
    if not number:
        return found[0] if len(found) == 1 else None
    return next((clock for clock in found if clock.notice is not None and clock.notice.number == number), None)


def _which(case: Violation) -> Refused:
    numbers = "、".join(str(clock.notice) for clock in extendable(case))
    return Refused(
        "どの是正通知の期間を延ばすかが分かりません。",
        clause="23(1)",
        instead=f"是正通知（{numbers}）から、番号で指定してください。",
    )


def _wrong_day(clock: Deadline, until: date, today: date) -> Refused | None:
    if until.year > today.year + MOST_YEARS_AHEAD:
        return Refused("延長後の期限が先すぎます。", clause="23(1)", instead="年を確かめてください。")
    if until < today:
        return Refused("延長後の期限が、すでに過ぎています。", clause="23(1)", instead="本日以降の日を入れてください。")
    if deadlines.extends(clock, until):
        return None
    return Refused(
        "期限は、早めることも、同じにすることもできません。",
        clause="23(1)",
        instead=f"{jday_year(last_bound(clock))}より後の日を入れてください。",
    )


def last_bound(clock: Deadline) -> date:
    """The last day (JST) until which we are bound already."""
    days = [clock.communicated_on, clock.extended_to]
    waits = date.fromordinal(jst_day(clock.act_from).toordinal() - 1) if clock.act_from else None
    return max(day for day in (*days, waits, date.min) if day)


def propose(case: Violation, *, by: Any, at: datetime, until: date, reason: str, notice: str = "") -> Decision:
    """Propose the agreed day; the clock keeps its moment until another person approves."""
    clock = clock_of(case, notice)
    number = clock.notice.number if clock is not None and clock.notice is not None else notice
    fields = {"until": until, "notice": number, "reason": reason}
    return decisions.propose(EXTENSION, case, customer=case.customer, by=by, at=at, fields=fields)


def carry_out(case: Violation, decision: Decision, at: datetime) -> None:
    """Approved: the clock runs to the end of the agreed day; what was cured late may be in time now."""
    clock = clock_of(case, str(decision.fields["notice"]))
    if clock is None:
        raise _which(case)
    deadlines.extend(clock, to=date.fromisoformat(str(decision.fields["until"])), decision=decision)
    if not clocks.ripe_clocks(case, at):
        for task in Deadline.objects.about(case, termination.DECIDE).running():
            deadlines.cancel(task, reason="合意により、是正期間を延ばしたため")
    cure.judge_again(case, at)


def take_back(case: Violation, decision: Decision, by: Any, at: datetime) -> None:
    """It is carried out with its approval, and the customer relies on it."""
    raise Refused(
        "期間は、すでに延びています。",
        clause="23(1)",
        instead="短くすることはできません。延ばすときは、新しく起案してください。",
    )
