"""The form of a notice of change (Art. 7): what is filled in has changed, what is left empty has not."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django import forms

from accounts import registered
from accounts.models import Customer
from accounts.registered import Field, Value
from config.desk import clock
from contracts.incoming.reference import IncomingField
from contracts.licenses.change_models import ChangeNotice
from contracts.rules import identifiers

MOMENT = {"type": "datetime-local", "step": "60"}
FURTHEST = timedelta(days=732)
PLAIN = (Field.NAME, Field.KANA, Field.EMAIL, Field.PHONE, Field.CONTACT, Field.REPRESENTATIVE)


class ChangeForm(forms.Form):
    """Nothing of the present values stands in the fields, so that two people at once take nothing back unseen."""

    asks_no_reason = True  # that the customer told us is the reason
    claimed = ("effective_on",)  # named by the customer; it may lie ahead
    name = forms.CharField(label="名称", max_length=200, required=False)
    kana = forms.CharField(label="フリガナ", max_length=200, required=False)
    postal_code = forms.CharField(label="郵便番号", max_length=12, required=False)
    address = forms.CharField(label="住所", max_length=300, required=False)
    email = forms.EmailField(label="通知先メール", max_length=254, required=False)
    phone = forms.CharField(label="電話番号", max_length=40, required=False)
    representative = forms.CharField(label="代表者", max_length=100, required=False)
    contact = forms.CharField(label="宛名の担当者", max_length=100, required=False)
    no_contact = forms.BooleanField(label="宛名に担当者を書かない", required=False)
    notified_at = forms.DateTimeField(
        label="届出を受けた日時", widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M"),
        help_text="記録する時ではなく、届出が当社に届いた時です。それまでに元の宛先へ送った通知は、そのまま有効です。",
    )  # fmt: skip
    channel = forms.ChoiceField(
        label="届出の方法", choices=ChangeNotice.Channel.choices, widget=forms.RadioSelect, initial="email"
    )
    incoming = IncomingField()
    effective_on = forms.DateField(
        label="変更の日", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="先の日でもかまいません。その日の0:00から新しい宛先になります。空欄なら、届出を受けた日です。",
    )  # fmt: skip
    evidence = forms.CharField(
        label="確かめた書類", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="法人・団体の名称の変更には必要です（例：履歴事項全部証明書 11月10日発行）。",
    )  # fmt: skip
    only_this = forms.BooleanField(
        label="この番号だけを変える", required=False, help_text="外しておくと、まとめた番号の登録も同じように変えます。"
    )
    confirm = forms.BooleanField(
        label="変更の確認メールを、新しい宛先にも送る", required=False,
        help_text="メールを変えるとき、元の宛先には必ず送ります（社内の取扱い）。",
    )  # fmt: skip

    def clean_postal_code(self) -> str:
        """123-4567."""
        typed = self.cleaned_data["postal_code"]
        try:
            return identifiers.postal_code(typed) if typed else ""
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        """An address is its postal code and its text; one of the two alone is a slip."""
        cleaned = super().clean() or {}
        for one, other in (("postal_code", "address"), ("address", "postal_code")):
            if cleaned.get(one) and not cleaned.get(other) and other not in self.errors:
                self.add_error(other, "住所が変わるときは、郵便番号と住所の両方を入れてください。")
        if cleaned.get("no_contact") and cleaned.get("contact"):
            self.add_error("no_contact", "担当者を入れるときは、この欄を外してください。")
        return cleaned

    def judge_at(self, at: datetime) -> None:
        """A year mistyped."""
        on = self.cleaned_data.get("effective_on")
        if on and on > clock.jst_day(at + FURTHEST):
            self.add_error("effective_on", "年を確かめてください。")


def form_for(customer: Customer | None) -> type[forms.Form]:
    """Below each field what is registered now; what only joined numbers need is left out."""
    if customer is None:
        return ChangeForm
    now = registered.values_at(customer, clock.now())
    told: dict[str, Any] = {
        name: _beside(name, f"今の登録：{_now(now[name])}") for name in (*map(str, PLAIN), str(Field.ADDRESS))
    }
    if len(customer.family_ids) == 1:
        told["only_this"] = None
    return type("ChangeForm", (ChangeForm,), told)


def _beside(name: str, text: str) -> forms.Field:
    field = deepcopy(ChangeForm.base_fields[name])
    field.help_text = text
    return field


def _now(value: Value) -> str:
    text, postal_code = value
    return f"〒{postal_code}　{text}" if postal_code else text or "なし"


def changed(fields: dict[str, Any]) -> dict[str, Value]:
    """The fields that were filled in, with their values; the rest of `fields` stays."""
    given = {field: (str(fields.pop(field, None) or "").strip(), "") for field in PLAIN}
    address = (str(fields.pop("address", None) or "").strip(), str(fields.pop("postal_code", None) or ""))
    found = {str(field): value for field, value in given.items() if value[0]}
    if fields.pop("no_contact", False):
        found[Field.CONTACT] = ("", "")
    return found | ({str(Field.ADDRESS): address} if address[0] else {})
