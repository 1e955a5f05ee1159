"""The versions of the terms, with their lengths and readings. Read only: legal changes them by verbs."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday_year, jmoment
from config.desk.listpage import ListPage
from config.desk.pages import CasePage, card, fact, note
from config.desk.templatetags.desk import chip as chip_tag
from contracts.terms.models import Parameters, Readings, TermsVersion

UNITS = {"days": "日", "months": "か月"}


@admin.register(TermsVersion)
class TermsVersionAdmin(ListPage, CaseAdmin):
    """規約の版."""

    list_display = ("label_shown", "chip", "effective_from", "published_at")
    ordering = ("-effective_from",)

    @admin.display(description="版")
    def label_shown(self, row: TermsVersion) -> str:
        """2025年4月1日版."""
        return row.label

    @admin.display(description="状態")
    def chip(self, row: TermsVersion) -> SafeString:
        """Whether it is in force today."""
        return chip_tag(_chip(row))

    def number_of(self, row: TermsVersion) -> str:
        """The number under which it is published."""
        return row.number

    def hangs_on(self, row: TermsVersion) -> Iterable[Model]:
        """The version, its lengths, its readings."""
        return [part for part in (row, _part(row, "parameters"), _part(row, "readings")) if part is not None]

    def page(self, request: HttpRequest, row: TermsVersion) -> CasePage:
        """Lengths and readings; at the side when it was published and took effect."""
        imported = row.clauses.count()
        messages = [] if imported else [note("info", "規約本文が取り込まれていないため、要旨を表示しています。")]
        return CasePage(
            title=row.label,
            chips=[_chip(row)],
            messages=messages,
            main=[_lengths(row), _readings(row), self.timeline_card(row)],
            side=[
                card(
                    "概要",
                    "facts",
                    [
                        fact("適用開始日", jday_year(row.effective_from)),
                        fact("公表", jmoment(row.published_at) if row.published_at else "—"),
                        fact("条項", f"{imported}", url=reverse("terms:contents")),
                    ],
                )
            ],
        )


def _part(row: TermsVersion, name: str) -> Any:
    return getattr(row, name, None)


def _chip(row: TermsVersion) -> Chip:
    today = clock.today()
    if row.effective_from > today:
        return state_chip("draft", "適用前")
    newest = TermsVersion.objects.filter(effective_from__lte=today).order_by("-effective_from").first()
    return state_chip("running", "適用中") if newest == row else state_chip("closed", "旧版")


def _lengths(row: TermsVersion) -> dict[str, Any]:
    kept = _part(row, "parameters")
    fields = [f for f in Parameters._meta.fields if f.name.endswith(tuple(UNITS))] if kept else []
    rows = [
        fact(str(f.verbose_name).partition("（")[0], f"{getattr(kept, f.name)}{UNITS[f.name.rpartition('_')[2]]}")
        for f in fields
    ]
    return card("期間の長さ", "facts", rows)


def _readings(row: TermsVersion) -> dict[str, Any]:
    kept = _part(row, "readings")
    fields = [f for f in Readings._meta.fields if f.choices] if kept else []
    rows = [fact(str(f.verbose_name), getattr(kept, f"get_{f.name}_display")()) for f in fields]
    return card("読み方", "facts", rows, sub="進行中のものは、開始時の読み方のままです")
