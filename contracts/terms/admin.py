"""The versions of the terms, with their lengths and readings. Read only: legal changes them by verbs."""

from collections.abc import Iterable

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
from contracts.terms import cards
from contracts.terms.annotation_admin import AnnotationAdmin
from contracts.terms.individual_admin import IndividualTermsAdmin
from contracts.terms.models import TermsVersion

__all__ = ["AnnotationAdmin", "IndividualTermsAdmin", "TermsVersionAdmin"]


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
        """The version, and what was set for it."""
        return [row, *row.values.all()]

    def page(self, request: HttpRequest, row: TermsVersion) -> CasePage:
        """Lengths and readings; at the side when it was published and took effect."""
        imported = row.clauses.count()
        messages = [] if imported else [note("info", "規約本文が取り込まれていないため、要旨を表示しています。")]
        return CasePage(
            title=row.label,
            chips=[_chip(row)],
            messages=messages,
            top=cards.values_cards(row, clock.today()),
            main=[self.timeline_card(row)],
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


def _chip(row: TermsVersion) -> Chip:
    today = clock.today()
    if row.effective_from > today:
        return state_chip("draft", "適用前")
    newest = TermsVersion.objects.filter(effective_from__lte=today).order_by("-effective_from").first()
    return state_chip("running", "適用中") if newest == row else state_chip("closed", "旧版")
