"""The clock of an answer to an objection: house policy, since the terms name no period for it."""

from datetime import date, datetime, timedelta
from typing import Any

from config.desk import clock, house, side_cards
from config.desk import home as desk_home
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.jst import jday_year
from config.desk.pages import card, fact
from contracts.deadlines import engine, home, workflow
from contracts.deadlines.engine import DeadlineKind
from contracts.deadlines.models import Deadline
from contracts.decisions import objections
from contracts.decisions.models import Objection
from contracts.terms.readings import Length
from notices import objections as answers

ANSWER, POLICY = "decisions.objection_answer", "objection_days"
house.define(house.Policy(POLICY, "異議を受けてから回答するまでの日数", 14, "日", lowest=1, highest=90))


def _days(objection: Objection, day: date) -> Length:
    return Length(days=house.number(POLICY), parameter=POLICY, set_by="house")


KIND = DeadlineKind(
    key=ANSWER, label="異議への回答", clause="", subject=Objection, nature="company_must", length=_days,
    next_verb="decisions.rule_objection", task="利用者の異議を判断し、回答してください",
)  # fmt: skip
AGAIN = DeadlineKind(
    key="decisions.objection_unanswered", label="異議への回答（作り直し）", clause="", subject=Objection, nature="company_must", length=_days,
    next_verb="notices.answer_again", task="異議への回答の通知が取り消されました。利用者は回答を受けていません。作り直してください",
)  # fmt: skip


def follow(objection: Objection, at: datetime) -> None:
    """Entered: it runs from the day of receipt. Ruled on: met; unless the answer was stopped. Withdrawn: cancelled."""
    if objection.state == Objection.State.RECEIVED:
        workflow.start(ANSWER, objection, customer=objection.customer, at=at, begins=objection.received_at)
    elif objection.is_ruled and answers.stopped(objection):
        if not Deadline.objects.about(objection, AGAIN.key).running().exists():
            workflow.start(AGAIN, objection, customer=objection.customer, at=at, begins=objection.received_at)
    elif objection.is_ruled:
        workflow.meet_all(objection, AGAIN, by=objection.ruled_by, at=at, on=at)
        workflow.meet_all(objection, ANSWER, by=objection.ruled_by, at=at, on=at)
    else:
        for deadline in Deadline.objects.about(objection, ANSWER).running():
            workflow.cancel(deadline, reason="異議が取り下げられたため")


def of_row(row: Any) -> dict[str, Any] | None:
    """回答の期限 at the side of an objection."""
    deadline = _latest(row) if isinstance(row, Objection) else None
    if deadline is None or deadline.due_on is None:
        return None
    counted = f"受けた日から{Length(**deadline.length).words()}（社内の取扱い）"
    answered = (
        "取下げにより、なくなりました" if deadline.state == Deadline.State.CANCELLED else jday_year(deadline.due_on)
    )
    shown = home.chip(deadline, clock.today()) if deadline.state != Deadline.State.CANCELLED else None
    told = [fact("期限", answered, chip=shown, sub=counted)]
    if stopped := answers.stopped(row):
        told.append(
            fact(
                "回答の通知",
                stopped.get_state_display(),
                sub=f"{stopped.closed_reason}　利用者は、回答を受けていません。",
            )
        )
    return card("回答の期限", "facts", told)


def _latest(objection: Objection) -> Deadline | None:
    return Deadline.objects.about(objection).filter(kind__in=[ANSWER, AGAIN.key]).order_by("pk").last()


def _owed(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    """An answer that was stopped is work of today, however far its last day is; nearer ones stand among the deadlines."""
    if asked.leaves_out(AGAIN.next_verb):
        return 0, []
    counted: Any = Deadline.objects.counted()
    rows = counted.filter(kind=AGAIN.key, day__gt=asked.today + timedelta(days=home.WEEK))
    shown = rows.select_related("customer", "content_type", "owner").prefetch_related("subject")[: asked.limit]
    return rows, [home.row(deadline, asked.today, asked.by) for deadline in shown]


def register_all() -> None:
    """Called once, when the engine starts."""
    side_cards.register(5, of_row)
    engine.register(KIND)
    engine.register(AGAIN)
    desk_home.source("today", _owed)
    objections.listeners.append(follow)
