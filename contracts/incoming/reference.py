"""Naming a line of the register from another verb: the field, and what it means that the line was named."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.fields import as_number
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.incoming.models import Incoming

EXAMPLE = "R-2026-000004"


def line_of(typed: Any) -> Incoming | None:
    """The line of this number (R-…), however it was typed."""
    number = as_number(typed) if typed else ""
    return Incoming.objects.filter(number=number).select_related("customer").first() if number else None


class IncomingInput(forms.TextInput):
    """A number; below it what came in, so that a slip is seen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field, and what stands under its number."""
        shown, line = super().render(name, value, attrs, renderer), line_of(value)
        if line is None:
            return shown
        return format_html('{}<p class="help named">{}　{}</p>', shown, line.customer or "利用者は不明", line.title)


class IncomingField(forms.ModelChoiceField):
    """The line of the register with the number R-…; None where nothing is given. Wide and small letters are taken too."""

    widget = IncomingInput
    default_error_messages = {"invalid_choice": f"{EXAMPLE} の形で、受信簿にある番号を入れてください。"}

    def __init__(self, **kwargs: Any) -> None:
        """All lines, by their number."""
        given: dict[str, Any] = {
            "label": "受信",
            "required": False,
            "help_text": f"受信簿にあるときは、その番号です（例：{EXAMPLE}）。",
        }
        super().__init__(queryset=Incoming.objects.all(), to_field_name="number", **(given | kwargs))

    def to_python(self, value: Any) -> Incoming | None:
        """The line; ValidationError for a number that nothing bears."""
        return super().to_python(as_number(value) if isinstance(value, str) else value)


def rest_on(entered: Incoming | None, about: Any) -> None:
    """A row rests on this line: one that is linked to nothing yet is linked to `about`, a row with a customer.

    Raises Refused where the line is another customer's.
    """
    if entered is None:
        return
    fresh = locked(Incoming, entered.pk)
    if fresh.customer is not None and not fresh.customer.is_party_of(about.customer):
        raise Refused(
            f"{fresh} は、{about.customer.name}からのものではありません。", instead="受信の番号を確かめてください。"
        )
    if fresh.subject is None:
        _link(fresh, about)


def _link(entered: Incoming, about: Model) -> None:
    entered.subject, entered.customer = about, getattr(about, "customer", None)
    entered.save()
