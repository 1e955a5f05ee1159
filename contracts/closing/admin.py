"""The list of ended contracts, and until when their data are kept (23(4))."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.desk import clausefilter, clock
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.jst import jday_year, jmoment, weekday
from config.desk.listpage import DaysFilter, ListPage, short
from config.desk.pages import CasePage, card, fact, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import clause as clause_tag
from config.desk.templatetags.desk import two_lines
from contracts.closing import screens
from contracts.closing.models import Closing
from contracts.closing.under_clause import narrow


@admin.register(Closing)
class ClosingAdmin(ListPage, CaseAdmin):
    """利用終了."""

    list_display = ("contract", "customer_shown", "ended", "why", "kept", "chip")
    list_filter = ("cause", ("ended_at", DaysFilter), ("kept_through", DaysFilter), clausefilter.by(narrow))
    list_select_related = ("customer", "subscription")
    search_fields = (
        "subscription__number__startswith",
        "customer__name_key__startswith",
        "customer__number__startswith",
    )
    search_help_text = "契約番号、利用者名、利用者番号で検索"
    ordering = ("-pk",)

    @admin.display(description="契約")
    def contract(self, row: Closing) -> str:
        """Which contract ended."""
        return row.subscription.number

    @admin.display(description="利用者")
    def customer_shown(self, row: Closing) -> SafeString:
        """Whose it was."""
        return two_lines(row.customer.name, row.customer.number, url_of(row.customer))

    @admin.display(description="終了", ordering="ended_at")
    def ended(self, row: Closing) -> str:
        """When."""
        return short(row.ended_at)

    @admin.display(description="根拠")
    def why(self, row: Closing) -> SafeString:
        """Under which clause."""
        return clause_tag(row.clause)

    @admin.display(description="保存の最終日", ordering="kept_through")
    def kept(self, row: Closing) -> str:
        """Until when its data are kept."""
        return jday_year(row.kept_through)

    @admin.display(description="削除まで")
    def chip(self, row: Closing) -> SafeString:
        """How far that day is away."""
        return chip_tag(screens.chip(row, clock.today()))

    def hangs_on(self, row: Closing) -> Iterable[Model]:
        """The closing alone: its contract tells its own story."""
        return [row]

    def number_of(self, row: Closing) -> str:
        """A closing is named by its contract."""
        return row.subscription.number

    def page(self, request: HttpRequest, row: Closing) -> CasePage:
        """Until when data are kept, with each step; at the side the facts and the clause."""
        clause: dict[str, Any] = clause_card("23(4)", clock.jst_day(row.ended_at)) or {}
        day = {
            "label": "保存の最終日",
            "value": jday_year(row.kept_through).partition("（")[0],
            "weekday": weekday(row.kept_through),
        }
        reasons = {"results": [day], "steps": row.reasoning}
        return CasePage(
            title=f"{row.subscription.number} の利用終了",
            chips=[screens.chip(row, clock.today())],
            clause="23(4)",
            main=[card("保存の最終日の計算", "reasoning", reasons), self.timeline_card(row)],
            side=[
                card("概要", "facts", _facts(row)),
                card("根拠条項", "clause", clause, sub=clause.get("version_label", "")),
            ],
        )


def _facts(row: Closing) -> list[dict[str, Any]]:
    return [
        fact("契約", row.subscription.number, url=url_of(row.subscription)),
        fact("利用者", row.customer.name, url=url_of(row.customer), sub=row.customer.number),
        fact("終了の種類", row.get_cause_display(), clause=row.clause),
        fact("元の案件", row.source),
        fact("終了日時", jmoment(row.ended_at)),
        fact("期間の起算", jday_year(row.counted_from), sub="最後の発送、または分かっている配達の日です。"),
        fact("保存の最終日", jday_year(row.kept_through), clause="23(4)"),
    ]
