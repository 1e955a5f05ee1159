"""返戻台帳: what came back, why, where it lies, what was found out about its address."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, deadline_chip, state_chip
from config.desk.exports import Column, ExportMixin
from config.desk.jst import jday, jmoment
from config.desk.listpage import DaysFilter, short
from config.desk.pages import Button, CasePage, card, fact, note, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from notices.cards import letter_line
from notices.engine import label
from notices.returns.models import Finding, ReturnedLetter
from notices.returns.register import REFUSED_TOLD

CHANGE = "licenses.record_change"  # the register of Art. 7, in a higher room: found by its key, where it is there


CHIPS: dict[str, Any] = {"open": "waiting", "checked": "done", "annulled": "withdrawn"}


def chip(row: ReturnedLetter) -> Chip:
    """Where the address task stands."""
    return state_chip(CHIPS[row.state], row.get_state_display())


def ground_chip(row: ReturnedLetter) -> Chip:
    """The reason; a refusal stands out."""
    return state_chip("undeliverable" if row.was_refused else "returned", row.get_ground_display())


@admin.register(ReturnedLetter)
class ReturnedLetterAdmin(ExportMixin, CaseAdmin):
    """返戻台帳."""

    list_display = ("number_shown", "customer_shown", "ground_shown", "letter_shown", "chip", "kept_in", "outcome")
    list_filter = ("ground", "state", "finding", ("returned_at", DaysFilter))
    list_select_related = ("customer", "delivery__notice", "owner")
    search_fields = (
        "number__startswith",
        "delivery__notice__number__startswith",
        "customer__name_key__startswith",
        "kept_in__startswith",
    )
    search_help_text = "返戻番号、通知番号、利用者名、保管の場所で検索"
    ordering = ("-returned_at", "-pk")
    export_name = "returned"

    @admin.display(description="返戻", ordering="returned_at")
    def number_shown(self, row: ReturnedLetter) -> SafeString:
        """The number, and when it came back."""
        return two_lines(row.number, f"{short(row.returned_at)} 返戻")

    @admin.display(description="利用者")
    def customer_shown(self, row: ReturnedLetter) -> SafeString:
        """To whom it had gone."""
        return two_lines(row.customer.name, row.customer.number, url_of(row.customer))

    @admin.display(description="理由", ordering="ground")
    def ground_shown(self, row: ReturnedLetter) -> SafeString:
        """As the slip says."""
        return chip_tag(ground_chip(row))

    @admin.display(description="通知")
    def letter_shown(self, row: ReturnedLetter) -> SafeString:
        """The letter, and its kind."""
        return two_lines(str(row.notice), label(row.notice.kind), url_of(row.notice))

    @admin.display(description="住所の確認", ordering="check_until")
    def chip(self, row: ReturnedLetter) -> SafeString:
        """Until when it is to be checked, or that it is."""
        return chip_tag(deadline_chip(row.check_until, clock.today()) if row.state == "open" else chip(row))

    @admin.display(description="したこと")
    def outcome(self, row: ReturnedLetter) -> SafeString | str:
        """What was found, and whether the letter went out anew."""
        return two_lines(*what_was_done(row))

    def tabs(self, request: HttpRequest) -> list[tuple[str, str, QuerySet[Any], bool]]:
        """All, what waits, and refusals by themselves."""
        rows = ReturnedLetter.objects.all()
        return [
            ("すべて", "", rows, False),
            ("住所の確認待ち", "state__exact=open", rows.filter(state="open"), False),
            ("受取拒絶", "ground__exact=refused", rows.filter(ground="refused"), False),
        ]

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """To the scanner."""
        button = {"label": "返戻の受付", "url": reverse("notices:returned"), "style": "primary"}
        return [button] if request.user.has_perm("desk.notices.record_return") else []

    def export_columns(self) -> list[Column]:
        """The register as a file."""
        return [
            Column("返戻番号", lambda r: r.number), Column("返戻日時", lambda r: r.returned_at), Column("理由", lambda r: r.get_ground_display()),
            Column("付せん", lambda r: r.reason), Column("通知番号", lambda r: str(r.notice)), Column("種類", lambda r: label(r.notice.kind)),
            Column("利用者番号", lambda r: r.customer.number), Column("利用者", lambda r: r.customer.name), Column("宛先", lambda r: r.delivery.to),
            Column("追跡番号", lambda r: r.delivery.tracking_number), Column("保管の場所", lambda r: r.kept_in),
            Column("確認の期限", lambda r: r.check_until), Column("状態", lambda r: r.get_state_display()),
            Column("確かめた結果", lambda r: r.found(r)), Column("確かめた方法", lambda r: r.how),
            Column("確かめた日時", lambda r: r.checked_at), Column("担当", lambda r: str(r.owner)),
        ]  # fmt: skip

    def hangs_on(self, row: ReturnedLetter) -> Iterable[Model]:
        """The row and the posting."""
        return [row, row.delivery]

    def page(self, request: HttpRequest, row: ReturnedLetter) -> CasePage:
        """What came back, what is known, the letter, what happened."""
        return CasePage(
            title=f"返戻：{label(row.notice.kind)}", chips=[chip(row), ground_chip(row)], clause="4(1)(2)", owner=str(row.owner),
            messages=[note("warning", REFUSED_TOLD)] if row.was_refused else [], buttons=_to_register(request, row),
            main=[card("通知", "notices", [letter_line(row.notice)]), card("住所の確認", "facts", _checked(row)), self.timeline_card(row)],
            side=[card("概要", "facts", _facts(row))],
        )  # fmt: skip


def what_was_done(row: ReturnedLetter) -> tuple[str, str]:
    """The finding, and whether the letter was dealt with."""
    found = row.found(row) or "—"
    return found, "改めて出した、または対応済み" if row.notice.followed_up else ""


def _to_register(request: HttpRequest, row: ReturnedLetter) -> list[Button]:
    """A new address goes through the register of Art. 7."""
    if row.finding != Finding.CHANGED or not permitted(verb(CHANGE), request.user):
        return []
    return [Button(label=verb(CHANGE).label, url=verb_url(CHANGE, row.customer))]


def _facts(row: ReturnedLetter) -> list[dict[str, Any]]:
    return [
        fact("利用者", str(row.customer), url=url_of(row.customer), sub=row.customer.number),
        fact("通知", str(row.notice), url=url_of(row.notice)),
        fact("返戻日時", jmoment(row.returned_at)),
        fact("理由", row.get_ground_display(), sub=row.reason if row.reason != row.get_ground_display() else ""),
        fact("宛先", row.delivery.to, sub=str(row.delivery.address.get("name", ""))),
        fact("保管の場所", row.kept_in or "—"),
    ]


def _checked(row: ReturnedLetter) -> list[dict[str, Any]]:
    until = fact("期限", "", chip=deadline_chip(row.check_until, clock.today()), sub=jday(row.check_until))
    if row.state == "open":
        return [fact("結果", "まだ確かめていません"), fact("担当", str(row.owner)), until]
    moment = jmoment(row.checked_at) if row.checked_at else "—"
    return [fact("結果", row.found(row)), fact("方法", row.how), fact("確かめた日時", moment)]
