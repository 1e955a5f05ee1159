"""Acceptance and refusal letters, the decision on a refusal, and the screening task (Art. 6(3))."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from config.desk import house
from contracts.applications import previews, workflow
from contracts.applications.models import Application, Ground
from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.decisions import engine as decision_engine
from contracts.decisions.engine import DecisionKind
from contracts.rules.clauses import ClauseRef
from contracts.terms.readings import Length
from notices import engine as notice_engine
from notices.engine import NoticeKind
from notices.fields import ChannelsField
from notices.rendering.content import LetterContent, LetterItem

GREETING = "時下ますますご清栄のこととお慶び申し上げます。"
CONTACT = LetterItem(
    label="お問合せ", lines=("本通知について、ご不明の点やご異議があるときは、差出人までお申し出ください。",)
)


class RefusalForm(forms.Form):
    """The grounds that apply, and why; the letter names the clauses."""

    grounds = forms.MultipleChoiceField(
        label="不承諾事由", choices=[(str(g.value), f"{g.value}号　{g.label}") for g in Ground] + [("6(4)", "書類の提示がない（第6条第4項）")],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    reason = forms.CharField(
        label="不承諾の理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="決裁の記録に残ります。通知には、事由の条項だけを書きます。",
    )
    channels = ChannelsField()


def acceptance_content(application: Application, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The acceptance of the application."""
    plan = "月額契約" if application.channel == "web" else "年間契約"
    return LetterContent(
        title="利用申込の承諾について",
        opening=f"{GREETING}平素は格別のお引き立てを賜り、厚く御礼申し上げます。",
        paragraphs=(
            "さて、このたびお申し込みいただきましたサービスの利用につきまして、利用規約第6条（利用申込）に基づき、承諾いたします。",
            "管理画面のURL、管理者IDおよび初期パスワードは、準備が整いしだい、別にお知らせいたします。",
        ),
        items=(
            LetterItem(label="申込番号", lines=(application.number,)),
            LetterItem(label="契約の種類", lines=(f"{plan}　{application.licenses}ライセンス",)),
            LetterItem(
                label="適用規約", lines=(f"{application.agreed_version}版（お申込みのときに同意いただいた版）",)
            ),
        ),
        clauses=("6(3)",),
    )


def refusal_content(application: Application, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The refusal, naming the clause of each ground."""
    refs = [ClauseRef.parse(g if "(" in g else f"6(3)({g})") for g in fields["grounds"]]
    labels = tuple(ref.full_label() for ref in refs)
    return LetterContent(
        title="利用申込の不承諾について",
        opening=GREETING,
        paragraphs=(
            "さて、お申し込みいただきましたサービスの利用につきまして、社内で審査いたしました結果、"
            "利用規約第6条（利用申込）に基づき、承諾いたしかねることとなりました。ご希望に沿えず、申し訳ございません。",
        ),
        items=(
            LetterItem(label="申込番号", lines=(application.number,)),
            LetterItem(label="根拠となる条項", lines=labels),
            CONTACT,
        ),
        clauses=tuple(str(ref) for ref in refs),
    )


ACCEPTANCE = NoticeKind(
    key="applications.acceptance", label="承諾の通知", clause="6(3)", subject=Application, content=acceptance_content,
    on_dispatched=workflow.acceptance_left, on_delivery=workflow.acceptance_followed, on_cancelled=workflow.acceptance_cancelled,
)  # fmt: skip
REFUSAL = NoticeKind(
    key="applications.refusal", label="不承諾の通知", clause="6(3)", subject=Application, content=refusal_content,
    on_dispatched=workflow.refusal_left, on_cancelled=workflow.refusal_cancelled,
)  # fmt: skip
REFUSAL_DECISION = DecisionKind(
    key="applications.refusal", label="申込の不承諾", clause="6(3)", subject=Application, proposal=RefusalForm,
    propose_verb="applications.propose_refusal", why_not=workflow.refusal_why_not, carry_out=workflow.carry_out_refusal, take_back=workflow.take_back_refusal,
    preview=previews.decided_refusal, checks=previews.refusal_checks, warning="不承諾の通知は、発送すると取り消せません。",
)  # fmt: skip
SCREENING = DeadlineKind(
    key="applications.screening", label="申込の審査", clause="", subject=Application, nature="company_must",
    length=lambda application, day: Length(days=house.number("screening_days"), parameter="screening_days", set_by="house"),
    task="申込を審査してください",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    notice_engine.register(ACCEPTANCE)
    notice_engine.register(REFUSAL)
    decision_engine.register(REFUSAL_DECISION)
    deadline_engine.register(SCREENING)
