"""Form fields for people: a customer, chosen by number."""

import unicodedata
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Customer

EXAMPLE = "C-2026-000021"


class CustomerInput(forms.TextInput):
    """A customer number; below it the name, once the number is one of ours, so that a slip is seen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field, and whose number stands in it."""
        shown = super().render(name, value, attrs, renderer)
        customer = Customer.objects.filter(number=as_number(value)).first() if value else None
        return shown if customer is None else format_html('{}<p class="help named">{}</p>', shown, customer.name)


class CustomerField(forms.ModelChoiceField):
    """The customer with the number C-…; wide and small letters are taken as well."""

    widget = CustomerInput
    default_error_messages = {"invalid_choice": f"{EXAMPLE} の形で、登録のある利用者番号を入れてください。"}

    def __init__(self, **kwargs: Any) -> None:
        """All customers, by their number."""
        given = {"label": "利用者", "help_text": f"利用者番号で指定します（例：{EXAMPLE}）。"}
        super().__init__(queryset=Customer.objects.all(), to_field_name="number", **(given | kwargs))

    def to_python(self, value: Any) -> Customer | None:
        """The customer; ValidationError for a number that nobody has."""
        return super().to_python(as_number(value) if isinstance(value, str) else value)


def as_number(typed: Any) -> str:
    """A number as it is kept: half width, capital letters, no space around it."""
    return unicodedata.normalize("NFKC", str(typed)).strip().upper()
