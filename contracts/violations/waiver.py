"""Not waiting for a recorded letter whose delivery nobody knows (23(1); readings, "two channels"). Two people decide.

Only where another way of the same notice has left and not come back: a customer who was told by no way is not told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.violations import clocks
from contracts.violations.models import Violation
from notices import outcomes
from notices.models import Delivery, Notice

WAIVE_POST = "violations.waive_post"
State = Violation.State


def held_up(case: Violation) -> list[Notice]:
    """Notices whose clock is held up by nothing but a recorded letter, while another way has left."""
    stopped = [c.notice for c in clocks.cure_clocks(case) if c.act_from is None and c.notice is not None]
    return [notice for notice in stopped if _undelivered(notice) and _another_way_left(notice)]


def _undelivered(notice: Notice) -> Delivery | None:
    post = notice.post
    return post if post is not None and post.awaits_record and post.waived_at is None else None


def _another_way_left(notice: Notice) -> bool:
    return any(d.has_left for d in notice.deliveries.all() if d.channel != "post")


def propose_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """There is a clock that a waiver would let run, and no proposal is under way."""
    return _why_not(case) or decisions.open_already(WAIVE_POST, case)


def _why_not(case: Violation) -> Refused | None:
    if case.state not in (State.CURING, State.CURED):
        return Refused(
            f"この案件は「{case.get_state_display()}」です。",
            clause="23(1)",
            instead="案件の画面で、今の状態を確かめてください。",
        )
    if held_up(case):
        return None
    if any(c.notice is not None and _undelivered(c.notice) for c in clocks.cure_clocks(case) if c.act_from is None):
        return Refused(
            "郵送分のほかに、届いたと扱える方法がありません。",
            clause="23(1)",
            instead="配達を確かめて記録するか、通知を別の方法で送ってください。",
        )
    return Refused(
        "配達の記録を待っている郵送分がありません。",
        clause="23(1)",
        instead="是正期間の状態を、案件の画面で確かめてください。",
    )


def kind_why_not(case: Violation, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """At the proposal, at each change and at the approval: this very notice is held up still."""
    if refused := _why_not(case):
        return refused
    return None if notice_of(case, str(fields.get("notice") or "")) else _which(case)


def notice_of(case: Violation, number: str) -> Notice | None:
    """The notice of this number that is held up; the only one where none is named."""
    waiting = held_up(case)
    if not number:
        return waiting[0] if len(waiting) == 1 else None
    return next((notice for notice in waiting if notice.number == number), None)


def _which(case: Violation) -> Refused:
    numbers = "、".join(str(notice.number) for notice in held_up(case))
    return Refused(
        "その通知は、郵送分の配達の記録を待っていません。",
        clause="23(1)",
        instead=f"待っている通知（{numbers}）から、番号で指定してください。",
    )


def propose(case: Violation, *, by: Any, at: datetime, reason: str, notice: str = "") -> Decision:
    """Propose not to wait; the clock stays stopped until another person approves."""
    found = notice_of(case, notice)
    fields = {"notice": found.number if found is not None else notice, "reason": reason}
    return decisions.propose(WAIVE_POST, case, customer=case.customer, by=by, at=at, fields=fields)


def carry_out(case: Violation, decision: Decision, at: datetime) -> None:
    """Approved: the clock runs without that letter, in the same step."""
    notice = notice_of(case, str(decision.fields["notice"]))
    post = notice.post if notice is not None else None
    if notice is None or post is None:
        raise _which(case)
    locked(Notice, notice.pk)
    outcomes.waived(locked(Delivery, post.pk), at)


def take_back(case: Violation, decision: Decision, by: Any, at: datetime) -> None:
    """It is carried out with its approval: a delivery recorded later counts again, nothing else undoes it."""
    raise Refused(
        "この決裁は、承認と同時に実行されています。",
        clause="23(1)",
        instead="配達が分かったときは、配達を記録してください。",
    )
