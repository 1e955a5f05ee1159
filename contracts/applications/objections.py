"""Objections to a refusal: upheld, the application is screened anew; the refusal that was decided stays on record (6(3)).

Those to a rescission stand in `rescission_objections`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from config.desk.locking import locked
from config.desk.registry import Preview
from contracts.applications import clearing
from contracts.applications import rescission_objections as of_rescission
from contracts.applications.models import Application
from contracts.applications.workflow import REFUSAL, State, want_screening
from contracts.decisions import objections
from contracts.decisions.models import Decision, Objection
from contracts.decisions.objections import ObjectionKind, Target
from notices import engine as notice_engine
from notices import objections as answers
from notices import workflow as notices
from notices.models import Notice

OBJECTION, ANSWER, CLAUSE = "applications.objection", "applications.objection_answer", "6(3)"


def targets(application: Application) -> list[Target]:
    """The refusal or the rescission, once it has left."""
    if application.state != State.REFUSED:
        return of_rescission.targets(application)
    decision = (
        Decision.objects.about(application, REFUSAL)
        .filter(state__in=["approved", "carried_out"])
        .order_by("-pk")
        .first()
    )
    return [answers.decided(decision, "申込の不承諾")] if decision else []


def deciders(application: Application, objection: Objection) -> set[int]:
    """Whoever judged a ground, also where another judged it anew."""
    judged: set[int] = objections.signed(application.judgements.all(), "applications.judge_ground", clearing.CLEAR)
    return judged | set(application.judgements.values_list("by", flat=True))


def effects(application: Application, objection: Objection) -> list[str]:
    """What upholding would do now."""
    if of_rescission.is_against(objection):
        return of_rescission.effects(application)
    if application.state != State.REFUSED:
        return ["申込は不承諾ではなくなっているので、判断の記録だけが残ります"]
    return [
        "申込は「審査中」に戻り、審査の期限を新しく数えます（社内の取扱い）",
        f"不承諾の決裁（{objection.decision or '—'}）と事由の判断は、記録に残ります",
        "承諾するかどうかは、事由を判断し直してから決めます",
    ]


def upheld(application: Application, objection: Objection, at: datetime) -> None:
    """Screened anew; what is still queued of the refusal does not follow."""
    fresh = locked(Application, application.pk)
    if fresh.state != State.REFUSED:
        return
    for letter in Notice.objects.about(fresh, REFUSAL).filter(state=Notice.State.DISPATCHED):
        notices.withdraw_queued(letter, f"異議（{objection.number}）を認めたため")
    fresh.state = State.SCREENING
    fresh.save()
    want_screening(fresh, at=at)


def after(application: Application, objection: Objection, upheld: bool) -> list[str]:
    """What the applicant is told of the application."""
    if of_rescission.is_against(objection):
        return of_rescission.after(application, objection, upheld)
    if upheld:
        return ["お申し込みを、改めて審査いたします。結果は、別にご連絡いたします。"]
    return ["お申し込みについての判断は、変わりません。"]


def answered(application: Application, objection: Objection, channels: Sequence[str], at: datetime) -> None:
    """The answer is ordered."""
    told = after(application, objection, objection.state == Objection.State.UPHELD)
    answers.order(ANSWER, application, objection, channels, at, after=told)


def preview(application: Application, objection: Objection, fields: Mapping[str, Any], at: datetime) -> Preview:
    """The answer, and what upholding would undo."""
    return answers.preview(
        ANSWER, application, objection, fields, at, after=lambda upheld: after(application, objection, upheld)
    )


KIND = ObjectionKind(
    key=OBJECTION, label="不承諾・取消しへの異議", clause=CLAUSE, subject=Application, record_verb="applications.record_objection", targets=targets,
    deciders=deciders, effects=effects, on_upheld=upheld, on_ruled=answered, preview=preview,
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    objections.register(KIND)
    notice_engine.register(answers.answer_kind(ANSWER, Application, CLAUSE))
