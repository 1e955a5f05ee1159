"""The verbs of cases."""

from itertools import groupby
from typing import Any

from django import forms

from config.desk.registry import Verb, never_refused, register
from contracts.decisions.objection_verbs import record_verb
from contracts.rules.clauses import BREACH_SUMMARIES, BREACHES, HEADINGS, ClauseRef
from contracts.violations import (
    after_end,
    clocks,
    cure,
    extension,
    inquiry,
    investigation,
    objections,
    previews,
    termination,
    waiver,
    withdrawal,
    workflow,
)
from contracts.violations.forms import AnswerForm, FindingForm, HoldBackForm, InquiryForm, OpenForm, WithdrawForm
from contracts.violations.kinds import ExtensionForm, TerminationForm, WaiverForm
from contracts.violations.models import Violation, ViolationItem
from notices.fields import ChannelsField, added_paragraphs
from notices.forms import WHEN

TEXT = {"rows": 3}


def _breaches() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a customer can breach, under its article, in the order of the terms."""
    named = [(ClauseRef.parse(clause), clause) for clause in BREACHES]
    articles = groupby(named, key=lambda one: one[0].article)
    return [
        (
            ClauseRef(False, article).label(HEADINGS[str(article)]),
            [(clause, f"{ref.label()}　{BREACH_SUMMARIES.get(clause, '')}") for ref, clause in clauses],
        )
        for article, clauses in articles
    ]


class ItemForm(forms.Form):
    """One finding."""

    clause = forms.MultipleChoiceField(label="違反した条項", choices=_breaches(), widget=forms.CheckboxSelectMultiple)
    finding = forms.ChoiceField(
        label="認定",
        choices=ViolationItem.Finding.choices,
        widget=forms.RadioSelect,
        help_text="疑いだけでは、是正を求められません。",
    )
    facts = forms.CharField(label="事実", max_length=4000, widget=forms.Textarea(attrs=TEXT))
    evidence = forms.CharField(label="証拠", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    by_credentials = forms.BooleanField(
        label="発行した認証情報を使った行為である", required=False,
        help_text="通知に第9条第5項（損害と債務）を示します。違反に当たるかどうかは、上の条項で判断します。",
    )  # fmt: skip
    credentials = forms.CharField(
        label="使われた認証情報",
        required=False,
        max_length=200,
        help_text="どの認証情報かを、通知に載せられる書き方で。",
    )


class CorrectionForm(forms.Form):
    """The notice: when, how, what was breached, what is asked."""

    planned_on = forms.DateField(
        label="発送予定日",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="空欄なら本日です。当日に出なければ、日付を改めて作り直します。",
    )
    channels = ChannelsField(
        help_text="登録されたメールアドレス・住所に送ります。措置できる日時は、遅いほうから数えます。"
    )
    facts = forms.CharField(label="違反事項", max_length=2000, widget=forms.Textarea(attrs=TEXT))
    demand = forms.CharField(label="是正の内容", max_length=2000, widget=forms.Textarea(attrs=TEXT))
    stock, free_paragraph = added_paragraphs(clocks.CORRECTION)


class CureForm(forms.Form):
    """What was cured, and when it was in fact."""

    items = forms.TypedMultipleChoiceField(
        label="是正された事項",
        coerce=int,
        choices=[(n, f"事項{n}") for n in range(1, 100)],
        widget=forms.CheckboxSelectMultiple,
    )
    cured_at = forms.DateTimeField(
        label="是正された日時",
        widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="記録する時ではなく、実際に是正された時です。",
    )
    evidence = forms.CharField(label="証拠", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class UncuredForm(forms.Form):
    """Who looked, how, and what they saw."""

    checked_at = forms.DateTimeField(label="確認日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"))
    how = forms.CharField(label="確認の方法", max_length=1000)
    evidence = forms.CharField(label="証拠", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class DismissForm(forms.Form):
    """Why it is no violation."""

    reason = forms.CharField(label="違反と認めない理由", max_length=2000, widget=forms.Textarea(attrs=TEXT))


class KeepEndForm(forms.Form):
    """What people decided, and why."""

    reason = forms.CharField(
        label="判断と理由",
        max_length=2000,
        widget=forms.Textarea(attrs=TEXT),
        help_text="終了を維持する理由、または利用者にいつ・どのように知らせたかを書いてください。",
    )


def cure_form(case: Violation | None) -> type[forms.Form]:
    """Only the items that are not cured, in words."""
    if case is None:
        return CureForm
    left = [(i.position, f"事項{i.position}　{i.text[:40]}") for i in case.items.uncured().order_by("position")]
    field = forms.TypedMultipleChoiceField(
        label="是正された事項", coerce=int, choices=left, widget=forms.CheckboxSelectMultiple
    )
    return type("CaseCureForm", (CureForm,), {"items": field})


def may_be_cured(case: Violation) -> bool:
    """Whether the button belongs on the page: something is uncured, and the case has not ended."""
    living = case.state in ("correction_ordered", "curing", "cured", "terminating")
    return living and bool(clocks.left_to_cure(case))


def register_all() -> None:
    """Called once, when the room starts. The order is the order of the buttons."""
    _of_the_case()
    _of_its_end()
    _of_the_period()


COMMON: dict[str, Any] = {"roles": frozenset({"契約"}), "subject": Violation}


def _of_the_case() -> None:
    register(record_verb(key="violations.record_objection", kind=objections.OBJECTION, role="契約", subject=Violation))
    register(
        Verb(key="violations.open", label="違反案件を登録する", clause="17(1)", roles=COMMON["roles"], subject=None, form=OpenForm,
             why_not=never_refused, run=workflow.open_case, style="primary")
    )  # fmt: skip
    register(
        Verb(key="violations.dismiss", folded=True, label="違反と認めない", clause="17(1)", form=DismissForm, why_not=workflow.dismiss_why_not,
             run=workflow.dismiss, preview=previews.dismissal, applies=lambda c: c.state in ("open", "confirmed", "correction_ordered", "curing"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.note_finding", folded=True, label="調査を記録する", clause="17(1)", form=FindingForm, why_not=investigation.note_why_not,
             run=investigation.note_finding, applies=lambda c: c.state != "dismissed", **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.send_inquiry", folded=True, label="利用者に問い合わせる", clause="17(4)", form=InquiryForm, why_not=inquiry.send_why_not,
             run=inquiry.send_inquiry, preview=previews.inquiry_letter, applies=lambda c: c.state in inquiry.ASKABLE,
             consequence=("確定すると、通知の内容は変えられません。", "案件の状態と、進行中の是正期間は変わりません。"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.record_answer", label="回答を記録する", clause="17(4)", form=AnswerForm, why_not=inquiry.answer_why_not,
             run=inquiry.record_answer, applies=lambda c: bool(inquiry.answerable(c)), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.withdraw_notice", folded=True, label="是正通知を撤回する", clause="23(1)", form=WithdrawForm,
             why_not=withdrawal.withdraw_why_not, run=withdrawal.withdraw_notice, preview=previews.withdrawal_letter,
             initial=previews.withdrawal_initial, applies=lambda c: bool(withdrawal.withdrawable(c)),
             consequence=("確定すると、この通知を根拠に終了することはできなくなります。", "改めて求めるときは、新しい是正通知で期間を数え直します。"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.keep_end", label="終了についての判断を記録する", clause="23(1)", form=KeepEndForm, why_not=after_end.decide_why_not,
             run=after_end.decide, applies=after_end.waiting,
             consequence=("契約と案件の状態は変わりません。", "終了を取り消すのは、異議を認めたときです。"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.confirm_item", label="違反事項を認定する", clause="17(1)", form=ItemForm, why_not=workflow.closed_why_not,
             run=workflow.confirm_item, applies=lambda c: c.state not in ("terminated", "dismissed"), **COMMON)
    )  # fmt: skip


def _of_its_end() -> None:
    register(
        Verb(key="violations.propose_termination", label="終了を起案する", clause="23(1)", form=TerminationForm,
             why_not=termination.propose_again_why_not, run=termination.propose, preview=previews.termination_letter, style="red", irreversible=True,
             applies=lambda c: c.state in ("curing", "cured"),
             consequence=("起案は、もう一人の承認を待ちます。", "承認の後に止められるのは、発送の前までです。"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.hold_back", folded=True, label="終了しないことを記録する", clause="23(1)", form=HoldBackForm,
             why_not=termination.hold_back_why_not, run=termination.hold_back, applies=lambda c: c.state == "curing" and termination.waits(c),
             consequence=("終了するかどうかの判断を終えます。", "後から起案することはできます。"), **COMMON)
    )  # fmt: skip


def _of_the_period() -> None:
    register(
        Verb(key="violations.propose_waiver", label="郵送分を待たないことを起案する", clause="23(1)", form=WaiverForm,
             why_not=waiver.propose_why_not, run=waiver.propose, preview=previews.waiver_preview, initial=previews.waiver_initial,
             applies=lambda c: bool(waiver.held_up(c)),
             consequence=("起案は、もう一人の承認を待ちます。", "承認されると、届いた方法だけで期間を数えます。"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.propose_extension", folded=True, label="期間の延長を起案する", clause="23(1)", form=ExtensionForm,
             why_not=extension.propose_why_not, run=extension.propose, preview=previews.extension_preview, initial=previews.extension_initial,
             applies=lambda c: c.state in ("curing", "cured") and bool(extension.extendable(c)),
             consequence=("起案は、もう一人の承認を待ちます。", "承認の後に、期間を短くすることはできません。"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.confirm_uncured", label="未是正を確認する", clause="23(1)", form=UncuredForm,
             why_not=workflow.uncured_why_not, run=workflow.confirm_uncured, applies=lambda c: c.state in ("curing", "cured"), **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.confirm_cure", label="是正を確認する", clause="23(1)", form=cure_form, why_not=cure.confirm_cure_why_not,
             run=cure.confirm_cure, style="primary", applies=may_be_cured, **COMMON)
    )  # fmt: skip
    register(
        Verb(key="violations.send_correction_notice", label="是正通知を確定する", clause="23(1)", form=CorrectionForm,
             why_not=workflow.correction_why_not, run=workflow.send_correction_notice, preview=previews.correction,
             initial=previews.correction_initial, style="primary",
             applies=lambda c: c.state in ("confirmed", "curing", "cured"),
             consequence=("確定すると、通知書の内容は変えられません。", "「発送待ち」に入り、発送のときに効力が生じます（第4条第2項）。"), **COMMON)
    )  # fmt: skip
