"""変更の届出 (Art. 7): the list, and the page of each."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.clock import jst_day
from config.desk.jst import jday_year, jshort
from config.desk.listpage import DaysFilter, ListPage, short
from config.desk.pages import CasePage, card, fact, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.licenses import changes
from contracts.licenses.change_models import ChangeNotice
from contracts.licenses.change_screens import chip
from notices.cards import letters_card
from notices.models import Notice


@admin.register(ChangeNotice)
class ChangeNoticeAdmin(ListPage, CaseAdmin):
    """変更の届出."""

    list_display = ("number_shown", "customer_shown", "chip", "since_shown", "notified", "owner")
    list_filter = ("state", "channel", ("notified_at", DaysFilter))
    list_select_related = ("customer", "owner")
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "届出番号、利用者名、利用者番号で検索"
    search_placeholder = "届出番号、利用者名、利用者番号"

    @admin.display(description="届出", ordering="number")
    def number_shown(self, row: ChangeNotice) -> SafeString:
        """The number, and what changed."""
        return two_lines(row.number, row.title)

    @admin.display(description="利用者")
    def customer_shown(self, row: ChangeNotice) -> SafeString:
        """Whose it is."""
        return two_lines(row.customer.name, row.customer.number, url_of(row.customer))

    @admin.display(description="状態", ordering="state")
    def chip(self, row: ChangeNotice) -> SafeString:
        """Where it stands."""
        return chip_tag(chip(row))

    @admin.display(description="適用", ordering="since")
    def since_shown(self, row: ChangeNotice) -> str:
        """From when it counts."""
        return short(row.since)

    @admin.display(description="届出を受けた日時", ordering="notified_at")
    def notified(self, row: ChangeNotice) -> SafeString:
        """When and how it reached us."""
        return two_lines(short(row.notified_at), row.get_channel_display())

    def hangs_on(self, row: ChangeNotice) -> Iterable[Model]:
        """The notice, and the letters that confirm it."""
        letters = list(Notice.objects.about(row).prefetch_related("deliveries"))
        return [row, *letters, *(d for letter in letters for d in letter.deliveries.all())]

    def page(self, request: HttpRequest, row: ChangeNotice) -> CasePage:
        """Old and new, how we were told, what confirms it."""
        lines = [
            [line["label"], line["old"] or "なし", {"text": line["new"] or "なし", "strong": True}]
            for line in row.changes
        ]
        what = card("変更の内容", "table", {"columns": ["項目", "元の内容", "新しい内容"], "rows": lines})
        data: dict[str, Any] = clause_card("7(3)", jst_day(row.notified_at)) or {}
        return CasePage(
            title=row.title, chips=[chip(row)], clause="7(3)", owner=str(row.owner), main=[what, letters_card(row), self.timeline_card(row)],
            side=[card("概要", "facts", _facts(row)), card("根拠条項", "clause", data, sub=data.get("version_label", ""))],
        )  # fmt: skip


def _facts(row: ChangeNotice) -> list[dict[str, Any]]:
    came, others = row.incoming, [c for c in changes.concerned(row) if c.pk != row.customer_id]
    return [
        fact("状態", "", chip=chip(row)),
        fact("利用者", row.customer.name, url=url_of(row.customer), sub=row.customer.number),
        fact("届出", jshort(row.notified_at), sub=row.get_channel_display()),
        *([fact("受信", came.number, url=url_of(came), sub=came.title)] if came else []),
        fact("変更の日", jday_year(row.effective_on)),
        fact("適用", changes.since_words(row), clause="7(3)"),
        fact("確かめた書類", row.evidence or "—"),
        *([fact("まとめた番号", "、".join(c.number for c in others), sub="同じように変えました")] if others else []),
    ]  # fmt: skip
