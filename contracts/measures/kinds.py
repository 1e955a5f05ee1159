"""The notice of a suspension, its decision, the confirmation after a consent, and what must be done in the product."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms

from config.desk.clock import jst_day
from config.desk.registry import Preview
from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.decisions import engine as decision_engine
from contracts.decisions.engine import DecisionKind
from contracts.measures import consent, letters, objections, workflow
from contracts.measures.gateway import APPLY as APPLY_KEY
from contracts.measures.gateway import RELEASE as RELEASE_KEY
from contracts.measures.models import Measure
from contracts.terms.readings import Length
from notices import engine as notice_engine
from notices.composing import preview_html
from notices.engine import NoticeKind
from notices.fields import ChannelsField, added_paragraphs
from notices.wording.choosing import chosen


class SuspensionForm(forms.Form):
    """On which ground, and what is known."""

    ground = forms.ChoiceField(
        label="事由",
        choices=Measure.Ground.choices,
        widget=forms.RadioSelect,
        help_text="料金の未払いは、この条項の事由になりません。",
    )
    facts = forms.CharField(label="事実", widget=forms.Textarea(attrs={"rows": 3}))
    channels = ChannelsField(help_text="登録されたメールアドレス・住所に、停止の前に通知します。")
    stock, free_paragraph = added_paragraphs(workflow.SUSPENSION)


def preview(measure: Measure, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the notice, and what follows."""
    shown = {"ground": fields.get("ground") or "risk", "facts": fields.get("facts") or "", **chosen(fields)}
    html = preview_html(workflow.SUSPENSION, measure, measure.customer, shown, jst_day(at))
    told = (
        "通知書を作り、発送待ちに入れます",
        "最初の発送のときから、認証情報を使えなくなります（第9条第4項）",
        "製品での停止の作業を、当社の期限として作ります",
    )
    return Preview(letter_html=html, letter_note="A4　長形3号の窓付き封筒", consequences=told)


def _one_day(measure: Measure, day: date) -> Length:
    return Length(days=1, parameter="house", set_by="house")


SUSPENSION = NoticeKind(
    key=workflow.SUSPENSION, label="認証情報の使用停止の通知", clause="9(4)", subject=Measure, wording=letters.SUSPENSION,
    slots=letters.SUSPENSION_SLOTS, material=letters.suspension_material, attach_pdf=True, free_paragraph=True,
    still_stands=workflow.stands, on_dispatched=workflow.left, on_cancelled=workflow.cancelled, on_delivery=workflow.followed,
)  # fmt: skip
CONFIRMATION = NoticeKind(  # house policy: the terms ask for no letter after a consent
    key=consent.CONFIRMATION, label="承諾による停止の確認", clause="", subject=Measure, wording=letters.CONFIRMATION,
    slots=letters.CONFIRMATION_SLOTS, material=letters.confirmation_material,
    still_stands=consent.confirmation_stands, on_cancelled=consent.confirmation_stopped, on_failed=consent.confirmation_failed,
    on_delivery=consent.confirmation_followed, stop_why_not=consent.stop_why_not,
)  # fmt: skip
DECISION = DecisionKind(
    key=workflow.SUSPENSION, label="認証情報の使用停止", clause="9(4)", subject=Measure, proposal=SuspensionForm,
    propose_verb="measures.propose_credential_suspension", why_not=workflow.suspension_why_not, carry_out=workflow.carry_out,
    take_back=workflow.take_back, on_closed=workflow.closed, preview=preview, warning="停止すると、利用者は管理画面に入れなくなります。",
    on_objection_upheld=objections.upheld,
)  # fmt: skip
APPLY = DeadlineKind(
    key=APPLY_KEY, label="製品での停止", clause="9(4)", subject=Measure, nature="company_must", length=_one_day,
    next_verb="measures.confirm_applied", task="製品で認証情報を停止してください",
)  # fmt: skip
RELEASE = DeadlineKind(
    key=RELEASE_KEY, label="製品での再開", clause="9(4)", subject=Measure, nature="company_must", length=_one_day,
    next_verb="measures.confirm_applied", task="製品で認証情報を使えるようにしてください",
)  # fmt: skip
UNTOLD = DeadlineKind(
    key=workflow.UNTOLD, label="承諾による停止の確認", clause="", subject=Measure, nature="company_must", length=_one_day,
    next_verb="measures.confirm_told", task="停止の確認のメールが届いていません。別の方法で利用者に確かめてください",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    notice_engine.register(SUSPENSION)
    notice_engine.register(CONFIRMATION)
    decision_engine.register(DECISION)
    deadline_engine.register(APPLY)
    deadline_engine.register(RELEASE)
    deadline_engine.register(UNTOLD)
    objections.register_all()
