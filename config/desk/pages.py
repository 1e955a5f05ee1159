"""Where rows are seen: addresses of pages, cards, buttons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from config.desk.chips import Chip
from config.desk.press import permitted
from config.desk.refusal import Lead, Refused
from config.desk.registry import Verb, verb, verbs_for


def url_of(row: Model | None) -> str:
    """The page of a row, or nothing where it has none."""
    if row is None:
        return ""
    meta = row._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def list_url(model: type[Model]) -> str:
    """The list of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def verb_url(key: str, row: Model | None = None) -> str:
    """The page of a verb on a row."""
    return reverse("desk:verb_on", args=[key, row.pk]) if row is not None else reverse("desk:verb", args=[key])


def card(title: str, template: str, data: Any, **more: Any) -> dict[str, Any]:
    """One card of a case page: templates/desk/cards/<template>.html with its data."""
    return {"title": title, "template": f"desk/cards/{template}.html", "data": data, **more}


def fact(label: str, value: Any = None, **more: Any) -> dict[str, Any]:
    """One line of a facts card."""
    return {"label": label, "value": value, **more}


def note(tone: str, text: str) -> dict[str, str]:
    """A message above a page: success, info, warning or error."""
    return {"tone": tone, "text": text}


@dataclass(frozen=True, kw_only=True)
class Button:
    """A verb on a page: what it says, where it leads, and why it may not be pressed yet."""

    label: str
    url: str
    style: str = "plain"
    short: str = ""
    reason: str = ""
    quick: Any = None  # its form, where it stands on the page itself
    folded: bool = False  # under その他の手続 where there are many


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """What a room shows of one row."""

    title: str
    chips: list[Chip] = field(default_factory=list)
    clause: str = ""
    owner: str = ""
    messages: Sequence[Mapping[str, str]] = field(default_factory=list)
    buttons: Sequence[Button] = field(default_factory=list)  # beside the row's own verbs
    top: list[dict[str, Any]] = field(default_factory=list)
    main: list[dict[str, Any]] = field(default_factory=list)
    side: list[dict[str, Any]] = field(default_factory=list)
    bottom: list[dict[str, Any]] = field(default_factory=list)


def lead_url(lead: Lead) -> str:
    """The page to which a refusal leads, with what its form finds filled in."""
    return verb_url(lead.verb, lead.to) + (f"?{urlencode(lead.given)}" if lead.given else "")


def leads_of(leads: Iterable[Lead], by: Any) -> list[Button]:
    """Those of the leads that the user may follow, as buttons."""
    return [Button(label=lead.label, url=lead_url(lead)) for lead in leads if permitted(verb(lead.verb), by)]


def buttons(row: Model, *, by: Any, at: datetime, keys: Iterable[str] | None = None) -> list[Button]:
    """The verbs of the row that the user holds; what may not be done yet stays visible, with its reason. One is primary."""
    shown = [verb(key) for key in keys] if keys is not None else verbs_for(row)
    made = [_button(v, row, by, at) for v in shown if permitted(v, by)]
    primary = [b for b in made if b.style == "primary"]
    return [Button(**{**vars(b), "style": "plain"}) if b in primary[:-1] else b for b in made]


def _button(pressed: Verb, row: Model, by: Any, at: datetime) -> Button:
    refused: Refused | None = pressed.why_not(row, by=by, at=at)
    if refused is None:
        return Button(label=pressed.label, url=verb_url(pressed.key, row), style=pressed.style, folded=pressed.folded)
    reason = f"{refused.message}{refused.instead}"
    return Button(
        label=pressed.label,
        url=verb_url(pressed.key, row),
        style="disabled",
        short=refused.short,
        reason=reason,
        folded=pressed.folded,
    )
