"""Verbs whose form is small enough to stand on the page of a row, folded under its button.

The form is the verb's own and is posted to the verb's own page; nothing here writes. It works without script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Model

from config.desk.origin import marked
from config.desk.pages import Button, verb_url
from config.desk.registry import Verb
from config.desk.verbpage import page_form


@dataclass(frozen=True, kw_only=True)
class Quick:
    """Which fields stand there, what the button says, which key unfolds it, whether files dropped on the page go there."""

    key: str
    fields: tuple[str, ...]
    submit: str
    shortcut: str = ""
    takes_files: bool = False


_quick: dict[str, Quick] = {}


def register(quick: Quick) -> None:
    """A room names a verb on no row; its other fields are filled by where it begins, or left empty."""
    _quick[quick.key] = quick


def button(pressed: Verb, given: Mapping[str, str], row: Model, *, home: bool = False) -> Button:
    """The way to a verb on no row that begins at this row, knowing `given`; with its form where that is small."""
    style = "red" if pressed.style == "red" else "plain"
    url = f"{verb_url(pressed.key)}?{urlencode(given)}"
    return Button(
        label=pressed.label, url=url, style=style, quick=_form(pressed, given, row, home), folded=pressed.folded
    )


def _form(pressed: Verb, given: Mapping[str, str], row: Model, home: bool) -> dict[str, Any] | None:
    quick = _quick.get(pressed.key)
    if quick is None:
        return None
    form = page_form(pressed, None)(auto_id=f"quick-{pressed.key.replace('.', '-')}-%s")
    return {
        "quick": quick, "fields": [_field(form, name) for name in quick.fields], "given": dict(given),
        "action": marked(verb_url(pressed.key), home=home, back=getattr(row, "number", "")), "multipart": form.is_multipart(),
    }  # fmt: skip


def _field(form: forms.Form, name: str) -> forms.BoundField:
    form.fields[name].widget.attrs.pop("autofocus", None)  # the page's own field has the focus, not a folded one
    return form[name]
