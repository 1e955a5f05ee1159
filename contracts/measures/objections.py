"""Objections to a suspension of credentials: upheld, it is lifted, or its notice is recalled (9(4))."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from config.desk.locking import locked
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.decisions import objections
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision, Objection
from contracts.decisions.objections import ObjectionKind, Target
from contracts.measures import workflow
from contracts.measures.models import Measure
from contracts.measures.workflow import CLAUSE, SUSPENSION
from notices import engine as notice_engine
from notices import objections as answers
from notices import workflow as notices
from notices.models import Notice

State = Measure.State
OBJECTION, ANSWER = "measures.objection", "measures.objection_answer"


def targets(measure: Measure) -> list[Target]:
    """The suspension that was decided, while it is in force or about to be."""
    if measure.state not in (State.ORDERED, State.IN_FORCE):
        return []
    decision = (
        Decision.objects.about(measure, SUSPENSION)
        .filter(state__in=["approved", "carried_out"])
        .order_by("-pk")
        .first()
    )
    return [answers.decided(decision, "認証情報の使用停止")] if decision else []


def deciders(measure: Measure, objection: Objection) -> set[int]:
    """Who found the ground."""
    return {measure.owner_id}


def effects(measure: Measure, objection: Objection) -> list[str]:
    """What upholding would do now."""
    if workflow.waits_again(measure):
        return ["停止の通知の残りを止め、停止を取りやめます"]
    if measure.state == State.ORDERED:
        return ["停止の通知を止め、停止を取りやめます"]
    if measure.state == State.IN_FORCE:
        return ["停止を解除し、認証情報を使えるようにします", "製品での再開の作業を、当社の期限として作ります"]
    return ["停止はすでに終わっているので、判断の記録だけが残ります"]


def upheld_why_not(measure: Measure, objection: Objection, at: datetime) -> Refused | None:
    """A notice whose sending is under way is first waited for."""
    letter = Notice.objects.about(measure, SUSPENSION).order_by("-pk").first()
    waits = measure.state == State.ORDERED and not workflow.waits_again(measure)
    if not waits or letter is None or notices.recallable(letter):
        return None
    return Refused(
        "停止の通知が、送信中です。", clause=CLAUSE, instead="送信の結果が記録されてから、判断してください。"
    )


def upheld(measure: Measure, objection: Objection, at: datetime) -> None:
    """The suspension is lifted; one whose notice has not left does not begin."""
    fresh, why = locked(Measure, measure.pk), f"異議（{objection.number}）を認めたため"
    if fresh.state == State.IN_FORCE or workflow.waits_again(fresh):
        workflow.lift(fresh, by=objection.ruled_by, at=at, reason=why)
    elif fresh.state == State.ORDERED and objection.decision is not None:
        workflow.take_back(fresh, objection.decision, objection.ruled_by, at)
        decisions.close(objection.decision, why)


def after(upheld: bool) -> list[str]:
    """What the customer is told of the suspension."""
    return ["認証情報の使用停止を解除いたします。"] if upheld else ["認証情報の使用停止は、そのままといたします。"]


def answered(measure: Measure, objection: Objection, channels: Sequence[str], at: datetime) -> None:
    """The answer is ordered."""
    told = after(objection.state == Objection.State.UPHELD)
    answers.order(ANSWER, measure, objection, channels, at, after=told)


def preview(measure: Measure, objection: Objection, fields: Mapping[str, Any], at: datetime) -> Preview:
    """The answer, and what upholding would undo."""
    return answers.preview(ANSWER, measure, objection, fields, at, after=after)


KIND = ObjectionKind(
    key=OBJECTION, label="認証情報の使用停止への異議", clause=CLAUSE, subject=Measure, record_verb="measures.record_objection", targets=targets,
    deciders=deciders, effects=effects, upheld_why_not=upheld_why_not, on_upheld=upheld, on_ruled=answered, preview=preview,
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    objections.register(KIND)
    notice_engine.register(answers.answer_kind(ANSWER, Measure, CLAUSE))
