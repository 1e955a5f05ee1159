"""The verbs of decisions."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk.registry import Verb, register
from contracts.decisions import editing, workflow
from contracts.decisions.models import Decision


def seen_field() -> forms.Field:
    """The mark of what the page showed; left out where nobody looked at a page (stories, imports)."""
    return forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class ApproveForm(forms.Form):
    """The approver's opinion."""

    reason = forms.CharField(
        label="承認者の意見",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="差し戻すときは必ず書いてください。",
    )
    seen = seen_field()


class ReasonForm(forms.Form):
    """A reason that the proposer reads."""

    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 2}))


class SendBackForm(ReasonForm):
    """The reason, for the proposal that the page showed."""

    reason = forms.CharField(
        label="理由",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "差し戻すときは、起案した人が何を直せばよいかを書いてください。"},
    )
    seen = seen_field()


def _seen(decision: Decision | None, at: datetime) -> dict[str, Any]:
    return {"seen": workflow.mark(decision)} if decision else {}


def register_all() -> None:
    """Called once, when the engine starts."""
    approver, proposers = frozenset({"承認"}), frozenset({"受付", "契約"})
    common: dict[str, Any] = {"clause": "", "subject": Decision}
    register(
        Verb(key="decisions.approve", label="承認する", roles=approver, form=ApproveForm, why_not=workflow.approve_why_not,
             run=workflow.approve, initial=_seen, style="primary", irreversible=True, by_deputy=True, applies=lambda d: d.state == "proposed", **common)
    )  # fmt: skip
    register(
        Verb(key="decisions.send_back", label="差し戻す", roles=approver, form=SendBackForm, why_not=workflow.send_back_why_not,
             run=workflow.send_back, initial=_seen, by_deputy=True, applies=lambda d: d.state == "proposed", **common)
    )  # fmt: skip
    register(
        Verb(key="decisions.edit", label="起案の内容を変える", roles=proposers, form=editing.edit_form, why_not=workflow.edit_why_not,
             run=workflow.edit, preview=editing.preview, initial=editing.initial, told=editing.told, applies=lambda d: d.is_open,
             consequence=("確定すると、起案は承認待ちに戻ります。", "先の承認は効力を失います。内容を変えた人は、承認できません。"), **common)
    )  # fmt: skip
    register(
        Verb(key="decisions.withdraw", label="起案を取り下げる", roles=proposers, form=ReasonForm, why_not=workflow.withdraw_why_not,
             run=workflow.withdraw, applies=lambda d: d.is_open, **common)
    )  # fmt: skip
