"""A line of the incoming register as where a case, a finding or an answer comes from."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.fields import as_number
from accounts.models import Customer
from config.desk import search
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.incoming import workflow as incoming
from contracts.incoming.models import Incoming
from contracts.violations.models import Violation


def line_of(typed: Any) -> Incoming | None:
    """The line of this number (R-…), however it was typed."""
    row = search.row_of(as_number(typed)) if typed else None
    return row if isinstance(row, Incoming) else None


class IncomingInput(forms.TextInput):
    """A number; below it what came in, so that a slip is seen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field, and what stands under its number."""
        shown, line = super().render(name, value, attrs, renderer), line_of(value)
        if line is None:
            return shown
        return format_html('{}<p class="help named">{}　{}</p>', shown, line.customer or "利用者は不明", line.title)


class IncomingField(forms.CharField):
    """The line with the number R-…; None where nothing is given."""

    widget = IncomingInput

    def __init__(self, **kwargs: Any) -> None:
        """Optional, by its number."""
        text = "受信簿に登録したものがあれば、その番号です（例：R-2026-000012）。案件に結び付けます。"
        given: dict[str, Any] = {"label": "受信", "required": False, "max_length": 40, "help_text": text}
        super().__init__(**(given | kwargs))

    def clean(self, value: Any) -> Any:
        """The line; ValidationError for a number that none has."""
        typed = str(super().clean(value) or "")
        if not typed:
            return None
        if (line := line_of(typed)) is None:
            raise forms.ValidationError("R-2026-000012 の形で、受信簿にある番号を入れてください。")
        return line


def is_another_s(line: Incoming | None, customer: Customer | None) -> bool:
    """Whether it came from another customer."""
    return line is not None and customer is not None and line.customer not in (None, customer)


def attach(case: Violation, line: Incoming | None, *, by: Any, at: datetime, reason: str) -> Incoming | None:
    """Link it to the case, where it is not linked yet. One that belongs to another case or customer is refused."""
    if line is None:
        return None
    fresh = locked(Incoming, line.pk)
    about = fresh.subject
    if about == case:
        return fresh
    if isinstance(about, Violation):
        raise Refused(
            f"{fresh}は、すでに案件 {about} に結び付いています。",
            clause="17(1)",
            instead="その案件で続けるか、受信の画面で結び付けを改めてください。",
        )
    return incoming.link(fresh, by=by, at=at, about=case, reason=reason)
