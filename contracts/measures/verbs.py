"""The verbs of measures."""

from typing import Any

from django import forms

from accounts.fields import CustomerField
from config.desk.registry import Verb, never_refused, register
from contracts.decisions.objection_verbs import record_verb
from contracts.licenses.models import Subscription
from contracts.measures import objections, workflow
from contracts.measures.kinds import SuspensionForm
from contracts.measures.models import Measure
from notices.verbs import WHEN


class ProposeForm(SuspensionForm):
    """Whose credentials, on which ground."""

    customer = CustomerField()
    subscription = forms.ModelChoiceField(
        label="契約", queryset=Subscription.objects.all(), to_field_name="number", required=False, widget=forms.TextInput,
        help_text="契約が複数あるときだけ、契約番号（S-…）で指定します。",
    )  # fmt: skip
    field_order = ["customer", "subscription", "ground", "facts", "channels"]


class LiftForm(forms.Form):
    """Why the ground is gone."""

    reason = forms.CharField(label="解除の理由", widget=forms.Textarea(attrs={"rows": 2}))


class AppliedForm(forms.Form):
    """What an operator did in the product, and when."""

    applied_at = forms.DateTimeField(
        label="作業の日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M")
    )
    how = forms.CharField(label="作業の内容", max_length=500)


def register_all() -> None:
    """Called once, when the room starts."""
    roles = frozenset({"契約"})
    common: dict[str, Any] = {"roles": roles, "subject": Measure}
    register(record_verb(key="measures.record_objection", kind=objections.OBJECTION, role="契約", subject=Measure))
    register(
        Verb(key="measures.propose_credential_suspension", label="認証情報の停止を起案する", clause="9(4)", roles=roles, subject=None,
             form=ProposeForm, why_not=never_refused, run=workflow.propose_credential_suspension, style="red",
             consequence=("起案は、もう一人の承認を待ちます。", "通知の発送の前に、停止することはできません（第9条第4項）。"))
    )  # fmt: skip
    register(
        Verb(key="measures.confirm_applied", label="製品での作業を記録する", clause="9(4)", form=AppliedForm,
             why_not=workflow.confirm_applied_why_not, run=workflow.confirm_applied,
             applies=lambda m: m.state in ("in_force", "lifted"), **common)
    )  # fmt: skip
    register(
        Verb(key="measures.lift", label="停止を解除する", clause="9(4)", form=LiftForm, why_not=workflow.lift_why_not, run=workflow.lift,
             style="primary", applies=lambda m: m.state == "in_force", **common)
    )  # fmt: skip
