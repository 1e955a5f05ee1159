"""Forms of what is kept beside the findings of a case: inquiry, answer, investigation, withdrawal; and the opening."""

from typing import Any

from django import forms

from accounts.fields import CustomerField
from contracts.incoming.reference import IncomingField, line_of
from contracts.licenses.models import Subscription
from contracts.violations.clocks import INQUIRY
from contracts.violations.models import Investigation
from contracts.violations.received import is_another_s
from notices.fields import ChannelsField, added_paragraphs
from notices.forms import WHEN

TEXT, SHORT = {"rows": 3}, {"rows": 2}


class OpenForm(forms.Form):
    """What was found, and how; from a line of the incoming register it begins with what came in."""

    customer = CustomerField()
    subscription = forms.ModelChoiceField(
        label="契約", queryset=Subscription.objects.all(), to_field_name="number", required=False, widget=forms.TextInput,
        help_text="契約が複数あるときだけ、契約番号（S-…）で指定します。",
    )  # fmt: skip
    source = forms.CharField(label="発見の経緯", max_length=200, help_text="通報、監視の記録、社内の気付きなど。")
    facts = forms.CharField(label="事実の概要", max_length=4000, widget=forms.Textarea(attrs=TEXT))
    incoming = IncomingField()

    def __init__(self, **kwargs: Any) -> None:
        """`initial` may name the line alone; what stands in it fills the rest."""
        given = dict(kwargs.pop("initial", None) or {})
        super().__init__(initial=_begun_from(given.get("incoming")) | given, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The contract and the line are the customer's."""
        cleaned = super().clean() or {}
        subscription, customer, line = cleaned.get("subscription"), cleaned.get("customer"), cleaned.get("incoming")
        if subscription and customer and subscription.customer_id not in customer.family_ids:
            self.add_error("subscription", f"{subscription.number}は、{customer.name}の契約ではありません。")
        if customer and is_another_s(line, customer):
            self.add_error("incoming", f"{line}は、{customer.name}から受けたものではありません。")
        return cleaned


def _begun_from(number: Any) -> dict[str, Any]:
    line = line_of(number)
    if line is None:
        return {}
    known = {"customer": line.customer.number} if line.customer else {}
    return known | {"source": f"受信簿 {line.number}（{line.get_channel_display()}）", "facts": line.summary}


class FindingForm(forms.Form):
    """What was looked at, and what it showed."""

    source = forms.ChoiceField(
        label="種類", choices=Investigation.Source.choices, widget=forms.RadioSelect, required=False, initial="log"
    )
    looked_into = forms.CharField(label="調べたもの", max_length=300, help_text="例：管理画面への接続の記録（11月分）")
    found_at = forms.DateTimeField(
        label="調べた日時",
        widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="実際に調べた時です。",
    )
    finding = forms.CharField(label="分かったこと", max_length=4000, widget=forms.Textarea(attrs=TEXT))
    evidence = forms.CharField(
        label="証拠",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=SHORT),
        help_text="一行に一つずつ書きます。",
    )
    incoming = IncomingField()

    def clean_source(self) -> str:
        """A record of the watch where nothing is said."""
        return str(self.cleaned_data.get("source") or Investigation.Source.LOG)


class InquiryForm(forms.Form):
    """What the customer is asked, how, and by which day."""

    channels = ChannelsField()
    questions = forms.CharField(
        label="たずねること", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="事実の確認と、説明を求められます。第三者からの請求があるときは、その第三者との調整も求められます。",
    )  # fmt: skip
    answer_by = forms.DateField(
        label="回答の期限", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="社内の取扱いです。空欄なら、そこで決めた日数になります。",
    )  # fmt: skip
    stock, free_paragraph = added_paragraphs(INQUIRY)


class AnswerForm(forms.Form):
    """What the customer answered, and when it came."""

    answered_at = forms.DateTimeField(
        label="回答のあった日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="記録する時ではなく、実際に回答が届いた時です。",
    )  # fmt: skip
    answer = forms.CharField(label="回答", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    inquiry = forms.CharField(
        label="問合せ", required=False, max_length=16,
        help_text="通知番号です。空欄なら、回答より前に行った最後の問合せへの回答とします。",
    )  # fmt: skip
    incoming = IncomingField()


class WithdrawForm(forms.Form):
    """Which notice is taken back, and why."""

    notice = forms.CharField(
        label="是正通知",
        required=False,
        max_length=16,
        help_text="通知番号です。撤回できる通知が一つなら、空欄でかまいません。",
    )
    reason = forms.CharField(
        label="撤回の理由",
        max_length=1000,
        widget=forms.Textarea(attrs=TEXT),
        help_text="発送した通知のときは、利用者への通知にも載ります。",
    )
    channels = ChannelsField(required=False, help_text="発送した通知を撤回するとき、撤回を知らせる方法です。")


class HoldBackForm(forms.Form):
    """Why the company does not use its discretion now."""

    reason = forms.CharField(label="終了しない理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
