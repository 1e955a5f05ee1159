"""The list of letters, the page of a letter, and the table of what is to be posted."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from config.desk.casepage import CaseAdmin
from config.desk.jst import jday_year, jshort
from config.desk.pages import CasePage, card, fact, url_of
from config.desk.templatetags.desk import chip as chip_tag
from notices.cards import letter_line
from notices.chips import delivery_chip, delivery_words, notice_chip
from notices.engine import kind_of, label
from notices.models import Delivery, Notice


@admin.register(Notice)
class NoticeAdmin(CaseAdmin):
    """通知・配達."""

    list_display = ("number_shown", "what", "customer", "chip", "ways", "planned_dispatch_on", "dispatched_at")
    list_filter = ("state", "deliveries__channel")
    list_select_related = ("customer",)
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "通知番号、利用者名、利用者番号で検索"
    ordering = ("-ordered_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the deliveries."""
        return super().get_queryset(request).prefetch_related("deliveries")

    @admin.display(description="通知番号", ordering="number")
    def number_shown(self, notice: Notice) -> str:
        """The number, once it is taken."""
        return str(notice)

    @admin.display(description="種類")
    def what(self, notice: Notice) -> str:
        """The kind in words."""
        return label(notice.kind)

    @admin.display(description="状態", ordering="state")
    def chip(self, notice: Notice) -> SafeString:
        """Where the letter stands."""
        return chip_tag(notice_chip(notice))

    @admin.display(description="方法")
    def ways(self, notice: Notice) -> str:
        """Each way with its state."""
        return "、".join(f"{d.get_channel_display()}：{delivery_words(d)}" for d in notice.deliveries.all())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With what is to be printed today."""
        waiting = Delivery.objects.to_post().count()
        button = {"label": f"郵送分をまとめて印刷する（{waiting}通）", "url": reverse("notices:print"), "style": "primary"}
        buttons = [button] if waiting and request.user.has_perm("desk.notices.mark_posted") else []
        return super().changelist_view(request, (extra_context or {}) | {"list_buttons": buttons})

    def hangs_on(self, notice: Notice) -> Iterable[Model]:
        """The letter and its deliveries."""
        return [notice, *notice.deliveries.all()]

    def page(self, request: HttpRequest, notice: Notice) -> CasePage:
        """The letter as it was fixed, its ways, what happened."""
        content = getattr(notice, "content", None)
        letter = [card("書面", "letter", {"html": mark_safe(content.html), "pdf_url": _pdf_url(notice)})] if content else []  # noqa: S308  (escaped when it was rendered, and frozen since)
        return CasePage(
            title=label(notice.kind), chips=[notice_chip(notice), *[delivery_chip(d) for d in notice.deliveries.all()]], clause=kind_of(notice).clause,
            owner=str(notice.ordered_by), messages=_messages(notice),
            main=[card("発送と配達", "notices", [letter_line(notice)]), *letter, self.timeline_card(notice)], side=[card("概要", "facts", _facts(notice))],
        )  # fmt: skip


def _pdf_url(notice: Notice) -> str:
    return reverse("notices:pdf", args=[notice.pk])


def _messages(notice: Notice) -> list[dict[str, str]]:
    made = []
    if notice.closed_reason:
        made.append({"tone": "warning", "text": f"{notice.get_state_display()}です。{notice.closed_reason}"})
    if any(d.state == "in_flight" for d in notice.deliveries.all()):
        made.append({"tone": "warning", "text": "送信の結果が不明です。記録を確かめてください。自動では再送しません。"})
    return made


def _facts(notice: Notice) -> list[dict[str, Any]]:
    content, subject = getattr(notice, "content", None), notice.subject
    rows = [
        fact("状態", "", chip=notice_chip(notice)),
        fact("利用者", str(notice.customer), url=url_of(notice.customer), sub=notice.customer.number),
        fact(str(subject._meta.verbose_name), subject.number, url=url_of(subject)),
        fact("発送予定日", jday_year(notice.planned_dispatch_on)),
        fact("確定", f"{notice.ordered_by}　{jshort(notice.ordered_at)}"),
    ]
    if notice.communicated_on:
        rows.append(fact("通知に書いた期限", f"{jday_year(notice.communicated_on)}まで"))
    if notice.decision:
        rows.append(fact("決裁", notice.decision.number, url=url_of(notice.decision)))
    if content:
        size = f"{len(content.body):,} バイト・文面 第{content.wording_version}版"
        rows += [fact("根拠", "", clauses=content.clauses), fact("SHA-256", content.sha256, sub=size)]
    return rows
