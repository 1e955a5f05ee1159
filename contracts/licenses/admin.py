"""The list of contracts, and the page that answers whether one may be used now."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.finding import customer_q
from accounts.models import Customer
from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, state_chip
from config.desk.clause_cards import clause_card
from config.desk.clock import jst_day
from config.desk.exports import Column, ExportMixin
from config.desk.jst import jday_year, jmoment, jshort
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.deadlines.models import Deadline
from contracts.licenses import change_admin, credential_admin, screens, workflow
from contracts.licenses.credential_screens import of_contract
from contracts.licenses.models import Block, Credential, License, Subscription
from contracts.rules.periods import nth_last_day
from contracts.terms.readings import snapshot
from notices.cards import letters_card
from notices.models import Notice

__all__ = ["SubscriptionAdmin", "change_admin", "credential_admin"]  # the admin looks for all here
USABLE, NOT_USABLE = state_chip("done", "利用できる"), state_chip("closed", "利用できない")


@admin.register(Subscription)
class SubscriptionAdmin(ExportMixin, CaseAdmin):
    """利用契約."""

    list_display = ("number_shown", "customer_shown", "chip", "usable", "started", "last_day")
    list_filter = ("state", "plan")
    list_select_related = ("customer",)
    search_fields = ("number",)  # the search itself is `customer_q`
    search_help_text = "契約番号、利用者の名称・フリガナ・電話番号などで検索"
    search_placeholder = "契約番号、名称、フリガナ、電話番号"
    ordering = ("-pk",)
    export_name = "subscriptions"

    # --- the list -----------------------------------------------------------------------------------------------

    @admin.display(description="契約・ライセンス", ordering="number")
    def number_shown(self, row: Subscription) -> SafeString:
        """The number; what kind of contract, and how many licenses."""
        return two_lines(row.number, f"{row.get_plan_display()}・{screens.held(row):,}")

    @admin.display(description="利用者")
    def customer_shown(self, row: Subscription) -> SafeString:
        """Whose it is."""
        return two_lines(row.customer.name, row.customer.number, url_of(row.customer))

    @admin.display(description="状態", ordering="state")
    def chip(self, row: Subscription) -> SafeString:
        """Where it stands."""
        return chip_tag(screens.chip(row))

    @admin.display(description="いまの利用")
    def usable(self, row: Any) -> SafeString:
        """Whether it may be used now."""
        return chip_tag(USABLE if row.usable_now else NOT_USABLE)

    @admin.display(description="利用開始", ordering="starts_at")
    def started(self, row: Subscription) -> SafeString:
        """From when, and when the contract formed."""
        formed = f"成立 {_day(row.formed_on)}" if row.formed_on else ""
        return two_lines(_day(row.starts_at) if row.starts_at else "—", formed)

    @admin.display(description="契約期間の末日", ordering="term_last_day")
    def last_day(self, row: Subscription) -> str:
        """Until when."""
        return _day(row.term_last_day) if row.term_last_day else ""

    def with_related(self, rows: list[Any]) -> list[Any]:
        """Licenses, and what blocks them now, in a query each."""
        at = clock.now()
        prefetch_related_objects(rows, "licenses")
        blocked = set(
            Block.objects.covering(at)
            .filter(subscription__in=rows, scope="service")
            .values_list("subscription_id", flat=True)
        )
        for row in rows:
            row.usable_now = row.starts_at is not None and row.starts_at <= at and row.pk not in blocked
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By number or customer."""
        term = search_term.strip()
        if not term:
            return queryset, False
        customers = Customer.objects.filter(customer_q(term)).values("pk")
        return queryset.filter(Q(number__startswith=term.upper()) | Q(customer__in=customers)), False

    def export_columns(self) -> list[Column]:
        """What a line of the file holds."""
        return [
            Column("契約番号", lambda s: s.number),
            Column("状態", lambda s: screens.chip(s).label),
            Column("契約の種類", lambda s: s.get_plan_display()),
            Column("ライセンス数", screens.held),
            Column("利用者番号", lambda s: s.customer.number),
            Column("利用者", lambda s: s.customer.name),
            Column("成立日", lambda s: s.formed_on),
            Column("利用開始日時", lambda s: s.starts_at),
            Column("契約期間の末日", lambda s: s.term_last_day),
            Column("終了日時", lambda s: s.ended_at),
            Column("同意した規約の版", lambda s: s.agreed_version),
        ]

    # --- the page -----------------------------------------------------------------------------------------------

    def hangs_on(self, row: Subscription) -> Iterable[Model]:
        """The contract, its licenses, credentials, blocks, clocks, letters with deliveries."""
        letters = list(Notice.objects.about(row).prefetch_related("deliveries"))
        deliveries = [d for letter in letters for d in letter.deliveries.all()]
        own = [
            *row.licenses.all(),
            *row.credentials.all(),
            *row.blocks.all(),
            *row.leak_reports.all(),
            *row.evidence_requests.all(),
        ]
        return [row, *own, *Deadline.objects.about(row), *letters, *deliveries]

    def page(self, request: HttpRequest, row: Subscription) -> CasePage:
        """What stands in the way of use, credentials, licenses, letters, what happened."""
        usable = workflow.usable_at(row, clock.now())
        return CasePage(
            title=row.customer.name,
            chips=[screens.chip(row), USABLE if usable else NOT_USABLE],
            clause="22(1)" if row.plan == "annual" else "22(3)",
            messages=_messages(row),
            main=[
                _blocks(row),
                _credentials(row),
                *of_contract(row),
                _licenses(row),
                letters_card(row),
                self.timeline_card(row),
            ],  # fmt: skip
            side=[card("概要", "facts", _facts(row, usable)), *_clause(row)],
        )


def _day(value: date) -> str:
    """2026年11月26日: in a narrow column, without the day of the week."""
    return jday_year(value).partition("（")[0]


def _clause(row: Subscription) -> list[dict[str, Any]]:
    clause: dict[str, Any] = (
        clause_card("22(1)" if row.plan == "annual" else "22(3)", clock.jst_day(row.agreed_at)) or {}
    )
    return [card("根拠条項", "clause", clause, sub=clause.get("version_label", ""))]


def _messages(row: Subscription) -> list[dict[str, str]]:
    refused = workflow.hand_over_why_not(row, by=None, at=clock.now()) if row.state == "formed" else None
    if row.state == "ended" and row.ended_at:
        return [note("info", f"この契約は、{jmoment(row.ended_at)} に終了しました。利用はそのときから止まっています。")]
    return [note("info", f"{refused.message}{refused.instead}")] if refused else []


def _facts(row: Subscription, usable: bool) -> list[dict[str, Any]]:
    return [
        fact("いまの利用", "", chip=USABLE if usable else NOT_USABLE, sub=_why_not_usable(row)),
        fact("状態", "", chip=screens.chip(row)),
        fact("利用者", row.customer.name, url=url_of(row.customer), sub=row.customer.number),
        fact("契約の種類", row.get_plan_display(), more=f"{row.license_count:,}ライセンス"),
        fact("成立日", jday_year(row.formed_on) if row.formed_on else "まだ成立していません", clause="6(3)"),
        fact("利用開始", jshort(row.starts_at) if row.starts_at else "—", clause="8(3)"),
        *_term(row),
        fact("終了", jshort(row.ended_at) if row.ended_at else "—"),
        fact("規約への同意", f"{row.agreed_version}版", sub=jshort(row.agreed_at)),
    ]


def _term(row: Subscription) -> list[dict[str, Any]]:
    """The first term's last day; while a monthly contract runs on, the present month's beside it (22(1), 22(3))."""
    clause = "22(1)" if row.plan == Subscription.Plan.ANNUAL else "22(3)"
    first = fact("最初の期間の末日", jday_year(row.term_last_day) if row.term_last_day else "—", clause=clause)
    if row.plan != Subscription.Plan.MONTHLY or row.state != Subscription.State.ACTIVE or row.starts_at is None:
        return [first]
    last = _month_in_progress(row, row.starts_at, clock.today())
    return [
        first,
        fact("今の1か月の末日", jday_year(last), clause=clause, sub="利用開始日から数えます。月ごとに更新されます。"),
    ]


def _month_in_progress(row: Subscription, starts_at: datetime, today: date) -> date:
    """The last day of the month of use that holds `today`, reckoned from the start, never from the month before."""
    readings = snapshot(jst_day(starts_at), row)
    counted = readings["term_first_day"] == "counted"
    ends = (
        nth_last_day(jst_day(starts_at), n, months=readings["monthly_months"], count_first_day=counted)
        for n in count(1)
    )
    return next(day for day in ends if day >= today)


def _why_not_usable(row: Subscription) -> str:
    at = clock.now()
    if row.starts_at is None or row.starts_at > at:
        return "利用が始まっていません。"
    return "、".join(sorted({block.reason for block in Block.objects.in_the_way(row, at)}))


def _span(block: Block) -> str:
    return f"{jshort(block.since)} から" + (f" {jshort(block.until)} まで" if block.until else "")


def _block_chip(block: Block) -> Chip:
    over = block.until is not None and block.until <= clock.now()
    return (
        state_chip("closed", "解除")
        if over
        else state_chip(
            "running" if block.since <= clock.now() else "draft", "停止中" if block.since <= clock.now() else "予定"
        )
    )


def _blocks(row: Subscription) -> dict[str, Any]:
    """利用の停止: the one place that says whether it may be used, at any moment."""
    rows = [
        [
            {"chip": _block_chip(b), "text": ""},
            {"text": b.get_scope_display(), "sub": b.credential.admin_id if b.credential else ""},
            {"text": "", "clause": b.clause},
            _span(b),
            b.reason,
        ]
        for b in row.blocks.select_related("credential").order_by("-pk")
    ]
    return card(
        "利用の停止",
        "table",
        {"columns": ["状態", "範囲", "根拠", "期間", "理由"], "rows": rows},
        count=f"{len(rows)}件",
        empty="利用の停止はありません。",
    )


def _credentials(row: Subscription) -> dict[str, Any]:
    cells = [_credential(c) for c in row.credentials.order_by("-pk")]
    data = {"columns": ["管理者ID", "管理画面", "通知", "通知日時"], "rows": cells}
    return card("認証情報", "table", data, count=f"{len(cells)}件", empty="認証情報は、まだ通知していません。")


def _credential(credential: Credential) -> list[Any]:
    told = jshort(credential.handed_over_at) if credential.handed_over_at else "発送待ち"
    number = credential.notice_number if credential.notice_number.startswith("N-") else "—"
    return [{"text": credential.admin_id, "strong": True}, credential.admin_url, number, told]


def _licenses(row: Subscription) -> dict[str, Any]:
    cells = [_license(held) for held in row.licenses.order_by("-pk")]
    return card("ライセンス", "table", {"columns": ["数", "適用開始日"], "rows": cells}, count=f"{len(cells)}件")


def _license(held: License) -> list[Any]:
    return [{"text": f"{held.count:,}", "strong": True}, jday_year(held.since) if held.since else "利用開始日から"]
