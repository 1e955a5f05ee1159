"""The verbs of customers: join doubled numbers, keep the contacts. House policy: they rest on no clause."""

from datetime import datetime
from typing import Any

from django import forms

from accounts import contacts, merging, registered
from accounts.details import Contact
from accounts.fields import CustomerField
from accounts.models import Customer
from config.desk.jst import jday_year
from config.desk.refusal import Refused
from config.desk.registry import Preview, Verb, never_refused, register

JOINS, KEEPS = frozenset({"受付", "契約"}), frozenset({"受付", "契約", "請求", "サポート"})
DAY = {"type": "date"}


class MergeForm(forms.Form):
    """Which of the two remains, and how one knows that they are one party."""

    customer = CustomerField(label="まとめる番号", help_text="この番号は残り、開くと「残す番号」へ進めます。")
    into = CustomerField(label="残す番号", help_text="これから使う方です。契約のある方を残してください。")
    evidence = forms.CharField(
        label="確かめた書類", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="法人番号または区分が違うときは必要です（例：合併の登記事項証明書）。",
    )  # fmt: skip
    reason = forms.CharField(
        label="同じ利用者とした理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="社内の記録に残ります。",
    )


class UnmergeForm(forms.Form):
    """Why they are two."""

    reason = forms.CharField(label="まとめを解く理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ContactForm(forms.Form):
    """Who, for what, and how to reach them."""

    asks_no_reason = True
    name = forms.CharField(label="氏名", max_length=100)
    department = forms.CharField(label="部署", max_length=100, required=False)
    role = forms.ChoiceField(label="役割", choices=Contact.Role.choices, widget=forms.RadioSelect, initial="contract")
    email = forms.EmailField(label="メールアドレス", max_length=254, required=False)
    phone = forms.CharField(label="電話番号", max_length=40, required=False)
    since = forms.DateField(
        label="いつから",
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text="空欄なら、今日からです。",
    )
    note = forms.CharField(label="備考", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two ways is needed."""
        cleaned = super().clean() or {}
        if not cleaned.get("email") and not cleaned.get("phone") and not self.errors:
            self.add_error("phone", "電話番号かメールアドレスを入れてください。")
        return cleaned


class EndContactForm(forms.Form):
    """Whose time is over, and from when."""

    contact = forms.ChoiceField(label="連絡先", widget=forms.RadioSelect)
    until_on = forms.DateField(
        label="いつまで",
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text="空欄なら、今日までです。",
    )
    reason = forms.CharField(label="終える理由", max_length=300, required=False)


def end_form(customer: Customer | None) -> type[forms.Form]:
    """With the contacts of this customer."""
    if customer is None:
        return EndContactForm
    rows = customer.contacts.filter(until=None)
    field = forms.ChoiceField(
        label="連絡先", widget=forms.RadioSelect, choices=[(c.number, f"{c}　{c.email or c.phone}") for c in rows]
    )
    return type("EndContactForm", (EndContactForm,), {"contact": field})


def preview(row: None, *, at: datetime, **fields: Any) -> Preview:
    """Both side by side, and what follows."""
    gone, kept = fields.get("customer"), fields.get("into")
    told = [f"{label} {_told(one)}" for label, one in (("残す番号", kept), ("まとめる番号", gone)) if one]
    refused = _refused(gone, kept, fields.get("evidence") or "")
    return Preview(
        title="まとめた後",
        consequences=(*told, "両方の契約・申込・通知・案件は、残す番号の画面に並びます。どの記録も書き換えません",
                      "登録の宛先は番号ごとのままです。まとめた番号の契約の通知は、その番号の宛先に送ります"),
        messages=(("warning", f"{refused.message}{refused.instead}"),) if refused else (),
    )  # fmt: skip


def unmerge_preview(customer: Customer, *, at: datetime, **fields: Any) -> Preview:
    """What begins later and goes only with the number that told of it; what has begun and stays with both."""
    ahead = [
        f"{jday_year(row.since)}からの{row}は、{row.source} の番号だけに残ります"
        for row in registered.of_others(customer, at)
        if row.since
    ]
    joined = customer.merged_into.number if customer.merged_into else ""
    begun = [
        f"{row}（{row.source}）は、{customer.number} にも残ります。違うときは、届出を記録して直してください"
        for row in registered.standing(customer)
        if joined and row.source.startswith(f"{joined}-") and row.since is not None and row.since <= at
    ]
    return Preview(
        title="解いた後", consequences=(f"{customer.number} と {joined} の2つの番号に戻ります", *ahead, *begun)
    )


def _refused(gone: Customer | None, kept: Customer | None, evidence: str) -> Refused | None:
    return merging.why_not(gone, kept, evidence) if gone and kept else None


def _told(one: Customer) -> str:
    parts = (one.number, one.name, one.corporate_number or "法人番号なし", one.email, one.address, one.phone)
    return "　".join(part for part in (*parts, f"登録 {jday_year(one.recorded_at)}") if part)


def register_all() -> None:
    """Called once, when the room starts. The order is the order of the buttons."""
    register(
        Verb(key="accounts.add_contact", label="連絡先を追加する", clause="", roles=KEEPS, subject=Customer, form=ContactForm,
             why_not=never_refused, run=contacts.add, folded=True,
             consequence=("確定すると、連絡先に並びます。", "通知は、ここには送りません。登録の宛先に送ります（第4条第1項）。"))
    )  # fmt: skip
    register(
        Verb(key="accounts.end_contact", label="連絡先を終える", clause="", roles=KEEPS, subject=Customer, form=end_form,
             why_not=contacts.end_why_not, run=contacts.end, folded=True, applies=lambda c: c.contacts.filter(until=None).exists())
    )  # fmt: skip
    register(
        Verb(key=merging.MERGE, label="同じ利用者としてまとめる", clause="", roles=JOINS, subject=None, form=MergeForm,
             why_not=never_refused, run=merging.merge, preview=preview, folded=True,
             consequence=("どちらの記録も消えません。", "間違えたときは、「まとめを解く」で元に戻せます。"))
    )  # fmt: skip
    register(
        Verb(key=merging.UNMERGE, label="まとめを解く", clause="", roles=JOINS, subject=Customer, form=UnmergeForm,
             why_not=merging.unmerge_why_not, run=merging.unmerge, preview=unmerge_preview, applies=lambda c: c.merged_into_id is not None,
             consequence=("2つの番号に戻ります。", "まとめている間に始まった変更は、それぞれに残ります。これから始まる変更は、届け出た番号だけに残ります。"))
    )  # fmt: skip
