"""個別規約: the list, and the page of one of them with its file."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import SafeString

from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.jst import jday_year, jmoment
from config.desk.listpage import ListPage
from config.desk.pages import CasePage, card, fact, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.terms import cards
from contracts.terms.models import IndividualTerms
from contracts.terms.values import find, in_words

ADD = "terms.add_individual_terms"


@admin.register(IndividualTerms)
class IndividualTermsAdmin(ListPage, CaseAdmin):
    """個別規約."""

    list_display = ("number_shown", "party_shown", "chip", "what", "applies_from")
    list_filter = ("plan",)
    list_select_related = ("customer",)
    search_fields = ("number__startswith", "title", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "個別規約番号、名称、利用者名、利用者番号で検索"
    search_placeholder = "個別規約番号、名称、利用者"

    @admin.display(description="個別規約", ordering="number")
    def number_shown(self, row: IndividualTerms) -> SafeString:
        """The number and the title."""
        return two_lines(row.number, row.title)

    @admin.display(description="対象")
    def party_shown(self, row: IndividualTerms) -> SafeString:
        """With whom."""
        return two_lines(row.party, row.customer.number if row.customer else "")

    @admin.display(description="状態")
    def chip(self, row: IndividualTerms) -> SafeString:
        """Whether they apply today."""
        return chip_tag(cards.individual_chip(row, clock.today()))

    @admin.display(description="定める内容")
    def what(self, row: IndividualTerms) -> str:
        """What they set."""
        return "、".join(in_words(row.values))

    @admin.display(description="適用", ordering="in_force_from")
    def applies_from(self, row: IndividualTerms) -> SafeString:
        """From when, until when."""
        return two_lines(f"{jday_year(row.in_force_from)}から", cards.until(row))

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The way to new ones, for 法務."""
        held = verb(ADD)
        return (
            [{"label": held.label, "url": verb_url(ADD), "style": "primary"}] if permitted(held, request.user) else []
        )

    def page(self, request: HttpRequest, row: IndividualTerms) -> CasePage:
        """What they set beside the version, the file, what happened; at the side with whom and why."""
        clause: dict[str, Any] = clause_card("1(3)", row.in_force_from) or {}
        return CasePage(
            title=row.title,
            chips=[cards.individual_chip(row, clock.today())],
            clause="1(3)",
            owner=str(row.set_by),
            main=[_values(row), _file(row), self.timeline_card(row)],
            side=[
                card("概要", "facts", _facts(row)),
                card("根拠条項", "clause", clause, sub=clause.get("version_label", "")),
            ],
        )


def _values(row: IndividualTerms) -> dict[str, Any]:
    chosen = [(find(key), value) for key, value in row.values.items()]
    rows = [
        [{"text": v.label, "strong": True, "clause": v.clause}, v.words(value), v.words(v.default)]
        for v, value in chosen
    ]
    data = {"columns": ["項目", "個別規約の定め", "規約の既定"], "rows": rows}
    return card("定める内容", "table", data, count=f"{len(rows)}件", sub="これだけが規約に優先します")


def _file(row: IndividualTerms) -> dict[str, Any]:
    name = {"text": row.file_name, "url": reverse("terms:individual_file", args=[row.pk]), "strong": True}
    cells = [name, filesizeformat(row.size), {"text": "SHA-256", "sub": row.sha256}]
    return card("文書", "table", {"columns": ["ファイル", "大きさ", "照合用の値"], "rows": [cells]})


def _facts(row: IndividualTerms) -> list[dict[str, Any]]:
    customer = row.customer
    return [
        fact("対象", customer.name, url=url_of(customer), sub=customer.number) if customer else fact("対象", row.party),
        fact("適用開始", jday_year(row.in_force_from)),
        fact("適用しなくなる日", jday_year(row.ends_from) if row.ends_from else "定めていません"),
        fact("登録", str(row.set_by), sub=jmoment(row.set_at)),
        fact("登録した理由", row.why),
    ]
