"""The verbs of contracts."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk.clock import jst_day
from config.desk.registry import Preview, Verb, register
from contracts.licenses import credential_verbs, returned, workflow
from contracts.licenses.models import Subscription
from notices.composing import preview_html
from notices.fields import ChannelsField


class HandOverForm(forms.Form):
    """What the administrator of the customer needs. The password is kept encrypted until it has left."""

    admin_url = forms.URLField(label="管理画面のURL", max_length=300, assume_scheme="https")
    admin_id = forms.CharField(label="管理者ID", max_length=100)
    password = forms.CharField(
        label="初期パスワード", max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="通知が発送されるまで暗号化して保管し、発送の後に消します。記録には残りません。",
    )  # fmt: skip
    channels = ChannelsField()


def preview_hand_over(subscription: Subscription, *, at: datetime, **fields: Any) -> Preview:
    """The letter, without the password."""
    shown = {
        "admin_url": fields.get("admin_url") or "（入力してください）",
        "admin_id": fields.get("admin_id") or "（入力してください）",
    }
    html = preview_html(workflow.HAND_OVER, subscription, subscription.customer, shown, jst_day(at))
    return Preview(letter_html=html, letter_note="初期パスワードは、送るもの・印刷するものにだけ入ります。")


class StartForm(forms.Form):
    """Whether the service was used already, and how one knows."""

    outcome = forms.ChoiceField(label="確かめた結果", choices=returned.OUTCOMES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="確かめた方法",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例：ログインの記録を調べた。利用者に電話で確かめた。",
    )


def register_all() -> None:
    """Called once, when the room starts."""
    register(
        Verb(key="licenses.hand_over", label="認証情報を通知する", clause="8(3)", roles=frozenset({"契約"}), subject=Subscription,
             form=HandOverForm, why_not=workflow.hand_over_why_not, run=workflow.hand_over, preview=preview_hand_over, style="primary",
             applies=lambda s: s.state == "formed",
             consequence=("確定すると、通知の内容は変えられません。", "すべての通知が発送されたときに、利用が始まります（第8条第3項）。"))
    )  # fmt: skip
    register(
        Verb(key="licenses.decide_start", label="利用開始を確かめる", clause="8(3)", roles=frozenset({"契約"}), subject=Subscription,
             form=StartForm, why_not=returned.decide_why_not, run=returned.decide, applies=returned.undecided,
             consequence=("使われていたときは、利用開始も契約期間も変わりません。", "使われていないときは、利用開始を取り消し、認証情報を改めて通知します。"))
    )  # fmt: skip
    credential_verbs.register_all()
