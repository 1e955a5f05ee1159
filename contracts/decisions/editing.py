"""The page on which a proposal is changed: filled in with what stands, beside why it came back and the letter as it would read."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from django import forms

from config.desk.pages import note
from config.desk.refusal import FormRefused
from config.desk.registry import Preview
from contracts.decisions import since, workflow
from contracts.decisions.engine import kind_of
from contracts.decisions.models import Decision

BECAUSE = "edit_reason"
TEXT = {"rows": 2}


class EditForm(forms.Form):
    """Why the proposal changes; the proposal's own fields are added for each kind."""

    reason = forms.CharField(label="変更の理由", required=False, widget=forms.Textarea(attrs=TEXT))


class EditReasonForm(EditForm):
    """The same where the proposal has a reason of its own: the two stand apart."""

    signed_by = BECAUSE  # what the history keeps as the reason of the step
    edit_reason = forms.CharField(
        label="変更の理由",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs=TEXT),
        help_text="なぜ起案を変えるのかを書きます。承認する人が読みます。社内の記録に残り、通知には載りません。",
    )

    marked_required = (BECAUSE,)  # on the page; stories and imports may leave it out

    def clean_edit_reason(self) -> str:
        """Asked on the page, where the proposal's own reason is filled in already and says nothing of the change."""
        said = str(self.cleaned_data[BECAUSE]).strip()
        if BECAUSE in self.data and not said:
            raise forms.ValidationError("なぜ変えるのかを書いてください。")
        return said


def edit_form(decision: Decision | None) -> type[forms.Form]:
    """The proposal's fields, none of them required: those left empty stay as they are."""
    if decision is None:
        return EditForm
    # Copies: the proposal's own form keeps what it requires.
    kind = kind_of(decision)
    form = kind.edits(decision.subject, kind.proposal) if kind.edits else kind.proposal
    made: dict[str, Any] = deepcopy(form.base_fields)
    base = EditReasonForm if "reason" in made else EditForm
    order = [*made, *(name for name in base.base_fields if name not in made)]
    optional: type[forms.Form] = type("ProposalEditForm", (base,), made | {"field_order": order})
    for field in optional.base_fields.values():
        field.required = False
    return optional


def initial(decision: Decision | None, at: datetime) -> dict[str, Any]:
    """What is proposed now."""
    return dict(decision.fields) if decision else {}


def preview(decision: Decision, *, at: datetime, **fields: Any) -> Preview:
    """What an approval of the changed proposal would bring about; writes nothing."""
    kind = kind_of(decision)
    if kind.preview is None:
        return Preview()
    proposed = workflow.changed(kind, decision.fields, fields)
    try:
        shown: Preview = kind.preview(decision.subject, workflow.clean(kind, proposed), at)
    except FormRefused as refused:
        return Preview(messages=(("warning", refused.message),))
    return shown


def told(decision: Decision) -> list[dict[str, str]]:
    """The approver's reason, or why an approved one is held."""
    if not decision.closed_reason:
        return []
    _, returned = since.base_of(since.versions(decision))
    if decision.state == Decision.State.RETURNED and returned is not None:
        return [note("warning", f"{since.who_returned(returned)}。理由：{decision.closed_reason}")]
    return [note("warning", f"{decision.get_state_display()}です。{decision.closed_reason}")]
