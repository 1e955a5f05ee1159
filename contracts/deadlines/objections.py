"""The clock of an answer to an objection: house policy, since the terms name no period for it."""

from datetime import date, datetime
from typing import Any

from config.desk import clock, house, side_cards
from config.desk.jst import jday_year
from config.desk.pages import card, fact
from contracts.deadlines import engine, home, workflow
from contracts.deadlines.engine import DeadlineKind
from contracts.deadlines.models import Deadline
from contracts.decisions import objections
from contracts.decisions.models import Objection
from contracts.terms.readings import Length

ANSWER, POLICY = "decisions.objection_answer", "objection_days"
house.define(house.Policy(POLICY, "異議を受けてから回答するまでの日数", 14, "日", lowest=1, highest=90))


def _days(objection: Objection, day: date) -> Length:
    return Length(days=house.number(POLICY), parameter=POLICY, set_by="house")


KIND = DeadlineKind(
    key=ANSWER, label="異議への回答", clause="", subject=Objection, nature="company_must", length=_days,
    next_verb="decisions.rule_objection", task="利用者の異議を判断し、回答してください",
)  # fmt: skip


def follow(objection: Objection, at: datetime) -> None:
    """Entered: it runs from the day of receipt. Ruled on: met. Withdrawn: cancelled."""
    if objection.state == Objection.State.RECEIVED:
        workflow.start(ANSWER, objection, customer=objection.customer, at=at, begins=objection.received_at)
    elif objection.is_ruled:
        workflow.meet_all(objection, ANSWER, by=objection.ruled_by, at=at, on=at)
    else:
        for deadline in Deadline.objects.about(objection, ANSWER).running():
            workflow.cancel(deadline, reason="異議が取り下げられたため")


def of_row(row: Any) -> dict[str, Any] | None:
    """回答の期限 at the side of an objection."""
    deadline = Deadline.objects.about(row, ANSWER).last() if isinstance(row, Objection) else None
    if deadline is None or deadline.due_on is None:
        return None
    counted = f"受けた日から{Length(**deadline.length).words()}（社内の取扱い）"
    answered = (
        "取下げにより、なくなりました" if deadline.state == Deadline.State.CANCELLED else jday_year(deadline.due_on)
    )
    shown = home.chip(deadline, clock.today()) if deadline.state != Deadline.State.CANCELLED else None
    return card("回答の期限", "facts", [fact("期限", answered, chip=shown, sub=counted)])


def register_all() -> None:
    """Called once, when the engine starts."""
    side_cards.register(5, of_row)
    engine.register(KIND)
    objections.listeners.append(follow)
