"""The hand-over letter (8(3)), our instructions after a leak (9(3)), our answer to a request for logs (9(1)); and the tasks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.desk import house
from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.licenses import evidence, leaks, returned, workflow
from contracts.licenses.letters import answer_content, instructions_content, refusal_content
from contracts.licenses.models import EvidenceRequest, LeakReport, Subscription
from contracts.rules.clauses import ClauseRef
from contracts.terms.readings import Length
from notices import engine as notice_engine
from notices.engine import NoticeKind
from notices.rendering.content import SECRET_PLACEHOLDER, LetterContent, LetterItem

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


def hand_over_content(subscription: Subscription, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """URL, ID and the place of the password."""
    return LetterContent(
        title="認証情報のお知らせ",
        subject_line=f"認証情報のお知らせ（契約 {subscription.number}）",
        opening="時下ますますご清栄のこととお慶び申し上げます。平素は格別のお引き立てを賜り、厚く御礼申し上げます。",
        paragraphs=(
            f"さて、お申し込みいただきましたサービスの準備が整いましたので、利用規約{ClauseRef.parse('8(3)').full_label()}に基づき、"
            "管理画面の認証情報を下記のとおりお知らせいたします。本通知の発送をもって、ご利用の開始といたします。",
            "初期パスワードは、最初にログインしたときに必ず変更してください。認証情報は、第三者に知られないよう管理をお願いいたします。",
        ),
        items=(
            LetterItem(label="契約番号", lines=(subscription.number,)),
            LetterItem(label="管理画面", lines=(str(fields["admin_url"]),)),
            LetterItem(label="管理者ID", lines=(str(fields["admin_id"]),)),
            LetterItem(label="初期パスワード", lines=(SECRET_PLACEHOLDER,)),
        ),
        clauses=("8(3)",),
        secret_label="初期パスワード",
    )


HAND_OVER = NoticeKind(
    key="licenses.hand_over", label="認証情報の通知", clause="8(3)", subject=Subscription, effective="all", content=hand_over_content,
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
    key=leaks.INSTRUCTIONS, label="漏洩等への指示", clause="9(3)", subject=LeakReport, content=instructions_content,
    still_stands=leaks.stands, on_dispatched=leaks.left, on_delivery=leaks.followed, resend_verb="licenses.instruct",
)  # fmt: skip
INSTRUCT = DeadlineKind(
    key=leaks.INSTRUCT, label="漏洩等への指示", clause="9(3)", subject=LeakReport, nature="company_must", length=_house_days("leak_days"),
    next_verb="licenses.instruct", task="漏洩等の連絡に、指示を送ってください",
)  # fmt: skip
ANSWER = NoticeKind(
    key=evidence.ANSWER, label="記録の引渡し", clause="9(1)", subject=EvidenceRequest, content=answer_content,
    on_dispatched=evidence.left, on_cancelled=evidence.cancelled, on_delivery=evidence.followed,
    resend_verb="licenses.answer_evidence_request",
)  # fmt: skip
REFUSAL = NoticeKind(
    key=evidence.REFUSAL, label="記録の依頼に応じない通知", clause="9(1)", subject=EvidenceRequest, content=refusal_content,
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
