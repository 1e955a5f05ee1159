"""Template tags and filters of the desk: chips, clause tags, glyphs, Japanese dates, the chart of the next days."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django import template
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from config.desk import jst
from config.desk.chips import Chip, clause_url, glyph_shape
from config.desk.counting import MOST_COUNTED
from contracts.rules.clauses import ClauseRef

register = template.Library()

_GLYPH = (
    '<svg class="glyph {}" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">{}</svg>'
)

_ALIASES = {"ring": "○", "dot": "●", "diamond": "◆", "pause": "‖", "return": "↩", "triangle": "▲", "cross": "✕"} | {
    "tick": "✓",
    "square": "■",
    "box": "□",
    "bang": "!",
    "info": "i",
}
_FACET = re.compile(r"(?P<label>.*) \((?P<count>\d+)\)")
_NUMBER = re.compile(
    r"\b[A-Z]{1,4}-\d{4}-\d{5,6}(?:-[A-Z]\d+)?\b|\d+行目"
)  # public numbers and places under them, those of the web form, records of a file
_BAR_LETTERS = 24  # so many letters of choices stand side by side
_CHART_COLUMN = 24  # width of a day in the chart's own units
_CHART_TALLEST = 44


@register.simple_tag
def glyph(name: str, classes: str = "") -> SafeString:
    """A small drawing, hidden from screen readers: the word beside it says the same."""
    if not name:
        return mark_safe("")
    shape = mark_safe(glyph_shape(_ALIASES.get(name, name)))  # our own constants
    return format_html(_GLYPH, classes, shape)


@register.simple_tag
def chip(value: Chip | None) -> SafeString:
    """A state or deadline chip; nothing for None."""
    if value is None:
        return mark_safe("")
    stamp = format_html('<time datetime="{}">{}</time>', value.datetime, value.label) if value.datetime else value.label
    return format_html('<span class="chip {} {}">{}{}</span>', value.kind, value.tone, glyph(value.glyph), stamp)


@register.simple_tag
def clause(ref: str | None, heading: bool = False) -> SafeString:
    """The tag that links to a clause of the terms; what is no clause of ours (民法第140条) stays plain text."""
    if not ref:
        return mark_safe("")
    try:
        parsed = ClauseRef.parse(str(ref))
    except ValueError:
        return format_html('<span class="law">{}</span>', ref)
    label = parsed.full_label() if heading else parsed.label()
    return format_html('<a class="clause" href="{}">{}</a>', clause_url(str(ref)), label)


@register.filter
def labeled(row: Sequence[Any], columns: Sequence[str]) -> list[tuple[str, Any]]:
    """The cells of a row with their headings: on a phone, where there is no head, each cell names itself."""
    return [
        ("" if place == 0 else str(label), cell) for place, (label, cell) in enumerate(zip(columns, row, strict=True))
    ]


@register.filter
def unbroken(text: object) -> SafeString:
    """Numbers within the text stay on one line."""
    escaped = str(conditional_escape("" if text is None else str(text)))
    return mark_safe(_NUMBER.sub(r'<span class="number">\g<0></span>', escaped))  # escaped above


def two_lines(first: object, second: object = "", url: str = "") -> SafeString:
    """A cell of a list with a second, quieter line; for the columns of an admin."""
    shown = format_html('<a href="{}">{}</a>', url, unbroken(first)) if url else unbroken(first)
    return format_html('{}<span class="cell-sub">{}</span>', shown, unbroken(second)) if second else shown


@register.filter
def clause_href(ref: object) -> str:
    """The address of a clause's page."""
    return clause_url(str(ref))


@register.filter
def first_bold(text: object) -> SafeString:
    """The first sentence of a message in bold; a message of one sentence stays plain."""
    escaped = str(conditional_escape(text if isinstance(text, str) else str(text)))
    first, stop, rest = escaped.partition("。")
    if not rest.strip() or "<" in first:
        return mark_safe(escaped)  # escaped above, or marked safe by its maker
    return mark_safe(f"<strong>{first}{stop}</strong>{rest}")


@register.filter
def field_kind(field: BoundField) -> str:
    """How a form row is laid out: bar (a few short radios), radios, checks, check or plain."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple):  # first: it is a RadioSelect, too
        return "checks"
    if isinstance(widget, RadioSelect):
        return "bar" if sum(len(str(label)) for _value, label in widget.choices) <= _BAR_LETTERS else "radios"
    return "check" if isinstance(widget, CheckboxInput) else "plain"


@register.filter
def option_groups(field: BoundField) -> list[tuple[str, list[Any]]]:
    """The options of a long list under the headings of its choices; one group without a heading where it has none."""
    headings = {
        str(value): str(heading)
        for heading, options in field.field.widget.choices
        if isinstance(options, list | tuple)
        for value, _ in options
    }
    grouped = groupby(field, key=lambda option: headings.get(str(option.data["value"]), ""))
    return [(heading, list(options)) for heading, options in grouped]


def _dated(name: str, read: Callable[[Any], str]) -> None:
    """Register a date filter; empty stays empty, and text that is already written stays as it is."""

    def shown(value: date | datetime | str | None) -> str:
        return str(value or "") if value is None or isinstance(value, str) else read(value)

    register.filter(name, shown)


for _name in ("jday", "jday_year", "jmoment", "jshort", "jtime"):
    _dated(_name, getattr(jst, _name))


@register.filter
def stamp(value: date | datetime | None) -> str:
    """For ``<time datetime>``."""
    return value.isoformat() if value else ""


@register.filter
def stamp_or_none(value: object) -> bool:
    """Whether the value is a day or a moment, not a text that was written already."""
    return isinstance(value, date)


@register.filter
def is_plain(value: object) -> bool:
    """Whether a cell is plain text, a number or empty, not a mapping with a chip or a link."""
    return value is None or isinstance(value, str | int | float | date)


@register.filter
def rows(data: Any) -> Any:
    """The rows of a card's data, which is either the rows or a mapping that has them."""
    return data["rows"] if isinstance(data, Mapping) else data


@register.filter
def facet_label(display: object) -> str:
    """審査中 (5) → 審査中: the stock admin writes the count behind the label."""
    found = _FACET.fullmatch(str(display))
    return found["label"] if found else str(display)


@register.filter
def facet_count(display: object) -> str:
    """審査中 (5) → 5; empty where nothing was counted."""
    found = _FACET.fullmatch(str(display))
    return found["count"] if found else ""


@register.simple_tag
def page_span(cl: ChangeList) -> str:
    """118件のうち 1–12件, below a change list."""
    total = cl.result_count
    if cl.show_all or total <= cl.list_per_page:
        return f"{total}件"
    first = (cl.page_num - 1) * cl.list_per_page + 1
    last = min(first + cl.list_per_page - 1, total)
    if total <= MOST_COUNTED:
        return f"{total}件のうち {first}–{last}件"
    beyond = f"{MOST_COUNTED:,}件より先は、検索や絞り込みで探してください"
    return f"{found_rows(cl)}のうち {first}–{last}件（{beyond}）"


@register.simple_tag
def found_rows(cl: ChangeList) -> str:
    """How many rows a change list has: 118件, or 10,000件以上."""
    return f"{cl.result_count}件" if cl.result_count <= MOST_COUNTED else f"{MOST_COUNTED:,}件以上"


@register.simple_tag
def next_page_url(cl: ChangeList) -> str:
    """The next page of a change list; empty on the last one."""
    return cl.get_query_string({PAGE_VAR: cl.page_num + 1}) if cl.page_num < cl.paginator.num_pages else ""


@register.inclusion_tag("desk/days_chart.html")
def days_chart(days: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The chart of the deadlines of the coming days: one column a day, closed days shaded, today red."""
    highest = max((int(day["count"]) for day in days), default=0)
    columns = [_column(index, day, highest) for index, day in enumerate(days)]
    return {"columns": columns, "width": len(columns) * _CHART_COLUMN, "sentence": _chart_sentence(days)}


def _column(index: int, day: Mapping[str, Any], highest: int) -> dict[str, Any]:
    count = int(day["count"])
    height = round(_CHART_TALLEST * count / max(highest, 4)) if count else 0
    shown: date = day["day"]
    month = f"{shown.month}/" if shown.day == 1 else ""
    left = index * _CHART_COLUMN
    return {
        **day,
        "left": left,
        "middle": left + _CHART_COLUMN // 2,
        "bar_left": left + 6,
        "width": _CHART_COLUMN,
        "top": 64 - height,
        "height": height,
        "number_y": 59 - height,
        "label": f"{month}{shown.day}",
    }


def _chart_sentence(days: Sequence[Mapping[str, Any]]) -> str:
    """What the chart shows, for those who do not see it."""
    told = [f"{jst.jday(day['day'])} {day['count']}件" for day in days if day["count"]]
    return f"今後{len(days)}日間の期限：" + ("、".join(told) if told else "ありません")
