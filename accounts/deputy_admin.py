"""代理: the list of who approves in whose place, and the page of one."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.deputies import why_over
from accounts.deputy import Deputy
from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday_year, jshort
from config.desk.listpage import ListPage
from config.desk.pages import CasePage, card, fact, note, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines

APPOINT = "accounts.appoint_deputy"
STAGES: dict[str, tuple[Any, str]] = {
    "coming": ("draft", "これから"),
    "in_force": ("running", "代理中"),
    "over": ("done", "満了"),
    "ended": ("closed", "終了"),
}


def stage_chip(row: Deputy, at: datetime) -> Chip:
    """Where it stands at this moment."""
    return state_chip(*STAGES[row.stage(at)])


@admin.register(Deputy)
class DeputyAdmin(CaseAdmin, ListPage):
    """代理."""

    list_display = ("number", "who", "days", "chip", "entered_by")
    list_select_related = ("for_user", "deputy", "entered_by")
    search_fields = ("number__startswith", "for_user__name", "deputy__name")
    search_help_text = "代理番号、氏名で検索"

    @admin.display(description="だれの代理か", ordering="deputy__name")
    def who(self, row: Deputy) -> SafeString:
        """Who, in whose place, and why."""
        return two_lines(f"{row.deputy}（{row.for_user}の代理）", row.reason)

    @admin.display(description="期間", ordering="first_day")
    def days(self, row: Deputy) -> str:
        """From the first day to the last."""
        return f"{jday_year(row.first_day)} – {jday_year(row.last_day)}"

    @admin.display(description="状態")
    def chip(self, row: Deputy) -> SafeString:
        """Now."""
        return chip_tag(stage_chip(row, clock.now()))

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """For those who keep deputies."""
        may = permitted(verb(APPOINT), request.user)
        return [{"label": verb(APPOINT).label, "url": verb_url(APPOINT), "style": "primary"}] if may else []

    def page(self, request: HttpRequest, row: Deputy) -> CasePage:
        """Who, whom, which days, by whom; and what it means."""
        at = clock.now()
        shown = [
            fact("不在の人", str(row.for_user)),
            fact("代理する人", str(row.deputy)),
            fact("期間", f"{jday_year(row.first_day)} 0:00 から {jday_year(row.last_day)} 24:00 まで"),
            fact("理由", row.reason),
            fact("登録", f"{row.entered_by}　{jshort(row.entered_at)}"),
        ]
        if row.ended_at:
            shown.append(fact("終了", f"{row.ended_by}　{jshort(row.ended_at)}", sub=row.end_reason))
        over = [note("info", why_over(row, at))] if row.stage(at) in ("over", "ended", "coming") else []
        return CasePage(
            title=f"{row.deputy}（{row.for_user}の代理）", chips=[stage_chip(row, at)], messages=over,
            main=[card("代理の内容", "facts", shown), self.timeline_card(row)], side=[card("代理でできること", "facts", _means())],
        )  # fmt: skip


def _means() -> list[dict[str, Any]]:
    return [
        fact("できること", "決裁の承認と差戻し、異議の判断", sub="不在の人が自分の役割でできるものだけです。"),
        fact("できないこと", "不在の人か自分が起案・変更した決裁の承認", sub="代理の代理もできません。"),
        fact("記録", "承認者は代理した本人です", sub="だれの代理かを並べて残します。"),
    ]
