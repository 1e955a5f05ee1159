"""The list of deadlines, and the page that says why a deadline is on its day."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.desk import clausefilter, clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, StateTone, state_chip
from config.desk.clause_cards import clause_card
from config.desk.jst import jday_year, jmoment, jshort
from config.desk.listpage import DaysFilter, ListPage
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.deadlines import cards, home
from contracts.deadlines.engine import kinds, known_keys, label, opens_power
from contracts.deadlines.models import Deadline

DAY = Coalesce("extended_to", "communicated_on", "due_on")  # the day to which staff count
TONES: dict[str, StateTone] = {"running": "running", "met": "done", "lapsed": "closed", "cancelled": "withdrawn"}


def clause_of(deadline: Deadline) -> str:
    """The clause of its kind; nothing for a house policy, or a kind that is no longer started."""
    return next((kind.clause for kind in kinds() if kind.key == deadline.kind), "")


def state(deadline: Deadline) -> Chip:
    """Where it stands."""
    return state_chip(TONES[deadline.state], deadline.get_state_display())


class KindFilter(admin.SimpleListFilter):
    """種類."""

    title = "種類"
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every kind by its label."""
        return sorted(((key, label(key)) for key in known_keys()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class StateFilter(admin.SimpleListFilter):
    """状態: what is running, unless more is asked for."""

    title = "状態"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All but the default."""
        return [
            *((value, str(text)) for value, text in Deadline.State.choices if value != "running"),
            ("all", "すべて"),
        ]

    def choices(self, changelist: Any) -> Any:
        """The default says what it shows."""
        first, *others = super().choices(changelist)
        return iter([{**first, "display": "進行中"}, *others])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those in the state."""
        return queryset if self.value() == "all" else queryset.filter(state=self.value() or "running")


class DueFilter(admin.SimpleListFilter):
    """期限."""

    title = "期限"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """How near."""
        return [("overdue", "超過"), ("today", "本日"), ("week", "7日以内"), ("blocked", "停止中")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those so near, running only."""
        return due(queryset, self.value() or "")


def due(rows: QuerySet[Any], span: str) -> QuerySet[Any]:
    """Running deadlines whose day is overdue, today, or within seven days (JST); or that are stopped."""
    today = clock.today()
    within: dict[str, dict[str, Any]] = {
        "overdue": {"day__lt": today},
        "today": {"day": today},
        "week": {"day__gt": today, "day__lte": today + timedelta(days=7)},
    }
    if span == "blocked":
        return rows.filter(state="running").exclude(blocked="")
    return (
        rows.filter(pk__in=Deadline.objects.counted().filter(**within[span]).order_by().values("pk"))
        if span in within
        else rows
    )


@admin.register(Deadline)
class DeadlineAdmin(ListPage, CaseAdmin):
    """期限."""

    list_display = ("kind_shown", "of", "customer_shown", "chip", "act_from_shown", "state_shown")
    list_filter = (StateFilter, DueFilter, KindFilter, "nature", ("due_on", DaysFilter), clausefilter.by_kind(kinds))
    list_select_related = ("customer", "content_type")
    search_fields = ("customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "利用者名、利用者番号で検索"
    search_placeholder = "利用者名、利用者番号"
    ordering = (DAY.asc(), "pk")

    # --- the list -----------------------------------------------------------------------------------------------

    @admin.display(description="種類", ordering="kind")
    def kind_shown(self, row: Deadline) -> SafeString:
        """The kind in words, and whose deadline it is; of a reminder what to look at. (`what` is a field, which would win.)"""
        return two_lines(label(row.kind), row.what or row.get_nature_display())

    @admin.display(description="対象")
    def of(self, row: Deadline) -> SafeString:
        """What it is about."""
        subject = row.subject
        return two_lines(row.number, str(subject._meta.verbose_name) if subject else "", url_of(subject))

    @admin.display(description="利用者")
    def customer_shown(self, row: Deadline) -> SafeString:
        """Whose case it is."""
        return two_lines(row.customer.name, row.customer.number, url_of(row.customer))

    @admin.display(description="期限", ordering=DAY)
    def chip(self, row: Deadline) -> SafeString:
        """How far away the day is to which staff count."""
        return chip_tag(home.chip(row, clock.today())) if row.state != "cancelled" else SafeString("")

    @admin.display(description="措置できる日時", ordering="act_from")
    def act_from_shown(self, row: Deadline) -> str:
        """From when the company may act, or what stands in the way."""
        if row.nature != Deadline.Nature.CUSTOMER_MUST or not opens_power(row.kind):
            return ""
        return f"{jmoment(row.act_from)} から" if row.act_from else row.blocked

    @admin.display(description="状態", ordering="state")
    def state_shown(self, row: Deadline) -> SafeString:
        """Where it stands."""
        return chip_tag(state(row))

    def with_related(self, rows: list[Any]) -> list[Any]:
        """The subjects, in a query a table."""
        prefetch_related_objects(rows, "subject")
        return rows

    def tabs(self, request: HttpRequest) -> list[tuple[str, str, QuerySet[Any], bool]]:
        """What is asked for most."""
        rows = Deadline.objects.all()
        return [
            ("進行中", "", rows.running(), False),
            ("本日", "due=today", due(rows, "today"), True),
            ("7日以内", "due=week", due(rows, "week"), False),
            ("超過", "due=overdue", due(rows, "overdue"), True),
            ("停止中", "due=blocked", due(rows, "blocked"), False),
            ("すべて", "state=all", rows, False),
        ]

    # --- the page -----------------------------------------------------------------------------------------------

    def hangs_on(self, row: Deadline) -> Iterable[Model]:
        """The deadline, and the letter from which it runs."""
        return [row, *([row.notice, *row.notice.deliveries.all()] if row.notice else [])]

    def page(self, request: HttpRequest, row: Deadline) -> CasePage:
        """A customer's clock as a picture; for all, each step of the reckoning, and the readings it began under."""
        clause = clause_of(row)
        clocks = (
            [cards.clock_card(row, label(row.kind), clock.now(), row.blocked)]
            if row.nature == Deadline.Nature.CUSTOMER_MUST and opens_power(row.kind)
            else []
        )
        beside = (
            [card("根拠条項", "clause", (clause_card(clause, clock.jst_day(row.started_at)) or {}) | _readings(row))]
            if clause
            else []
        )
        chips = [state(row)] + ([home.chip(row, clock.today())] if row.state != "cancelled" else [])
        return CasePage(
            title=row.what or label(row.kind),
            chips=chips,
            clause=clause,
            messages=_messages(row),
            top=clocks,
            main=[_reasoning(row), self.timeline_card(row)],
            side=[card("概要", "facts", _facts(row)), *beside],
        )


def _readings(row: Deadline) -> dict[str, Any]:
    return {"readings": cards.readings_of(row)} if row.readings and row.length else {}


def _reasoning(row: Deadline) -> dict[str, Any]:
    if row.nature == Deadline.Nature.CUSTOMER_MUST and opens_power(row.kind):
        return cards.reasoning_card(row)
    last = row.due_on or row.communicated_on
    results = [{"label": "末日", "value": jday_year(last)}] if last else []
    steps = (
        row.reasoning if row.due_on else []
    )  # those of a customer's period end in a power that this kind does not give
    return card("計算の根拠", "reasoning", {"results": results, "steps": steps}, key=f"why-{row.pk}")


def _messages(row: Deadline) -> list[dict[str, str]]:
    if row.closed_reason:
        return [note("info", f"{row.get_state_display()}です。{row.closed_reason}")]
    return [note("warning", f"止まっています。{row.blocked}。")] if row.blocked and row.state == "running" else []


def _facts(row: Deadline) -> list[dict[str, Any]]:
    subject = row.subject
    rows = [
        fact("状態", "", chip=state(row)),
        fact("性質", row.get_nature_display(), sub="" if clause_of(row) else "社内の取扱い"),
        fact("利用者", row.customer.name, url=url_of(row.customer), sub=row.customer.number),
        fact(str(subject._meta.verbose_name), row.number, url=url_of(subject)),
        fact("開始", jshort(row.started_at)),
    ]
    moments = [
        ("通知の期限", f"{jday_year(row.communicated_on)}まで" if row.communicated_on else ""),
        ("延長後の期限", f"{jday_year(row.extended_to)}まで（決裁 {row.extension}）" if row.extended_to else ""),
        ("措置可能", jmoment(row.act_from) if row.act_from and opens_power(row.kind) else ""),
        ("末日", jday_year(row.due_on) if row.due_on else ""),
        ("済んだ日時", jmoment(row.met_on) if row.met_on else ""),
        ("経過", jmoment(row.lapsed_at) if row.lapsed_at else ""),
    ]
    if row.notice:
        rows.append(fact("通知", str(row.notice), url=url_of(row.notice)))
    return rows + [fact(name, value) for name, value in moments if value]
