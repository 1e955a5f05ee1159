"""What the verbs of measures ask for."""

from typing import Any

from django import forms

from accounts.fields import CustomerField, as_number
from contracts.incoming.reference import IncomingField
from contracts.licenses.models import LeakReport, Subscription
from contracts.measures.kinds import SuspensionForm
from notices.forms import WHEN
from notices.wording.choosing import FREE, STOCK


class LeakReportField(forms.ModelChoiceField):
    """The report with the number S-…-L1; None where nothing is given."""

    widget = forms.TextInput
    default_error_messages = {"invalid_choice": "S-2026-000001-L1 の形で、登録のある連絡の番号を入れてください。"}

    def __init__(self) -> None:
        """All reports, by their number."""
        text = "この連絡にもとづくときは、その番号です（例：S-2026-000001-L1）。"
        super().__init__(
            queryset=LeakReport.objects.all(),
            to_field_name="number",
            label="漏洩等の連絡",
            required=False,
            help_text=text,
        )

    def to_python(self, value: Any) -> Any:
        """The report; wide and small letters are taken as well."""
        return super().to_python(as_number(value) if isinstance(value, str) else value)


def _contract() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="契約", queryset=Subscription.objects.all(), to_field_name="number", required=False, widget=forms.TextInput,
        help_text="契約が複数あるときだけ、契約番号（S-…）で指定します。",
    )  # fmt: skip


class BegunAtReport(forms.Form):
    """Opened from a report of a leak, the form finds filled in what the report says."""

    leak_report = LeakReportField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """What the report says stands below what the form was given."""
        super().__init__(*args, **kwargs)
        report = LeakReport.objects.filter(number=str(self.initial.get("leak_report") or "")).first()
        if report is not None:
            self.initial = {**_said_by(report), **self.initial}


def _said_by(report: LeakReport) -> dict[str, str]:
    return {
        "customer": report.customer.number, "subscription": report.subscription.number, "ground": report.kind, "facts": report.summary,
    }  # fmt: skip


class ProposeForm(BegunAtReport, SuspensionForm):
    """Whose credentials, on which ground."""

    customer = CustomerField()
    subscription = _contract()
    field_order = ["customer", "subscription", "ground", "facts", "channels", STOCK, FREE, "leak_report"]


class ConsentForm(BegunAtReport):
    """Who consented for the customer, when and how."""

    asks_no_reason = True  # that the customer consented is the reason
    customer = CustomerField()
    subscription = _contract()
    consented_at = forms.DateTimeField(
        label="承諾の日時",
        widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="停止は、記録した時から始まります。",
    )
    by_whom = forms.CharField(
        label="承諾した人", max_length=200, help_text="所属と氏名です。停止を決められる人かどうかを確かめてください。"
    )
    how = forms.CharField(
        label="承諾の方法",
        max_length=500,
        help_text="本人と確かめた方法も書いてください（例：登録の電話番号に折り返した）。",
    )
    facts = forms.CharField(label="事情", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    incoming = IncomingField(label="承諾の受信")
    field_order = ["customer", "subscription", "consented_at", "by_whom", "how", "facts", "incoming", "leak_report"]


class LiftForm(forms.Form):
    """Why the ground is gone."""

    reason = forms.CharField(label="解除の理由", widget=forms.Textarea(attrs={"rows": 2}))


class AppliedForm(forms.Form):
    """What an operator did in the product, and when."""

    asks_no_reason = True  # what was done says why
    applied_at = forms.DateTimeField(
        label="作業の日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M")
    )
    how = forms.CharField(label="作業の内容", max_length=500)


class ToldForm(forms.Form):
    """When and how the customer was asked, and what it said."""

    told_at = forms.DateTimeField(label="確かめた日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"))
    reason = forms.CharField(
        label="確かめた方法と、利用者の答え",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="利用者が停止を望んでいないときは、停止を解除してください。",
    )
