"""Correction and termination letters, the cure clock, the decision on a termination, and the tasks of a case."""

from datetime import date
from typing import Any

from django import forms

from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.decisions import engine as decision_engine
from contracts.decisions.engine import DecisionKind
from contracts.terms.readings import Length, length_of
from contracts.violations import (
    after_end,
    clocks,
    cure,
    extension,
    inquiry,
    letters,
    objections,
    previews,
    termination,
    waiver,
    withdrawal,
    wordings,
    workflow,
)
from contracts.violations.models import Violation
from notices import engine as notice_engine
from notices.engine import NoticeKind
from notices.fields import ChannelsField, added_paragraphs


class TerminationForm(forms.Form):
    """Why the company uses its discretion."""

    reason = forms.CharField(
        label="終了の理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="終了は当社の裁量です。是正の程度と経緯を書いてください。",
    )
    channels = ChannelsField()
    stock, free_paragraph = added_paragraphs(termination.TERMINATION)


class WaiverForm(forms.Form):
    """Why we do not wait for the record of a delivery."""

    notice = forms.CharField(
        label="是正通知",
        required=False,
        max_length=16,
        help_text="通知番号です。配達の記録を待っている通知が一つなら、空欄でかまいません。",
    )
    reason = forms.CharField(
        label="待たない理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="追跡で分かったこと、ほかの方法で届いたと考える理由などを書いてください。",
    )


class ExtensionForm(forms.Form):
    """Until when, and how it was agreed."""

    until = forms.DateField(
        label="延長後の期限",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="利用者と合意した日です。その日の終わりまで待ちます。",
    )
    notice = forms.CharField(
        label="是正通知",
        required=False,
        max_length=16,
        help_text="通知番号です。進行中の是正期間が一つなら、空欄でかまいません。",
    )
    reason = forms.CharField(
        label="合意の内容と理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="誰と、いつ、どのように合意したかを書いてください。",
    )


def _cure_length(case: Violation, day: date) -> Length:
    return length_of("cure_days", day, case)


def _house_days(days: int) -> Any:
    return lambda case, day: Length(days=days, parameter="house", set_by="house")


CORRECTION = NoticeKind(
    key=clocks.CORRECTION, label="是正通知書", clause="23(1)", subject=Violation,
    wording=wordings.CORRECTION, slots=wordings.CORRECTION_SLOTS, material=letters.correction_material, attach_pdf=True, free_paragraph=True,
    still_stands=workflow.correction_stands, on_dispatched=workflow.correction_left, on_cancelled=workflow.correction_cancelled,
    on_replaced=workflow.correction_replaced, on_delivery=cure.followed, resend_verb="violations.send_correction_notice",
)  # fmt: skip
TERMINATION = NoticeKind(
    key=termination.TERMINATION, label="利用契約終了通知書", clause="23(1)", subject=Violation,
    wording=wordings.TERMINATION, slots=wordings.TERMINATION_SLOTS, material=letters.termination_material, attach_pdf=True, free_paragraph=True,
    still_stands=termination.stands, on_dispatched=termination.left, on_cancelled=termination.cancelled, on_delivery=cure.end_followed,
    resend_verb="violations.propose_termination",
)  # fmt: skip
INQUIRY_LETTER = NoticeKind(
    key=clocks.INQUIRY, label="事実確認の問合せ", clause="17(4)", subject=Violation,
    wording=wordings.INQUIRY, slots=wordings.INQUIRY_SLOTS, material=letters.inquiry_material, free_paragraph=True,
    still_stands=inquiry.inquiry_stands, on_dispatched=inquiry.inquiry_left, on_replaced=inquiry.inquiry_replaced,
    resend_verb="violations.send_inquiry",
)  # fmt: skip
WITHDRAWAL = NoticeKind(
    key=withdrawal.WITHDRAWAL, label="是正通知の撤回のお知らせ", clause="23(1)", subject=Violation,
    wording=wordings.WITHDRAWAL, slots=wordings.WITHDRAWAL_SLOTS, material=letters.withdrawal_material,
    resend_verb="violations.withdraw_notice",
)  # fmt: skip
CURE = DeadlineKind(
    key=clocks.CURE, label="是正期間", clause="23(1)", subject=Violation, nature="customer_must", length=_cure_length,
    also_told=clocks.also_told,
    on_due=lambda case, deadline, at: termination.start_decide(case, at), next_verb="violations.confirm_cure", task="是正期限（通知に記載）が来ます",
    silent=after_end.ended_contracts,
)  # fmt: skip
INQUIRY = DeadlineKind(
    key=clocks.INQUIRY, label="問合せへの回答", clause="17(4)", subject=Violation, nature="customer_must", length=inquiry.clock_length,
    on_due=inquiry.unanswered, next_verb="violations.record_answer", task="問合せの回答の期限が来ます", opens_power=False,
)  # fmt: skip
UNANSWERED = DeadlineKind(
    key=clocks.UNANSWERED, label="回答のない問合せ", clause="17(4)", subject=Violation, nature="company_must", length=_house_days(5),
    next_verb="violations.note_finding", task="問合せに回答がありません。次にすることを判断し、記録してください",
)  # fmt: skip
REVIEW = DeadlineKind(
    key=workflow.REVIEW, label="違反の調査", clause="17(1)", subject=Violation, nature="company_must", length=_house_days(7),
    next_verb="violations.confirm_item", task="違反かどうかを調べてください",
)  # fmt: skip
NOTIFY = DeadlineKind(
    key=workflow.NOTIFY, label="是正通知の発送", clause="23(1)", subject=Violation, nature="company_must", length=_house_days(5),
    next_verb="violations.send_correction_notice", next_for=workflow.next_notice, task="是正通知を発送してください",
)  # fmt: skip
DECIDE = DeadlineKind(
    key=termination.DECIDE, label="是正期間後の判断", clause="23(1)", subject=Violation, nature="company_must", length=_house_days(7),
    next_verb="violations.confirm_uncured", next_for=termination.next_step, task="是正を確かめ、終了するかどうかを決めてください",
    silent=after_end.ended_contracts,
)  # fmt: skip
AFTER_END = DeadlineKind(
    key=cure.AFTER_END, label="終了後に分かったこと", clause="23(1)", subject=Violation, nature="company_must", length=_house_days(7),
    next_verb="violations.keep_end", task="終了の後に、期間内の是正が分かりました。法務と判断してください",
)  # fmt: skip
NO_EFFECT = DeadlineKind(
    key=after_end.NO_EFFECT, label="効力のない終了の通知", clause="23(1)", subject=Violation, nature="company_must", length=_house_days(3),
    next_verb="violations.keep_end", task="効力のない終了の通知が差し出されました。終了していないことを利用者に知らせてください",
)  # fmt: skip
DECISION = DecisionKind(
    key=termination.TERMINATION, label="利用契約の終了", clause="23(1)", subject=Violation, proposal=TerminationForm,
    propose_verb="violations.propose_termination", why_not=termination.kind_why_not, carry_out=termination.carry_out,
    take_back=termination.take_back, preview=previews.decided_termination, checks=previews.termination_checks, on_closed=termination.proposal_closed,
    warning="終了は取り消せません。",
    on_objection_upheld=objections.termination_upheld,
)  # fmt: skip


WAIVE_POST = DecisionKind(
    key=waiver.WAIVE_POST, label="郵送分の配達を待たない", clause="23(1)", subject=Violation, proposal=WaiverForm,
    propose_verb="violations.propose_waiver", why_not=waiver.kind_why_not, carry_out=waiver.carry_out, take_back=waiver.take_back,
    preview=previews.decided_waiver, checks=previews.waiver_checks, warning="承認すると、すぐに期間を数え直します。",
    until_when="配達が後から分かったときは、配達を記録すると数え直します。",
)  # fmt: skip
EXTENSION = DecisionKind(
    key=extension.EXTENSION, label="是正期間の延長", clause="23(1)", subject=Violation, proposal=ExtensionForm,
    propose_verb="violations.propose_extension", why_not=extension.kind_why_not, carry_out=extension.carry_out,
    take_back=extension.take_back, preview=previews.decided_extension, checks=previews.extension_checks,
    warning="承認すると、期間を短くすることはできません。",
    until_when="延長の前の期限も、記録に残ります。",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    for letter in (CORRECTION, TERMINATION, INQUIRY_LETTER, WITHDRAWAL):
        notice_engine.register(letter)
    for clock in (CURE, INQUIRY, UNANSWERED, REVIEW, NOTIFY, DECIDE, AFTER_END, NO_EFFECT):
        deadline_engine.register(clock)
    for decision in (DECISION, WAIVE_POST, EXTENSION):
        decision_engine.register(decision)
    objections.register_all()
