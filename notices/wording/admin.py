"""文面 and 定型文: their lists, and the page of one."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday_year, jmoment
from config.desk.listpage import ListPage
from config.desk.pages import Button, CasePage, card, fact, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from notices.engine import label, named
from notices.rendering.content import CannotRender
from notices.wording import workflow
from notices.wording.faults import faults
from notices.wording.models import LetterTemplate, StockParagraph, version_label
from notices.wording.samples import sample
from notices.wording.texts import slots_of
from notices.wording.verbs import diff_card, slots_card


def template_chip(row: LetterTemplate, today: date) -> Chip:
    """作成中, 適用前, 適用中, 以前の版, 取りやめ."""
    if row.state == LetterTemplate.State.DRAFT:
        return state_chip("draft", "下書き")
    if row.state == LetterTemplate.State.DROPPED or row.in_force_from is None:
        return state_chip("withdrawn", "取りやめ")
    if row.in_force_from > today:
        return state_chip("draft", "適用前")
    now = LetterTemplate.objects.in_force(row.kind, today)
    return state_chip("running", "適用中") if now == row else state_chip("closed", "以前の版")


@admin.register(LetterTemplate)
class LetterTemplateAdmin(ListPage, CaseAdmin):
    """文面の版と下書き."""

    list_display = ("number_shown", "version_shown", "chip", "since", "who")
    list_filter = ("state",)
    list_select_related = ("edited_by", "set_by")
    search_fields = ("number__startswith",)
    search_help_text = "文面番号で検索"
    search_placeholder = "文面番号"

    @admin.display(description="文面", ordering="number")
    def number_shown(self, row: LetterTemplate) -> SafeString:
        """The number and the kind of letter."""
        return two_lines(row.number, label(row.kind))

    @admin.display(description="版", ordering="version")
    def version_shown(self, row: LetterTemplate) -> str:
        """第2版."""
        return row.label

    @admin.display(description="状態")
    def chip(self, row: LetterTemplate) -> SafeString:
        """Where it stands today."""
        return chip_tag(template_chip(row, clock.today()))

    @admin.display(description="適用", ordering="in_force_from")
    def since(self, row: LetterTemplate) -> str:
        """From when on."""
        return f"{jday_year(row.in_force_from)}から" if row.in_force_from else "—"

    @admin.display(description="人")
    def who(self, row: LetterTemplate) -> SafeString:
        """Who wrote it last, and who put it in force."""
        return two_lines(f"直した人 {row.edited_by}", f"確定した人 {row.set_by}" if row.set_by else "")

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The way to the kinds."""
        return [{"label": "種類ごとに見る", "url": reverse("notices:wording"), "style": "plain"}]

    def page(self, request: HttpRequest, row: LetterTemplate) -> CasePage:
        """The letter, what differs, what happened; at the side who wrote it and what may be put in."""
        kind = named(row.kind)
        return CasePage(
            title=f"{kind.label}の文面　{row.label}", chips=[template_chip(row, clock.today())], clause=kind.clause, owner=str(row.edited_by),
            messages=_messages(row), main=[_letter(row), diff_card(row), self.timeline_card(row)],
            side=[card("概要", "facts", _facts(row)), slots_card(kind)],
        )  # fmt: skip


def _messages(row: LetterTemplate) -> list[dict[str, str]]:
    if row.state == LetterTemplate.State.DROPPED:
        return []
    return [{"tone": "warning", "text": fault} for fault in faults(row.words, slots_of(named(row.kind)))]


def _letter(row: LetterTemplate) -> dict[str, Any]:
    try:
        shown = sample(named(row.kind), row.words, clock.today())
    except CannotRender as problem:
        return card("通知書の見本", "note", {"tone": "warning", "text": str(problem)})
    return card("通知書の見本", "letter", {"html": shown.html}, sub=shown.note)


def _facts(row: LetterTemplate) -> list[dict[str, Any]]:
    made = [
        fact("通知", label(row.kind), url=reverse("notices:wording_kind", args=[row.kind])),
        fact("版", row.label),
        fact("適用開始日", jday_year(row.in_force_from) if row.in_force_from else "決まっていません"),
        fact("元にした版", version_label(row.begun_from)),
        fact("起案", str(row.drafted_by), sub=jmoment(row.drafted_at)),
        fact("最後に直した人", str(row.edited_by), sub=jmoment(row.edited_at)),
    ]
    return [*made, fact("確定した人", str(row.set_by), sub=jmoment(row.set_at))] if row.set_at else made


@admin.register(StockParagraph)
class StockParagraphAdmin(ListPage, CaseAdmin):
    """定型文."""

    list_display = ("number_shown", "kind_shown", "chip", "text", "since")
    list_select_related = ("set_by",)
    search_fields = ("number__startswith", "title", "text")
    search_help_text = "定型文番号、名前、語で検索"
    search_placeholder = "定型文番号、名前、語"

    @admin.display(description="定型文", ordering="position")
    def number_shown(self, row: StockParagraph) -> SafeString:
        """The name and the number."""
        return two_lines(row.title, row.number)

    @admin.display(description="通知")
    def kind_shown(self, row: StockParagraph) -> str:
        """For which letters."""
        return label(row.kind) if row.kind else "どの通知でも"

    @admin.display(description="状態")
    def chip(self, row: StockParagraph) -> SafeString:
        """Whether it may be chosen today."""
        return chip_tag(stock_chip(row, clock.today()))

    @admin.display(description="使う期間", ordering="used_from")
    def since(self, row: StockParagraph) -> SafeString:
        """From when, until when."""
        until = f"{jday_year(row.ends_from)}からは使わない" if row.ends_from else ""
        return two_lines(f"{jday_year(row.used_from)}から", until)

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The way to a new one, for 法務."""
        held = verb(workflow.ADD_STOCK)
        return (
            [{"label": held.label, "url": verb_url(held.key), "style": "primary"}]
            if permitted(held, request.user)
            else []
        )

    def page(self, request: HttpRequest, row: StockParagraph) -> CasePage:
        """What it says, and what happened."""
        replaced = getattr(row, "superseded_by", None)
        return CasePage(
            title=row.title, chips=[stock_chip(row, clock.today())], clause="4(1)", owner=str(row.set_by),
            buttons=_renew(request, row) if row.ends_from is None else [],
            main=[card("段落", "note", {"text": row.text}), self.timeline_card(row)], side=[card("概要", "facts", _stock_facts(row, replaced))],
        )  # fmt: skip


def _renew(request: HttpRequest, row: StockParagraph) -> list[Button]:
    given = {"kind": row.kind, "title": row.title, "text": row.text, "position": row.position, "supersedes": row.number}
    held = verb(workflow.ADD_STOCK)
    url = f"{verb_url(held.key)}?{urlencode(given)}"
    return [Button(label="新しい定型文に改める", url=url)] if permitted(held, request.user) else []


def stock_chip(row: StockParagraph, today: date) -> Chip:
    """Whether it may be chosen."""
    if row.used_from > today:
        return state_chip("draft", "使用前")
    over = row.ends_from is not None and row.ends_from <= today
    return state_chip("closed", "使わない") if over else state_chip("running", "使用中")


def _stock_facts(row: StockParagraph, replaced: StockParagraph | None) -> list[dict[str, Any]]:
    made = [
        fact("通知", label(row.kind) if row.kind else "どの通知でも"), fact("順", str(row.position)),
        fact("使い始める日", jday_year(row.used_from)),
        fact("使わなくなる日", jday_year(row.ends_from) if row.ends_from else "決まっていません", sub=row.ended_why),
        fact("登録", str(row.set_by), sub=jmoment(row.set_at)),
    ]  # fmt: skip
    if row.supersedes:
        made.append(fact("改めた定型文", row.supersedes.number, url=url_of(row.supersedes)))
    return [*made, fact("新しい定型文", replaced.number, url=url_of(replaced))] if replaced else made
