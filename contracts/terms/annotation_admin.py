"""法務の注記: the list, and the page of one with what it replaced and what replaced it."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.desk import clausefilter, clock
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.jst import jday_year, jmoment
from config.desk.listpage import ListPage
from config.desk.pages import CasePage, card, fact, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.terms import annotation_cards as cards
from contracts.terms.models import Annotation

LONGEST = 80  # characters of the text in the list


def narrow(rows: QuerySet[Any], ref: str) -> QuerySet[Any]:
    """On the clause or a part of it."""
    return rows.filter(Q(clause=ref) | Q(clause__startswith=f"{ref}("))


@admin.register(Annotation)
class AnnotationAdmin(ListPage, CaseAdmin):
    """法務の注記."""

    list_display = ("number_shown", "clause_shown", "chip", "what", "applies_from")
    list_filter = ("kind", clausefilter.by(narrow))
    list_select_related = ("set_by",)
    search_fields = ("number__startswith", "text")
    search_help_text = "注記番号、注記の語で検索"
    search_placeholder = "注記番号、注記の語"

    @admin.display(description="注記", ordering="number")
    def number_shown(self, row: Annotation) -> SafeString:
        """The number and the kind."""
        return two_lines(row.number, row.get_kind_display())

    @admin.display(description="条項")
    def clause_shown(self, row: Annotation) -> str:
        """On which clause."""
        return row.clause_label

    @admin.display(description="状態")
    def chip(self, row: Annotation) -> SafeString:
        """Whether it applies today."""
        return chip_tag(cards.chip(row, clock.today()))

    @admin.display(description="内容")
    def what(self, row: Annotation) -> str:
        """Its first words."""
        return row.text if len(row.text) <= LONGEST else f"{row.text[:LONGEST]}…"

    @admin.display(description="適用", ordering="in_force_from")
    def applies_from(self, row: Annotation) -> SafeString:
        """From when, and by whom."""
        return two_lines(f"{jday_year(row.in_force_from)}から", str(row.set_by))

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The way to a new one, for 法務."""
        return [
            {"label": b.label, "url": b.url.partition("?")[0], "style": "primary"}
            for b in cards.begin(request.user, "")
        ]

    def page(self, request: HttpRequest, row: Annotation) -> CasePage:
        """What it says, what happened; at the side its clause and who noted it."""
        clause: dict[str, Any] = clause_card(row.clause, row.in_force_from) or {}
        replaced = getattr(row, "superseded_by", None)
        over = replaced is not None or (row.ends_from is not None and row.ends_from <= clock.today())
        return CasePage(
            title=f"{row.clause_label}の注記",
            chips=[cards.chip(row, clock.today())],
            clause=row.clause,
            owner=str(row.set_by),
            buttons=[] if over else cards.begin(request.user, row.clause, replaced=row),
            main=[card(row.get_kind_display(), "note", {"text": row.text}), self.timeline_card(row)],
            side=[
                card("概要", "facts", _facts(row, replaced)),
                card("条項", "clause", clause | {"notes": []}, sub=clause.get("version_label", "")),
            ],
        )


def _facts(row: Annotation, replaced: Annotation | None) -> list[dict[str, Any]]:
    made = [
        fact("適用開始", jday_year(row.in_force_from)),
        fact("適用しなくなる日", jday_year(row.ends_from) if row.ends_from else "定めていません", sub=row.ended_why),
        fact("登録", str(row.set_by), sub=jmoment(row.set_at)),
        fact("注記した時の版", row.version.label, url=url_of(row.version)),
    ]
    if row.supersedes is not None:
        made.append(fact("改めた注記", row.supersedes.number, url=url_of(row.supersedes)))
    return [*made, fact("新しい注記", replaced.number, url=url_of(replaced))] if replaced else made
