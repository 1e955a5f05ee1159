"""Form fields that letters need."""

from typing import Any

from django import forms

from notices.models import Channel


class ChannelsField(forms.MultipleChoiceField):
    """By e-mail, by post, or both; to the registered addresses (Art. 4(1))."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=kwargs.pop("label", "方法"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple, initial=["email"],
            help_text=kwargs.pop("help_text", "登録されたメールアドレス・住所に送ります。"), **kwargs,
        )  # fmt: skip
