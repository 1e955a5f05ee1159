"""The letters, decisions, periods and tasks of applications (Art. 6)."""

from typing import Any

from config.desk import house
from contracts.applications import (
    documents,
    excepting,
    ground_reasons,
    letters,
    mended_records,
    objections,
    previews,
    refusal_arrival,
    refusing,
    reminding,
    rescission,
    settlements,
    wordings,
    workflow,
)
from contracts.applications import rescission_objections as of_rescission
from contracts.applications.forms import RefusalForm, RescissionForm
from contracts.applications.models import Application, Settlement
from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.decisions import engine as decision_engine
from contracts.decisions.engine import DecisionKind
from contracts.terms.readings import Length
from notices import engine as notice_engine
from notices.engine import NoticeKind

house.define(house.Policy("document_days", "申込者に求めた書類を待つ日数", 14, "日", lowest=1, highest=90))
house.define(
    house.Policy(
        reminding.DAYS, "書類の期限の何日前に、もう一度お願いするか（0は、お願いしない）", 4, "日", lowest=0, highest=60
    )
)
house.define(house.Policy("resend_days", "届かなかった承諾の通知を送り直すまでの日数", 2, "日", lowest=1, highest=30))

house.define(
    house.Policy("settlement_days", "承諾の取消しから金銭の扱いを決めるまでの日数", 7, "日", lowest=1, highest=90)
)


def _house_days(policy: str) -> Any:
    return lambda application, day: Length(days=house.number(policy), parameter=policy, set_by="house")


ACCEPTANCE = NoticeKind(
    key=workflow.ACCEPTANCE, label="承諾の通知", clause="6(3)", subject=Application,
    wording=wordings.ACCEPTANCE, slots=wordings.ACCEPTANCE_SLOTS, material=letters.acceptance_material, free_paragraph=True,
    mend_why_not=mended_records.in_use,
    resend_verb="applications.accept", on_dispatched=workflow.acceptance_left, on_delivery=workflow.acceptance_followed,
    on_cancelled=workflow.acceptance_cancelled,
)  # fmt: skip
REFUSAL = NoticeKind(
    key=workflow.REFUSAL, label="不承諾の通知", clause="6(3)", subject=Application,
    wording=wordings.REFUSAL, slots=wordings.REFUSAL_SLOTS, material=letters.refusal_material, attach_pdf=True, free_paragraph=True,
    still_stands=refusing.stands, on_dispatched=refusing.left, on_cancelled=refusing.cancelled,
    on_delivery=refusal_arrival.followed, resend_verb=refusal_arrival.RESEND_VERB,
)  # fmt: skip
REQUEST = NoticeKind(
    key=documents.REQUEST, label="書類の提示の依頼", clause="6(4)", subject=Application,
    wording=wordings.REQUEST, slots=wordings.REQUEST_SLOTS, material=letters.request_material, free_paragraph=True,
    resend_verb="applications.request_document", still_stands=documents.request_stands, on_dispatched=reminding.request_left,
    on_cancelled=documents.request_cancelled, on_replaced=documents.request_replaced,
)  # fmt: skip
REMINDER = NoticeKind(
    key=documents.REMINDER, label="書類の提示の再度の依頼", clause="6(4)", subject=Application,
    wording=wordings.REMINDER, slots=wordings.REMINDER_SLOTS, material=reminding.material, still_stands=reminding.stands,
)  # fmt: skip
RESCISSION = NoticeKind(
    key=rescission.RESCISSION, label="承諾の取消しの通知", clause="6(3)", subject=Application,
    wording=wordings.RESCISSION, slots=wordings.RESCISSION_SLOTS, material=letters.rescission_material, attach_pdf=True, free_paragraph=True,
    still_stands=rescission.stands, on_dispatched=rescission.left, on_cancelled=rescission.cancelled, on_delivery=rescission.followed,
    resend_verb="applications.propose_rescission",
)  # fmt: skip
REFUSAL_DECISION = DecisionKind(
    key=workflow.REFUSAL, label="申込の不承諾", clause="6(3)", subject=Application, proposal=RefusalForm,
    propose_verb="applications.propose_refusal", why_not=refusing.kind_why_not, carry_out=refusing.carry_out, take_back=refusing.take_back,
    preview=previews.decided_refusal, checks=previews.refusal_checks, warning="不承諾の通知は、発送すると取り消せません。",
    on_objection_upheld=objections.upheld, completed=ground_reasons.completed, edits=ground_reasons.asked,
)  # fmt: skip
RESCISSION_DECISION = DecisionKind(
    key=rescission.RESCISSION, label="承諾の取消し", clause="6(3)", subject=Application, proposal=RescissionForm,
    propose_verb="applications.propose_rescission", why_not=rescission.kind_why_not, carry_out=rescission.carry_out,
    take_back=rescission.take_back, preview=previews.decided_rescission, checks=previews.rescission_checks,
    warning="取消しの通知は、発送すると元に戻せません。", on_objection_upheld=of_rescission.upheld,
)  # fmt: skip
SCREENING = DeadlineKind(
    key=workflow.SCREENING, label="申込の審査", clause="6(3)", subject=Application, nature="company_must", length=_house_days("screening_days"),
    held_by="applications.judge_ground", next_label="審査する", task="申込を審査してください",
)  # fmt: skip
DOCUMENT = DeadlineKind(  # house policy: 6(4) names no number of days
    key=documents.DOCUMENT, label="書類の提示", clause="", subject=Application, nature="customer_must", length=_house_days("document_days"),
    on_due=documents.ran_out, next_verb="applications.record_document", task="求めた書類の期限（通知に記載）が来ます",
)  # fmt: skip
SETTLEMENT = DeadlineKind(
    key=settlements.SETTLEMENT, label="取消しの金銭の扱い", clause=settlements.CLAUSE, subject=Settlement, nature="company_must",
    length=_house_days("settlement_days"), next_verb=settlements.DECIDE, task="承諾の取消しに伴う金銭の扱いを決めてください",
)  # fmt: skip


ASK_ONCE_MORE = DeadlineKind(  # house policy: the terms know no reminder
    key=documents.REMINDER, label="書類の再度の依頼", clause="", subject=Application, nature="company_must", length=reminding.length,
    next_verb="applications.remind_document", task="書類の期限が近づいています。もう一度お願いしてください",
)  # fmt: skip
RESEND = DeadlineKind(
    key=workflow.RESEND, label="承諾の通知の送り直し", clause="", subject=Application, nature="company_must", length=_house_days("resend_days"),
    next_verb="applications.accept", task="承諾の通知が届いていません（承諾通知未達）。別の方法で送ってください",
)  # fmt: skip

REFUSE_AGAIN = DeadlineKind(
    key=workflow.AGAIN, label="不承諾の通知の送り直し", clause="", subject=Application, nature="company_must",
    length=_house_days("resend_days"), next_verb=refusal_arrival.RESEND_VERB,
    task="不承諾の通知が届いていません（不承諾通知未達）。別の方法で送ってください",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    for letter in (ACCEPTANCE, REFUSAL, REQUEST, REMINDER, RESCISSION):
        notice_engine.register(letter)
    for decision in (REFUSAL_DECISION, RESCISSION_DECISION):
        decision_engine.register(decision)
    for clock in (SCREENING, DOCUMENT, ASK_ONCE_MORE, RESEND, REFUSE_AGAIN, SETTLEMENT):
        deadline_engine.register(clock)
    objections.register_all()
    excepting.register_all()
