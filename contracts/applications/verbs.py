"""The verbs of applications."""

from typing import Any

from django import forms

from accounts.models import Customer
from config.desk.registry import Verb, never_refused, register
from contracts.applications import previews, workflow
from contracts.applications.kinds import RefusalForm
from contracts.applications.models import Application, Ground, GroundJudgement
from contracts.rules import identifiers
from notices.fields import ChannelsField
from notices.verbs import WHEN

MAY_BE_MISSING = ("kana", "postal_code", "address", "phone")  # in a row of the web form's file


class ReceiveForm(forms.Form):
    """An application as the applicant wrote it."""

    kind = forms.ChoiceField(label="区分", choices=Customer.Kind.choices)
    name = forms.CharField(label="名称・氏名", max_length=200)
    kana = forms.CharField(label="フリガナ", max_length=200)
    corporate_number = forms.CharField(label="法人番号", max_length=20, required=False)
    email = forms.EmailField(label="メールアドレス", max_length=254)
    postal_code = forms.CharField(label="郵便番号", max_length=12)
    address = forms.CharField(label="住所", max_length=300)
    phone = forms.CharField(label="電話番号", max_length=40)
    contact = forms.CharField(label="担当者", max_length=100, required=False)
    channel = forms.ChoiceField(
        label="申込経路", choices=Application.Channel.choices, help_text="当社サイトは月額、営業は年間の契約です。"
    )
    licenses = forms.IntegerField(label="希望ライセンス数", min_value=1, max_value=1_000_000)
    agreed_version = forms.CharField(label="同意した規約の版", max_length=20)
    agreed_at = forms.DateTimeField(label="同意日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"))
    remarks = forms.CharField(label="備考", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    source_number = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    content_hash = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    original = forms.JSONField(required=False, widget=forms.HiddenInput)
    flags = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A row of the web form is taken in with what it lacks: a question for the checklist, not a reason to lose it."""
        super().__init__(*args, **kwargs)
        if self.is_imported:
            for name in MAY_BE_MISSING:
                self.fields[name].required = False

    @property
    def is_imported(self) -> bool:
        """Whether it comes out of the web form's file, under its number."""
        return bool(self.data.get("source_number"))

    @property
    def claimed(self) -> frozenset[str]:
        """Moments of the web form's clock: no row of its file is judged by today's date (readings, section 6)."""
        return frozenset({"agreed_at"}) if self.is_imported else frozenset()

    def clean_postal_code(self) -> str:
        """As 123-4567."""
        if not self.cleaned_data["postal_code"]:
            return ""
        try:
            return identifiers.postal_code(self.cleaned_data["postal_code"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem


class JudgeForm(forms.Form):
    """One ground, the person's judgement, and why."""

    ground = forms.TypedChoiceField(label="事由", choices=Ground.choices, coerce=int)
    finding = forms.ChoiceField(label="判断", choices=GroundJudgement.Finding.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=1000)


class ChannelsForm(forms.Form):
    """How it is sent."""

    channels = ChannelsField()


def register_all() -> None:
    """Called once, when the room starts. The order is the order of the buttons."""
    desk = frozenset({"受付"})
    common: dict[str, Any] = {"roles": desk, "subject": Application}
    register(
        Verb(key="applications.receive", label="申込を登録する", clause="6(1)", roles=desk, subject=None, form=ReceiveForm,
             why_not=never_refused, run=workflow.receive, style="primary")
    )  # fmt: skip
    register(
        Verb(key="applications.judge_ground", label="事由を判断する", clause="6(3)", form=JudgeForm, why_not=workflow.judge_why_not,
             run=workflow.judge_ground, applies=lambda a: False, **common)
    )  # fmt: skip
    register(
        Verb(key="applications.propose_refusal", label="不承諾を起案する", clause="6(3)", form=RefusalForm,
             why_not=workflow.screening_why_not, run=workflow.propose_refusal, preview=previews.refusal, initial=previews.refusal_initial, style="red",
             applies=lambda a: a.state in ("screening", "awaiting_document"),
             consequence=("起案は、もう一人の承認を待ちます。", "通知が発送されるまでは、取り下げることができます。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.accept", label="承諾する", clause="6(3)", form=ChannelsForm, why_not=workflow.accept_why_not,
             run=workflow.accept, preview=previews.acceptance, style="primary",
             applies=lambda a: a.state == "screening" or (a.state == "accepted" and a.subscription.formed_on is None),
             consequence=("確定すると、承諾の通知の内容は変えられません。", "契約は、通知が届いた日に成立します（第6条第3項）。"), **common)
    )  # fmt: skip
