"""What staff fill in about a letter: its posting, its delivery, its return, an unclear outcome."""

from django import forms

from notices.envelopes import fees
from notices.models import Channel, Postage
from notices.returns.forms import WhyReturned

WHEN = {"type": "datetime-local", "step": "1"}


class PostedForm(fees.PostedBy):
    """What the post office took."""

    posted_at = forms.DateTimeField(label="差出し日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"))
    postage = forms.ChoiceField(label="郵便の種類", choices=Postage.choices, widget=forms.RadioSelect)
    tracking_number = forms.CharField(
        label="追跡番号",
        required=False,
        max_length=20,
        help_text="引受番号です。ハイフンは、あってもなくてもかまいません。",
    )
    field_order = ("posted_at", "postage", "tracking_number")


class DeliveredForm(forms.Form):
    """A recorded delivery."""

    channel = forms.ChoiceField(label="方法", choices=Channel.choices, initial=Channel.POST, widget=forms.RadioSelect)
    delivered_at = forms.DateTimeField(
        label="配達日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M")
    )


class ReturnedForm(WhyReturned):
    """What came back, and why."""

    channel = forms.ChoiceField(label="方法", choices=Channel.choices, initial=Channel.POST, widget=forms.RadioSelect)
    returned_at = forms.DateTimeField(label="返戻日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"))
    field_order = ("channel", "returned_at", "ground", "reason", "kept_in")


class OutcomeForm(forms.Form):
    """What a person found out about an e-mail whose outcome was unclear."""

    outcome = forms.ChoiceField(
        label="確かめた結果",
        choices=[("sent", "送信されていた"), ("not_sent", "送信されていなかった")],
        widget=forms.RadioSelect,
    )
    how = forms.CharField(label="確かめた方法", max_length=500)


class StopForm(forms.Form):
    """Why it is not sent."""

    reason = forms.CharField(label="取り消す理由", max_length=500)


class SettleForm(forms.Form):
    """What was done about it."""

    how = forms.CharField(label="行った対応", max_length=500)


class TrackingForm(forms.Form):
    """From the receipt of the post office."""

    tracking_number = forms.CharField(
        label="追跡番号", max_length=20, help_text="引受番号です。ハイフンは、あってもなくてもかまいません。"
    )


class EmptyForm(forms.Form):
    """Nothing to fill in."""
