"""The list of applications and the page on which one is screened; what files brought, and what they could not."""

from collections.abc import Iterable
from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.finding import customer_q
from accounts.models import Customer
from config.desk import clausefilter, clock
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.exports import Column, ExportMixin
from config.desk.jst import jmoment
from config.desk.listpage import DaysFilter, short
from config.desk.origin import from_home
from config.desk.pages import CasePage, card, note, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import glyph, two_lines
from contracts.applications import (
    cards,
    checks,
    documents,
    excepting,
    intake_admin,
    settlement_admin,
    stopping,
    workflow,
)
from contracts.applications.filters import DueFilter, FindingFilter, StageFilter, due
from contracts.applications.importing import RECEIVE
from contracts.applications.models import Agent, Application, Ground
from contracts.applications.stages import in_stage, stage_of, stages_of
from contracts.applications.under_clause import narrow
from contracts.deadlines import cards as clock_cards
from contracts.deadlines import home as deadline_home
from contracts.deadlines.models import Deadline
from contracts.decisions.engine import label
from contracts.decisions.models import Decision
from notices.cards import letters_card
from notices.models import Notice

__all__ = ["ApplicationAdmin", "intake_admin", "settlement_admin"]  # the admin looks for all of them here

_CAME_LATE = "求めた書類は、不承諾の発送の後に届いています。不承諾を見直すかどうかは、異議の画面で決めます。"
MARKS = {
    "clear": ("✓", "clear", "該当しない"),
    "applies": ("▲", "applies", "該当する"),
    "checking": ("○", "", "確認中"),
    "": ("○", "", "未判断"),
}


@admin.register(Application)
class ApplicationAdmin(ExportMixin, CaseAdmin):
    """利用申込."""

    list_display = ("number_shown", "applicant", "received", "chip", "deadline", "grounds")
    list_filter = (
        StageFilter,
        ("received_at", DaysFilter),
        DueFilter,
        FindingFilter,
        "channel",
        clausefilter.by(narrow),
    )
    list_select_related = ("customer", "subscription")
    search_fields = ("number",)  # the search itself is `customer_q`
    search_help_text = "㈱・全角半角・ひらがなカタカナの違いは区別しません"
    search_placeholder = "申込番号、名称、フリガナ、法人番号、メール"
    ordering = ("-pk",)
    export_name = "applications"
    list_legend = tuple(
        {"glyph": g, "tone": t, "label": w}
        for g, t, w in (MARKS["clear"], MARKS["applies"], ("○", "", "確認中・未判断"))
    )

    # --- the list -----------------------------------------------------------------------------------------------

    @admin.display(description="申込番号", ordering="number")
    def number_shown(self, row: Application) -> SafeString:
        """The number, how it came in, and whether the same party was refused before."""
        again = "・再申込" if getattr(row, "is_resubmitted", False) else ""
        return two_lines(row.number, f"{row.get_channel_display()}{again}")

    @admin.display(description="利用希望者")
    def applicant(self, row: Application) -> SafeString:
        """Who, and what is wanted."""
        kind = "" if row.customer.kind == Customer.Kind.CORPORATION else f"{row.customer.get_kind_display()}・"
        plan = "月額" if row.plan == "monthly" else "年間"
        return two_lines(row.customer.name, f"{kind}{plan}・{row.licenses:,}ライセンス", url_of(row.customer))

    @admin.display(description="受付", ordering="received_at")
    def received(self, row: Application) -> str:
        """When it came in."""
        return short(row.received_at)

    @admin.display(description="状態")
    def chip(self, row: Any) -> SafeString:
        """Where it stands."""
        return chip_tag(row.shown_stage.chip)

    @admin.display(description="期限")
    def deadline(self, row: Any) -> SafeString | str:
        """How far its day is away."""
        return chip_tag(deadline_home.chip(row.shown_deadline, clock.today())) if row.shown_deadline else ""

    @admin.display(description="事由 1–5号")
    def grounds(self, row: Any) -> SafeString:
        """The five judgements as marks, in words for those who do not see them."""
        found = {j.ground: j.finding for j in row.judgements.all()}
        marks = [(ground, *MARKS[found.get(ground.value, "")]) for ground in Ground]
        drawn = format_html_join("", "{}", ((glyph(shape, tone),) for _, shape, tone, _ in marks))
        words = "、".join(f"{ground.value}号 {word}" for ground, _, _, word in marks)
        return format_html('<span class="marks">{}</span><span class="visually-hidden">{}</span>', drawn, words)

    def with_related(self, rows: list[Any]) -> list[Any]:
        """Stages, judgements and deadlines of the page, in a query each."""
        prefetch_related_objects(rows, "judgements")
        stages, deadlines = stages_of(rows), _deadlines(rows)
        again = checks.resubmitted(rows)
        for row in rows:
            row.is_resubmitted = row.pk in again
            row.shown_stage, row.shown_deadline = stages[row.pk], deadlines.get(row.pk)
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By number, number of the web form, or applicant."""
        term = search_term.strip()
        if not term:
            return queryset, False
        theirs = Customer.objects.filter(customer_q(term)).order_by().values("pk")
        found = (Q(number__begins=term.upper()), Q(source_number__begins=term), Q(customer__in=theirs))
        number, source, customer = (Application.objects.filter(q).order_by().values("pk") for q in found)
        return queryset.filter(pk__in=number.union(source, customer, all=True)), False  # each by its own index

    def tabs(self, request: HttpRequest) -> list[tuple[str, str, QuerySet[Any], bool]]:
        """What is asked for most."""
        rows = Application.objects.all()
        stages = (("審査中", "screening"), ("書類待ち", "awaiting_document"), ("決裁中", "deciding"))
        return [
            ("すべて", "", rows, False),
            ("受付", "stage=received", in_stage(rows, "received"), False),
            *((name, f"stage={key}", in_stage(rows, key), False) for name, key in stages),
            ("期限超過", "due=overdue", due(rows, "overdue"), True),
        ]

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """For those who take applications in."""
        if not permitted(verb(RECEIVE), request.user):
            return []
        return [
            {"label": "審査一覧", "url": reverse("applications:grid"), "style": "plain"},
            {"label": "申込を取り込む", "url": reverse("applications:import"), "style": "plain"},
            {"label": verb(RECEIVE).label, "url": verb_url(RECEIVE), "style": "primary"},
        ]

    def export_columns(self) -> list[Column]:
        """What a line of the file holds."""
        return [
            Column("申込番号", lambda a: a.number),
            Column("状態", lambda a: a.shown_stage.label),
            Column("申込経路", lambda a: a.get_channel_display()),
            Column("受付日時", lambda a: a.received_at),
            Column("利用者番号", lambda a: a.customer.number),
            Column("区分", lambda a: a.customer.get_kind_display()),
            Column("名称・氏名", lambda a: a.customer.name),
            Column("フリガナ", lambda a: a.customer.kana),
            Column("法人番号", lambda a: a.customer.corporate_number),
            Column("メールアドレス", lambda a: a.customer.email),
            Column("電話番号", lambda a: a.customer.phone),
            Column("希望ライセンス数", lambda a: a.licenses),
            Column("同意した規約の版", lambda a: a.agreed_version),
            Column("同意日時", lambda a: a.agreed_at),
            Column("受付番号", lambda a: a.source_number),
            *(Column(f"{ground.value}号", partial(_finding, ground)) for ground in Ground),
            Column("契約番号", lambda a: a.subscription.number if a.subscription else ""),
        ]

    # --- the page -----------------------------------------------------------------------------------------------

    def hangs_on(self, row: Application) -> Iterable[Model]:
        """The application, its judgements, documents, clocks, letters with deliveries, and decisions."""
        letters = list(Notice.objects.about(row).prefetch_related("deliveries"))
        deliveries = [d for letter in letters for d in letter.deliveries.all()]
        return [
            row,
            *row.judgements.all(),
            *Agent.objects.filter(application=row),
            *row.document_requests.all(),
            *row.other_arrivals.all(),
            *row.settlements.all(),
            *Deadline.objects.about(row),
            *letters,
            *deliveries,
            *Decision.objects.about(row),
        ]

    def page(self, request: HttpRequest, row: Application) -> CasePage:
        """The five grounds above all; then what was applied for, letters, what happened."""
        stage, deadline = stage_of(row), _deadlines([row]).get(row.pk)
        chips = [stage.chip] + ([deadline_home.chip(deadline, clock.today())] if deadline else [])
        clause: dict[str, Any] = clause_card("6(3)", clock.jst_day(row.received_at)) or {}
        hits, earlier = checks.found([row])[row.pk]
        return CasePage(
            title=row.customer.name,
            chips=chips,
            clause="6(3)",
            messages=[*_resubmission(earlier), *_messages(row, request)],
            top=[*_clock(row), cards.checklist(row, request.user, getattr(request, "drafts", None), home=from_home(request), hits=hits)],
            main=[
                *excepting.cards(row), *settlement_admin.of_application(row), *cards.before(earlier), *cards.after(row),
                *cards.requests(row), cards.content(row), *cards.received(row), letters_card(row), *_reasoning(row),
                self.timeline_card(row),
            ],
            side=[cards.summary(row, stage), card("根拠条項", "clause", clause, sub=clause.get("version_label", ""))],
        )  # fmt: skip


def _finding(ground: Ground, row: Any) -> str:
    found = {j.ground: j.get_finding_display() for j in row.judgements.all()}
    return str(found.get(ground.value, "未判断"))


def _deadlines(rows: list[Application]) -> dict[int, Deadline]:
    """The deadline that a row shows: the running one, else the last that was met or ran out."""
    kept = Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(Application), object_id__in=[row.pk for row in rows]
    )
    found: dict[int, Deadline] = {}
    shown = kept.exclude(state="cancelled").exclude(kind=documents.REMINDER).order_by()
    for deadline in sorted(shown, key=attrgetter("pk")):  # in Python, so that the index of the subjects is used
        if deadline.object_id not in found or found[deadline.object_id].state != "running":
            found[deadline.object_id] = deadline
    return found


def _document_clock(row: Application) -> Deadline | None:
    """The period of the document that is awaited now."""
    request = documents.open_request(row) if row.state == "awaiting_document" else None
    return documents.clock_of(request) if request else None


def _clock(row: Application) -> list[dict[str, Any]]:
    running = _document_clock(row)
    return [clock_cards.clock_card(running, "書類を待つ期間", clock.now(), _says(running))] if running else []


def _says(running: Deadline) -> str:
    if running.act_from is None:
        return f"期限は、まだ決まりません。{running.blocked}。"
    moment = jmoment(running.act_from)
    return f"書類の提示がないことによる不承諾は、{moment} から起案できます。承諾しないかどうかは、当社の判断です。"


def _reasoning(row: Application) -> list[dict[str, Any]]:
    running = _document_clock(row)
    return [clock_cards.reasoning_card(running)] if running else []


def _resubmission(earlier: list[checks.Earlier]) -> list[dict[str, str]]:
    """What was decided before is said above all else."""
    return [
        note("warning", f"再申込です。{one.words}。理由を見比べて判断してください。")
        for one in earlier[:2]
        if one.how.level == "same"
    ]


def _messages(row: Application, request: HttpRequest) -> list[dict[str, str]]:
    waiting = Decision.objects.about(row).filter(state__in=["proposed", "returned", "approved"]).first()
    if waiting is not None:
        where = {"proposed": "承認を待っています", "returned": "差し戻されています"}.get(
            waiting.state, "発送を待っています"
        )
        return [
            note(
                "info",
                f"{label(waiting.kind)}の決裁（{waiting.number}）が{where}。通知が発送されるまで、申込の状態は変わりません。",
            )
        ]
    if row.state == "awaiting_document":
        return _awaiting(row)
    if row.state == "accepting":
        return stopping.told(row, request.user)
    if row.state == "refused" and row.document_requests.filter(late=True).exists():
        return [note("info", _CAME_LATE)]
    told_there = permitted(verb("applications.accept"), request.user)  # it stands below the button already
    refused = workflow.accept_why_not(row, by=request.user, at=clock.now()) if row.state == "screening" else None
    if refused and not told_there:
        return [note("warning", f"{refused.message}{refused.instead}")]
    told = NOBODY_TOLD.get(stage_of(row).key)
    return [note("warning", told)] if told else []


NOBODY_TOLD = {
    "undelivered": "承諾の通知が届いていないので、契約は成立していません。承諾の通知を、別の方法で送ってください（第6条第3項・民法第97条）。",
    "refusal_undelivered": "不承諾の通知が届いていないので、不承諾の効力は生じていません。別の方法で送り直してください（民法第97条）。",
}


def _awaiting(row: Application) -> list[dict[str, str]]:
    request = documents.open_request(row)
    if request is None:
        return []
    if documents.not_lapsed(row, clock.now()) is None:
        return [
            note(
                "warning",
                f"求めた書類（{request.document}）が、期限を過ぎても届いていません。書類を待つか、不承諾を起案してください。",
            )
        ]
    return [note("info", f"書類（{request.document}）の提示を待っています。届いたら、受領を記録してください。")]
