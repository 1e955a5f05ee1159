"""The list of cases and the case page."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from config.desk import clausefilter, clock
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.jst import jday, jmoment, jshort
from config.desk.listpage import DaysFilter, PageOfRows
from config.desk.pages import CasePage, card, fact, note, url_of, verb_url
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from contracts.deadlines import cards as clock_cards
from contracts.deadlines import home as deadline_home
from contracts.deadlines.engine import kind_of
from contracts.deadlines.models import Deadline
from contracts.decisions.engine import label as decided
from contracts.decisions.models import Decision
from contracts.violations import after_end, cards, clocks, trifling
from contracts.violations.filters import ClauseFilter, CuredFilter, EndedFilter, LeftFilter, OpenFilter, OutcomeFilter
from contracts.violations.models import Violation
from contracts.violations.screens import chip as state
from contracts.violations.under_clause import narrow
from contracts.violations.workflow import CLOSED
from notices.cards import letters_card
from notices.models import Notice

SOURCES = {
    "report": "通報",
    "log": "監視の記録",
    "colleague": "社内の気付き",
    "invoice": "請求",
}  # as a program names them
ENDING = (Violation.State.TERMINATING, Violation.State.TERMINATED)


@admin.register(Violation)
class ViolationAdmin(CaseAdmin):
    """違反案件."""

    list_display = ("number", "title_shown", "customer", "chip", "cure", "owner", "opened_at")
    list_filter = (
        "state",
        OpenFilter,
        LeftFilter,
        OutcomeFilter,
        CuredFilter,
        EndedFilter,
        ("opened_at", DaysFilter),
        ClauseFilter,
        clausefilter.by(narrow),
    )
    list_select_related = ("customer", "owner", "subscription")
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "案件番号、利用者名、利用者番号で検索"

    @admin.display(description="件名")
    def title_shown(self, case: Violation) -> str:
        """The first words of the facts."""
        return case.title

    @admin.display(description="状態", ordering="state")
    def chip(self, case: Violation) -> SafeString:
        """Where it stands."""
        return chip_tag(state(case))

    @admin.display(description="是正期限")
    def cure(self, case: Violation) -> SafeString | str:
        """How far the letter's day is away."""
        latest = getattr(case, "latest_clock", None)
        return chip_tag(deadline_home.chip(latest, clock.today())) if latest else ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Our list."""
        return PageOfRows

    def with_related(self, rows: list[Any]) -> list[Any]:
        """The latest clock of each case, in one query."""
        about: Any = ContentType.objects.get_for_model(Violation)
        all_of_them = Deadline.objects.filter(
            content_type=about, object_id__in=[row.pk for row in rows], kind=clocks.CURE
        )
        latest = {clock.object_id: clock for clock in all_of_them.exclude(state="cancelled").order_by("pk")}
        for row in rows:
            row.latest_clock = latest.get(row.pk)
        return rows

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With the way to open a case."""
        may = request.user.has_perm("desk.violations.open")
        button = {"label": verb("violations.open").label, "url": verb_url("violations.open"), "style": "primary"}
        return super().changelist_view(request, (extra_context or {}) | {"list_buttons": [button] if may else []})

    def hangs_on(self, case: Violation) -> Iterable[Model]:
        """The case, its items, checks, findings, inquiries, withdrawals, clocks, letters with deliveries, and decisions."""
        letters = list(Notice.objects.about(case).prefetch_related("deliveries"))
        deliveries = [d for letter in letters for d in letter.deliveries.all()]
        return [
            case,
            *case.items.all(),
            *case.uncured_checks.all(),
            *case.investigations.all(),
            *case.inquiries.all(),
            *case.withdrawals.all(),
            *Deadline.objects.about(case),
            *letters,
            *deliveries,
            *Decision.objects.about(case),
        ]

    def page(self, request: HttpRequest, case: Violation) -> CasePage:
        """The clock, the items with their evidence, letters, what happened; at the side the facts and the clause."""
        cure_clocks = list(
            Deadline.objects.about(case, clocks.CURE)
            .exclude(state="cancelled")
            .select_related("notice", "extension")
            .prefetch_related("notice__deliveries")
            .order_by("-pk")
        )
        chips = [state(case)] + [
            deadline_home.chip(c, clock.today()) for c in cure_clocks[:1] if case.state not in CLOSED
        ]
        readings = clock_cards.readings_of(cure_clocks[0]) if cure_clocks else []
        clause: dict[str, Any] = clause_card("23(1)", clock.jst_day(case.opened_at)) or {}
        return CasePage(
            title=case.title, chips=chips, clause="23(1)" if cure_clocks else "17(1)", owner=str(case.owner), messages=_messages(case),
            top=[clock_cards.clock_card(c, f"是正期間{_of_notice(c, cure_clocks)}", clock.now(), _says(case, c), day="是正期限") for c in cure_clocks],
            main=[
                cards.items(case), *cards.investigations(case), *cards.inquiries(case, clock.today()), *cards.withdrawals(case),
                letters_card(case), *_reasons(cure_clocks), self.timeline_card(case),
            ],
            side=[card("概要", "facts", _facts(case)), card("根拠条項", "clause", clause | {"readings": readings}, sub=clause.get("version_label", ""))],
        )  # fmt: skip


def _reasons(all_clocks: list[Deadline]) -> list[dict[str, Any]]:
    """Why on this day: of every clock that runs, of the latest where none does."""
    shown = [c for c in all_clocks if c.state == Deadline.State.RUNNING] or all_clocks[:1]
    return [clock_cards.reasoning_card(c, _of_notice(c, all_clocks)) for c in shown]


def _of_notice(deadline: Deadline, all_clocks: list[Deadline]) -> str:
    return f"（{deadline.notice}）" if len(all_clocks) > 1 else ""


def _says(case: Violation, deadline: Deadline) -> str:
    if deadline.met_on:
        return f"{jmoment(deadline.met_on)} に是正されました。"
    if deadline.act_from is None:
        return f"措置できる日時は、まだ決まりません。{deadline.blocked}。"
    if case.state == Violation.State.TERMINATED and not after_end.was_ripe(case):
        return f"終了の後に、措置できる日時が {jmoment(deadline.act_from)} に変わりました。"
    if case.state in ENDING:
        return f"措置できる日時（{jmoment(deadline.act_from)}）を過ぎて、終了の手続に進みました。"
    if deadline.may_act(clock.now()):
        return f"{jmoment(deadline.act_from)} から、終了を起案できます。終了するかどうかは、当社の判断です。"
    return f"終了の起案は、{jmoment(deadline.act_from)} からできます。終了するかどうかは、当社の判断です。"


def _messages(case: Violation) -> list[dict[str, str]]:
    waiting = Decision.objects.about(case).filter(state="proposed").order_by("pk")
    told = [
        note(
            "info",
            f"「{decided(d.kind)}」の決裁（{d.number}）が承認を待っています。内容を変えるときは、決裁の画面から行ってください。",
        )
        for d in waiting
    ]
    open_tasks = Deadline.objects.about(case).running().filter(kind__in=[after_end.AFTER_END, after_end.NO_EFFECT])
    told += [note("warning", f"{task.what or kind_of(task).task}。") for task in open_tasks.order_by("pk")]
    if case.state == "terminating":
        told.append(note("warning", "終了の通知が発送を待っています。最初の発送のときに、契約が終了します。"))
    if case.state in ("curing", "cured", "terminating") and (left := trifling.short(case, clock.now())):
        told.append(note("info", left))
    return told


def _facts(case: Violation) -> list[dict[str, Any]]:
    subscription, customer = case.subscription, case.customer
    prior = customer.prior_records.filter(withdrawn_at=None).exclude(source__startswith=case.number).count()
    rows = [
        fact("状態", "", chip=state(case)),
        fact(
            "利用者",
            customer.name,
            url=url_of(customer),
            sub=f"{customer.number}　{customer.corporate_number and f'法人番号 {customer.corporate_number}'}",
        ),
        fact(
            "契約",
            subscription.number,
            url=url_of(subscription),
            more=f"{subscription.get_plan_display()}・{subscription.license_count}ライセンス",
        ),
        fact("認知", jshort(case.opened_at)),
        fact("発見の経緯", SOURCES.get(case.source, case.source)),
        fact("事実の概要", case.summary),
        fact("料金", "是正期間中も発生します", clause="13(3)"),
        fact("過去の違反", f"{prior}件"),
    ]
    checks = [fact("未是正確認", jshort(c.checked_at), sub=f"{c.by}　{c.how}") for c in case.uncured_checks.all()]
    closed = [fact("認めない理由", case.closed_reason)] if case.closed_reason else []
    return rows + _extensions(case) + checks + closed


def _extensions(case: Violation) -> list[dict[str, Any]]:
    """Periods that were extended by agreement, with the decision that says why."""
    extended = Deadline.objects.about(case, clocks.CURE).exclude(extended_to=None).select_related("extension", "notice")
    return [
        fact(
            "期間の延長",
            f"{jday(c.extended_to)}まで",
            url=url_of(c.extension),
            sub=f"{c.notice}　合意による（{c.extension}）",
        )
        for c in extended
        if c.extended_to
    ]
