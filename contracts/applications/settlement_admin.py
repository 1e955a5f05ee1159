"""取消しの金銭の扱い: what waits for 法務, and what was decided; the card of it on the application's page."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, state_chip
from config.desk.clause_cards import clause_card
from config.desk.jst import jmoment, jshort
from config.desk.listpage import ListPage
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.applications.models import Application, Settlement
from contracts.applications.settlements import WEIGH
from contracts.deadlines import home
from contracts.deadlines.models import Deadline

TONES = {"open": "waiting", "decided": "done", "dropped": "withdrawn"}


def chip(settlement: Settlement) -> Chip:
    """Where it stands."""
    tone: Any = TONES[settlement.state]
    return state_chip(tone, settlement.get_state_display())


def _yen(amount: int | None) -> str:
    return "—" if amount is None else f"{amount:,}円"


@admin.register(Settlement)
class SettlementAdmin(ListPage, CaseAdmin):
    """取消しの金銭の扱い."""

    list_display = (
        "number_shown",
        "customer_shown",
        "chip",
        "outcome",
        "received_shown",
        "returned_shown",
        "decided_by",
    )
    list_filter = ("state", "outcome", "basis")
    list_select_related = ("customer", "decided_by", "application")
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "精算番号、利用者名、利用者番号で検索"

    @admin.display(description="精算", ordering="number")
    def number_shown(self, row: Settlement) -> SafeString:
        """The number; when the acceptance was rescinded."""
        return two_lines(row.number, f"取消し {jshort(row.opened_at)}")

    @admin.display(description="利用者")
    def customer_shown(self, row: Settlement) -> SafeString:
        """Whose money."""
        return two_lines(row.customer.name, row.customer.number, url_of(row.customer))

    @admin.display(description="状態", ordering="state")
    def chip(self, row: Settlement) -> SafeString:
        """Where it stands."""
        return chip_tag(chip(row))

    @admin.display(description="受領", ordering="received")
    def received_shown(self, row: Settlement) -> str:
        """Yen."""
        return _yen(row.received)

    @admin.display(description="返す額", ordering="returned")
    def returned_shown(self, row: Settlement) -> str:
        """Yen."""
        return _yen(row.returned)

    def hangs_on(self, row: Settlement) -> Iterable[Model]:
        """The row, and its task."""
        return [row, *Deadline.objects.about(row)]

    def page(self, request: HttpRequest, row: Settlement) -> CasePage:
        """What is to be weighed, what was decided, what happened."""
        clause: dict[str, Any] = clause_card("13(4)", clock.jst_day(row.opened_at)) or {}
        task = Deadline.objects.about(row).order_by("-pk").first()
        chips = [chip(row), *([home.chip(task, clock.today())] if task and row.state == "open" else [])]
        return CasePage(
            title="取消しの金銭の扱い",
            chips=chips,
            clause="13(4)",
            messages=_messages(row),
            main=[card("金銭の扱い", "facts", _decided(row)), self.timeline_card(row)],
            side=[
                card("概要", "facts", _facts(row)),
                card("根拠条項", "clause", clause, sub=clause.get("version_label", "")),
            ],
        )


def _messages(row: Settlement) -> list[dict[str, str]]:
    told = [note("warning", WEIGH)] if row.customer.is_consumer and row.state == "open" else []
    if row.state == "dropped":
        told.append(note("info", f"金銭の扱いの判断は、不要になりました。{row.closed_reason}。"))
    if row.state == "decided" and row.application.state != Application.State.RESCINDED:
        told.append(note("warning", "承諾の取消しは、その後に効力を失いました。決めた扱いを、見直してください。"))
    return told


def _decided(row: Settlement) -> list[dict[str, Any]]:
    if row.state != "decided":
        weigh = "受け取った料金は返さない定め（第13条第4項）と、不当利得（民法第703条・第704条）、消費者契約法を比べて決めます。"
        return [fact("決定", "まだ決まっていません" if row.state == "open" else "—", sub=weigh)]
    return [
        fact("扱い", row.get_outcome_display()),
        fact("受け取った料金", _yen(row.received)),
        fact("返す額", _yen(row.returned), sub="返金そのものは、ここでは記録しません。"),
        fact("根拠", row.get_basis_display() or "—"),
        fact("理由", row.reason),
        fact("決定", str(row.decided_by), sub=jmoment(row.decided_at) if row.decided_at else ""),
    ]


def _facts(row: Settlement) -> list[dict[str, Any]]:
    contract = row.application.subscription
    return [
        fact("利用申込", row.application.number, url=url_of(row.application)),
        fact("契約", contract.number if contract else "—", url=url_of(contract)),
        fact("利用者", row.customer.name, url=url_of(row.customer), sub=row.customer.number),
        fact("区分", row.customer.get_kind_display(), sub="消費者" if row.customer.is_consumer else ""),
        fact("取消しの日時", jmoment(row.opened_at)),
    ]


def of_application(application: Application) -> list[dict[str, Any]]:
    """金銭の扱い on the application's page; nothing where nothing was rescinded."""
    rows = [
        [
            {"text": s.number, "url": url_of(s), "strong": True, "sub": f"取消し {jshort(s.opened_at)}"},
            {"chip": chip(s), "text": ""},
            s.get_outcome_display() or "—",
            {"text": _yen(s.returned), "sub": f"受領 {_yen(s.received)}"},
        ]
        for s in application.settlements.order_by("-pk")
    ]
    data = {"columns": ["精算", "状態", "扱い", "返す額"], "rows": rows}
    return [card("取消しの金銭の扱い", "table", data, sub="法務が決めます（第13条第4項）")] if rows else []
