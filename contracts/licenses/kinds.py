"""The hand-over letter (8(3)), our instructions after a leak (9(3)), our answer to a request for logs (9(1)); and the tasks."""

from typing import Any

from config.desk import house
from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.licenses import evidence, leaks, letters, returned, workflow
from contracts.licenses.models import EvidenceRequest, LeakReport, Subscription
from contracts.terms.readings import Length
from notices import engine as notice_engine
from notices.engine import NoticeKind

house.define(house.Policy("leak_days", "漏洩等の連絡を受けてから指示するまでの日数", 1, "日", highest=30))
house.define(house.Policy("evidence_days", "記録の依頼に回答するまでの日数", 14, "日", lowest=1, highest=90))
house.define(
    house.Policy(
        returned.PERIOD,
        "認証情報の通知が戻ったとき、利用開始を自動で取り消す日数（利用開始から）",
        14,
        "日",
        highest=60,
    )
)


def _house_days(policy: str) -> Any:
    return lambda row, day: Length(days=house.number(policy), parameter=policy, set_by="house")


HAND_OVER = NoticeKind(
    key="licenses.hand_over", label="認証情報の通知", clause="8(3)", subject=Subscription, effective="all",
    wording=letters.HAND_OVER, slots=letters.HAND_OVER_SLOTS, material=letters.hand_over_material,
    still_stands=workflow.hand_over_stands, resend_verb="licenses.hand_over", on_dispatched=workflow.start, on_delivery=returned.followed,
)  # fmt: skip
SET_UP = DeadlineKind(
    key="licenses.set_up", label="利用開始の準備", clause="8(3)", subject=Subscription, nature="company_must",
    length=_house_days("set_up_days"), next_verb="licenses.hand_over", task="認証情報を通知してください",
)  # fmt: skip
DECIDE_START = DeadlineKind(
    key=returned.DECIDE_START, label="返戻された認証情報の確認", clause="8(3)", subject=Subscription, nature="company_must",
    length=_house_days("set_up_days"), next_verb="licenses.decide_start",
    task="認証情報の通知が戻りました。すでに使われているかを確かめてください",
)  # fmt: skip
INSTRUCTIONS = NoticeKind(
    key=leaks.INSTRUCTIONS, label="漏洩等への指示", clause="9(3)", subject=LeakReport,
    wording=letters.INSTRUCTIONS, slots=letters.INSTRUCTIONS_SLOTS, material=letters.instructions_material,
    still_stands=leaks.stands, on_dispatched=leaks.left, on_delivery=leaks.followed, resend_verb="licenses.instruct",
)  # fmt: skip
INSTRUCT = DeadlineKind(
    key=leaks.INSTRUCT, label="漏洩等への指示", clause="9(3)", subject=LeakReport, nature="company_must", length=_house_days("leak_days"),
    next_verb="licenses.instruct", task="漏洩等の連絡に、指示を送ってください",
)  # fmt: skip
ANSWER = NoticeKind(
    key=evidence.ANSWER, label="記録の引渡し", clause="9(1)", subject=EvidenceRequest,
    wording=letters.ANSWER, slots=letters.ANSWER_SLOTS, material=letters.answer_material,
    on_dispatched=evidence.left, on_cancelled=evidence.cancelled, on_delivery=evidence.followed,
    resend_verb="licenses.answer_evidence_request",
)  # fmt: skip
REFUSAL = NoticeKind(
    key=evidence.REFUSAL, label="記録の依頼に応じない通知", clause="9(1)", subject=EvidenceRequest,
    wording=letters.REFUSAL, slots=letters.REFUSAL_SLOTS, material=letters.refusal_material,
    on_dispatched=evidence.left, on_cancelled=evidence.cancelled, on_delivery=evidence.followed,
    resend_verb="licenses.refuse_evidence_request",
)  # fmt: skip
EVIDENCE = DeadlineKind(
    key=evidence.EVIDENCE, label="記録の依頼への回答", clause="9(1)", subject=EvidenceRequest, nature="company_must",
    length=_house_days("evidence_days"), next_verb="licenses.answer_evidence_request", task="記録の依頼に回答してください",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    for letter in (HAND_OVER, INSTRUCTIONS, ANSWER, REFUSAL):
        notice_engine.register(letter)
    for clock in (SET_UP, DECIDE_START, INSTRUCT, EVIDENCE):
        deadline_engine.register(clock)
