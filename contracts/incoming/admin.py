"""The incoming register, and the page of one line of it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from config.desk.casepage import CaseAdmin
from config.desk.jst import jday_year, jtime
from config.desk.listpage import DaysFilter, ListPage, short
from config.desk.pages import CasePage, card, fact, leads_of, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import two_lines
from contracts.incoming import leads
from contracts.incoming.models import Incoming, StoredFile
from contracts.incoming.screens import CALL, RECEIVE


@admin.register(Incoming)
class IncomingAdmin(ListPage, CaseAdmin):
    """受信簿."""

    list_display = ("number", "received", "channel", "what", "customer", "about", "taken_by")
    list_filter = ("channel", ("received_at", DaysFilter))
    list_select_related = ("customer", "taken_by")
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "受信番号、利用者名、利用者番号で検索"
    search_placeholder = "受信番号、利用者名、利用者番号"

    @admin.display(description="受信日時", ordering="received_at")
    def received(self, entered: Incoming) -> str:
        """When it came."""
        return short(entered.received_at)

    @admin.display(description="要旨")
    def what(self, entered: Incoming) -> SafeString | str:
        """The first words, and how many files."""
        files = len(entered.files.all())
        return two_lines(entered.title, f"ファイル{files}件" if files else "")

    @admin.display(description="対象")
    def about(self, entered: Incoming) -> SafeString | str:
        """What it is linked to."""
        row = entered.subject
        return two_lines(row.number, url=url_of(row)) if row else "—"

    def with_related(self, rows: list[Any]) -> list[Any]:
        """Subjects and files, in one query a table."""
        prefetch_related_objects(rows, "subject", "files")
        return rows

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The ways to enter something."""
        held = [verb(key) for key in (RECEIVE, CALL) if permitted(verb(key), request.user)]
        return [{"label": v.label, "url": verb_url(v.key), "style": v.style} for v in held]

    def hangs_on(self, row: Incoming) -> Iterable[Model]:
        """The line and its files."""
        return [row, *row.files.all()]

    def page(self, request: HttpRequest, row: Incoming) -> CasePage:
        """What came in with its files; at the side who, how and what it is about."""
        files = list(row.files.order_by("pk"))
        return CasePage(
            title=row.title,
            owner=str(row.taken_by),
            buttons=leads_of(leads.of(row), request.user),
            main=[card("要旨", "note", {"text": row.summary}), _files(files), self.timeline_card(row)],
            side=[card("概要", "facts", _facts(row))],
        )


def _files(files: list[StoredFile]) -> dict[str, Any]:
    rows = [
        [
            {"text": file.name, "url": file.get_absolute_url(), "strong": True},
            filesizeformat(file.size),
            {"text": "SHA-256", "sub": file.sha256},
        ]
        for file in files
    ]
    data = {"columns": ["ファイル", "大きさ", "照合用の値"], "rows": rows}
    return card("ファイル", "table", data, count=f"{len(rows)}件", empty="ファイルはありません。")


def _facts(row: Incoming) -> list[dict[str, Any]]:
    customer, about = row.customer, row.subject
    return [
        fact("方法", row.get_channel_display()),
        fact("受信日時", f"{jday_year(row.received_at)}{jtime(row.received_at)}"),
        fact("利用者", customer.name, url=url_of(customer), sub=customer.number)
        if customer
        else fact("利用者", "不明", sub="対応しないことを記録済み" if row.put_aside_at else ""),
        fact("対象", about.number, url=url_of(about), sub=about._meta.verbose_name) if about else fact("対象", "—"),
        fact("受けた人", str(row.taken_by)),
    ]
