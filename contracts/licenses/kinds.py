"""The hand-over letter (8(3)) and the set-up task (house policy)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.desk import house
from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.licenses import workflow
from contracts.licenses.models import Subscription
from contracts.rules.clauses import ClauseRef
from contracts.terms.readings import Length
from notices import engine as notice_engine
from notices.engine import NoticeKind
from notices.rendering.content import SECRET_PLACEHOLDER, LetterContent, LetterItem


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
    still_stands=workflow.hand_over_stands, resend_verb="licenses.hand_over", on_dispatched=workflow.start, on_delivery=workflow.hand_over_followed,
)  # fmt: skip
SET_UP = DeadlineKind(
    key="licenses.set_up", label="利用開始の準備", clause="8(3)", subject=Subscription, nature="company_must",
    length=lambda subscription, day: Length(days=house.number("set_up_days"), parameter="set_up_days", set_by="house"),
    next_verb="licenses.hand_over", task="認証情報を通知してください",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    notice_engine.register(HAND_OVER)
    deadline_engine.register(SET_UP)
