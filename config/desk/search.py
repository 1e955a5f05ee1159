"""The search in the header: numbers lead to their page, clauses to theirs, all else to customers and applications."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from config.desk.chips import clause_url
from config.desk.pages import url_of

NUMBER = re.compile(r"[CASVMDNROTPH]-\d{4}-\d{6}")
PLACE = re.compile(r"[A-Z]-\d{4}-\d{6}-([A-Z])\d+")  # a place under a row: S-2026-000001-L1
CLAUSE = re.compile(
    r"(?:第?(\d+)条)(?:第?(\d+)項)?(?:第?(\d+)号)?|(\d{1,2}(?:\(\d+\)){0,2})"
)  # more digits are a telephone or a number
_by_number: dict[str, type[Model]] = {}
_by_place: dict[str, type[Model]] = {}
_by_text: list[tuple[str, Callable[[str], list[tuple[str, str, str]]]]] = []


def numbers(series: str, model: type[Model]) -> None:
    """A room says which model bears the numbers of a series."""
    _by_number[series] = model


def places(letter: str, model: type[Model]) -> None:
    """A room says which model bears the numbers of places under a row (S-2026-000001-L1: letter L)."""
    _by_place[letter] = model


def row_of(number: str) -> Model | None:
    """The row that bears this public number, if there is one."""
    model = _by_number.get(number[:1]) if NUMBER.fullmatch(number) else None
    return model._base_manager.filter(number=number).first() if model else None


def bears(series: str, row: Model) -> bool:
    """Whether the row's model bears the numbers of this series."""
    return series in _by_number and isinstance(row, _by_number[series])


def texts(label: str, find: Callable[[str], list[tuple[str, str, str]]]) -> None:
    """A room finds rows by free text: (what, detail, address)."""
    _by_text.append((label, find))


def search(request: HttpRequest) -> HttpResponse:
    """Straight to the page where there is only one; else what was found."""
    query = request.GET.get("q", "").strip()
    direct = _direct(query)
    if direct:
        return redirect(direct)
    found = [(label, find(query)) for label, find in _by_text] if query else []
    hits = [hit for _, rows in found for hit in rows]
    if len(hits) == 1:
        return redirect(hits[0][2])
    context: dict[str, Any] = admin.site.each_context(request) | {
        "title": "検索",
        "query": query,
        "found": [f for f in found if f[1]],
    }
    return TemplateResponse(request, "desk/search_results.html", context)


def _direct(query: str) -> str:
    if NUMBER.fullmatch(query.upper()):
        return url_of(row_of(query.upper()))
    if place := PLACE.fullmatch(query.upper()):
        model = _by_place.get(place.group(1))
        return url_of(model._base_manager.filter(number=query.upper()).first()) if model else ""
    if found := CLAUSE.fullmatch(query):
        article, paragraph, item, code = found.groups()
        ref = code or article + "".join(f"({n})" for n in (paragraph, item) if n)
        return clause_url(ref)
    return ""
