"""The forms of 法務: readings, lengths, closed days, individual terms. What is left empty stays as it is."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.fields import CustomerField
from contracts.incoming.fields import FilesField
from contracts.terms.models import IndividualTerms
from contracts.terms.values import LONGEST, Value, lengths, readings

DAY: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "required": False}


class RateField(forms.DecimalField):
    """Typed in percent a year; kept as the text of a fraction."""

    def clean(self, value: Any) -> Any:
        """14.6 → "0.146"; None where it is empty."""
        percent = super().clean(value)
        return None if percent is None else str((percent / 100).normalize())


def _length(value: Value, help_text: str) -> forms.Field:
    label = f"{value.label}（{value.unit}）"
    if value.kind == "rate":
        return RateField(
            label=label,
            min_value=Decimal(0),
            max_value=Decimal(100),
            decimal_places=3,
            required=False,
            help_text=help_text,
        )
    return forms.IntegerField(
        label=label, min_value=1, max_value=LONGEST[value.kind], required=False, help_text=help_text
    )


def _reading(value: Value) -> forms.Field:
    """Radios, the first of which leaves it as it is; the default is marked."""
    marked = [(code, f"{words}（既定）" if code == value.default else words) for code, words in value.choices]
    return forms.ChoiceField(
        label=value.label, choices=[("", "変えない（今のままにする）"), *marked], required=False, widget=forms.RadioSelect,
        help_text="" if value.used else UNUSED,
    )  # fmt: skip


UNUSED = "この項目を使う手続は、まだありません。"


def _default_of(value: Value) -> str:
    return f"既定は{value.words(value.default)}。" + ("" if value.used else UNUSED)


class WhyForm(forms.Form):
    """From which day, and why: for the history, and beside it on the page of the terms."""

    in_force_from = forms.DateField(
        label="適用開始日", help_text="この日から始まるものに使います。空欄なら本日からです。さかのぼれません。", **DAY
    )
    reason = forms.CharField(
        label="変える理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="空欄の項目は、今のままです。",
    )


def _made(name: str, base: type[forms.Form], fields: dict[str, forms.Field], *order: str) -> type[forms.Form]:
    return type(name, (base,), {**fields, "field_order": [*order, *fields], "__doc__": base.__doc__})


ReadingsForm = _made(
    "ReadingsForm", WhyForm, {v.key: _reading(v) for v in readings() if not v.individual_only}, "in_force_from"
)
ParametersForm = _made(
    "ParametersForm", WhyForm, {v.key: _length(v, _default_of(v)) for v in lengths()}, "in_force_from"
)


class ClosureForm(forms.Form):
    """A closed day of the company."""

    day = forms.DateField(label="休業日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    why = forms.CharField(label="理由", max_length=100, help_text="創立記念日、設備の点検など。")


class IndividualBase(forms.Form):
    """With whom, from when until when, what is set otherwise, and the text that was agreed."""

    title = forms.CharField(label="名称", max_length=120, help_text="「特約（2026年11月）」など、文書の題です。")
    customer = CustomerField(required=False)
    plan = forms.ChoiceField(
        label="契約の種類", choices=[("", "利用者ひとりとの個別規約"), *IndividualTerms.Plan.choices], required=False,
        help_text="一人の利用者とではなく、この種類の契約すべてに当てはまるときに選びます。利用者との個別規約が優先します。",
    )  # fmt: skip
    in_force_from = forms.DateField(
        label="適用開始日", help_text="この日から始まるものに使います。空欄なら本日からです。さかのぼれません。", **DAY
    )
    ends_from = forms.DateField(label="適用しなくなる日", help_text="終わりを決めていなければ、空欄にします。", **DAY)
    uploads = FilesField(
        label="個別規約の文書", help_text="取り交わした文書を1件。PDFまたは画像、20MBまで。内容は書き換えられません。"
    )
    reason = forms.CharField(label="登録する理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """For one customer or for one kind of contract; one file."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("customer")) == bool(cleaned.get("plan")) and "customer" not in self.errors:
            self.add_error("customer", "利用者か契約の種類の、どちらか一方を入れてください。")
        if not cleaned.get("uploads") and "uploads" not in self.errors:
            self.add_error("uploads", "取り交わした文書を選んでください。")
        if any(not f.media_type.startswith(("application/pdf", "image/")) for f in cleaned.get("uploads") or []):
            self.add_error("uploads", "取り交わした文書は、PDFか画像で登録してください。")
        if len(cleaned.get("uploads") or []) > 1:
            self.add_error("uploads", "文書は1件だけ登録できます。一つのファイルにまとめてください。")
        return cleaned


def _set_otherwise(value: Value) -> forms.Field:
    if not value.is_reading:
        return _length(value, f"規約の既定は{value.words(value.default)}。")
    return forms.ChoiceField(
        label=value.label,
        choices=[("", f"定めない（規約の既定：{value.words(value.default)}）"), *value.choices],
        required=False,
    )


IndividualForm = _made(
    "IndividualForm", IndividualBase, {v.key: _set_otherwise(v) for v in (*lengths(), *readings())},
    "title", "customer", "plan", "uploads", "in_force_from", "ends_from", "reason",
)  # fmt: skip


class EndForm(forms.Form):
    """From which day they no longer apply, and why."""

    ends_from = forms.DateField(
        label="適用しなくなる日", help_text="この日から始まるものには使いません。空欄なら本日からです。", **DAY
    )
    reason = forms.CharField(label="終わらせる理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
