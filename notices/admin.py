"""The list of letters, the page of a letter, and the table of what is to be posted."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.desk import clausefilter
from config.desk.casepage import CaseAdmin
from config.desk.jst import jday_year, jshort
from config.desk.listpage import ListPage, short
from config.desk.models import HandlerRun
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from notices.cards import letter_line
from notices.certified.cards import certified_cards, certified_notes
from notices.chips import delivery_chip, delivery_words, notice_chip, truth_chips
from notices.engine import kind_of, kinds, label
from notices.evidence.cards import proof_buttons, record_card, seal_facts
from notices.filters import ALARMS, TABS, WaitingFilter, waiting
from notices.mail import admin as mail_admin  # noqa: F401  (registers its list)
from notices.mail.evidence import events_card, odd_ones
from notices.models import Delivery, Notice
from notices.posting.querysets import free
from notices.returns.notes import came_back_notes
from notices.wording.models import shown_version


@admin.register(Notice)
class NoticeAdmin(ListPage, CaseAdmin):
    """通知・配達."""

    list_display = ("number_shown", "customer_shown", "chip", "ways", "dispatch")
    list_filter = (WaitingFilter, "state", "deliveries__channel", clausefilter.by_kind(kinds))
    list_select_related = ("customer",)
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "通知番号、利用者名、利用者番号で検索"
    ordering = ("-ordered_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the deliveries."""
        return super().get_queryset(request).prefetch_related("deliveries")

    @admin.display(description="通知", ordering="number")
    def number_shown(self, notice: Notice) -> SafeString:
        """The number, once it is taken, and the kind in words."""
        return two_lines(str(notice), label(notice.kind))

    @admin.display(description="利用者")
    def customer_shown(self, notice: Notice) -> SafeString:
        """To whom it goes."""
        return two_lines(notice.customer.name, notice.customer.number, url_of(notice.customer))

    @admin.display(description="状態", ordering="state")
    def chip(self, notice: Notice) -> SafeString:
        """Where the letter stands, whatever went wrong on its ways first."""
        return format_html_join(" ", "{}", ((chip_tag(chip),) for chip in truth_chips(notice)))

    @admin.display(description="方法")
    def ways(self, notice: Notice) -> SafeString:
        """Each way with its state, a line each."""
        told = [f"{d.get_channel_display()}：{delivery_words(d)}" for d in notice.deliveries.all()]
        return format_html_join("", '<span class="way">{}</span>', ((line,) for line in told))

    @admin.display(description="発送", ordering="planned_dispatch_on")
    def dispatch(self, notice: Notice) -> SafeString:
        """When it left, and the day for which it was planned."""
        left = f"{short(notice.dispatched_at)} 発送" if notice.dispatched_at else "—"
        return two_lines(left, f"{short(notice.planned_dispatch_on)} 予定")

    def tabs(self, request: HttpRequest) -> list[tuple[str, str, QuerySet[Any], bool]]:
        """All, and what waits for a person."""
        rows = Notice.objects.all()
        return [("すべて", "", rows, False)] + [
            (name, f"wait={what}", waiting(rows, what), what in ALARMS) for what, name in TABS.items()
        ]

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """What is to be printed today."""
        count = free().count()
        button = {
            "label": f"郵送分を印刷する（{count}通）",
            "url": reverse("notices:print"),
            "style": "primary",
        }
        prints = [button] if count and request.user.has_perm("desk.notices.mark_posted") else []
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        proofs = {"label": "発送証明書をまとめて作る", "url": reverse("notices:proofs") + query, "style": "plain"}
        return [*prints, proofs]

    def hangs_on(self, notice: Notice) -> Iterable[Model]:
        """The letter and its deliveries."""
        certified = getattr(notice, "certified", None)
        return [notice, *notice.deliveries.all(), *([certified] if certified else [])]

    def page(self, request: HttpRequest, notice: Notice) -> CasePage:
        """The letter as it was fixed, its ways, what happened."""
        content = getattr(notice, "content", None)
        letter = (
            [card("書面", "letter", {"html": mark_safe(content.html), "pdf_url": _pdf_url(notice)})] if content else []
        )  # noqa: S308  (escaped when it was rendered, and frozen since)
        return CasePage(
            title=label(notice.kind), chips=[notice_chip(notice), *[delivery_chip(d) for d in notice.deliveries.all()]], clause=kind_of(notice).clause,
            owner=str(notice.ordered_by), messages=[*_messages(notice), *odd_ones(notice), *certified_notes(notice)], buttons=proof_buttons(notice),
            main=[card("発送と配達", "notices", [letter_line(notice)]), *events_card(notice), *certified_cards(notice), *letter,
                  record_card(notice), self.timeline_card(notice)],
            side=[card("概要", "facts", [*_facts(notice), *seal_facts(notice)])],
        )  # fmt: skip


def _pdf_url(notice: Notice) -> str:
    return reverse("notices:pdf", args=[notice.pk])


def _messages(notice: Notice) -> list[dict[str, str]]:
    made = []
    if notice.closed_reason:
        made.append({"tone": "warning", "text": f"{notice.get_state_display()}です。{notice.closed_reason}"})
    if any(d.state == "in_flight" for d in notice.deliveries.all()):
        made.append({"tone": "warning", "text": "送信の結果が不明です。記録を確かめてください。自動では再送しません。"})
    if _failed_runs(notice):
        made.append(note("error", FAILED_RUN))
    if any(d.has_left and d.elsewhere for d in notice.deliveries.all()):
        made.append(note("warning", ELSEWHERE))
    return [*made, *came_back_notes(notice)]


ELSEWHERE = "発送の時点の登録と違う宛先に出ています（第4条第1項・第7条第3項）。期間の計算には入れません。新しい宛先に、改めて送ってください。"


FAILED_RUN = (
    "この通知の後処理が失敗しています。発送の記録は残っています。「概要」の「後処理」から、もう一度実行してください。"
)


def _failed_runs(notice: Notice) -> list[HandlerRun]:
    """What ought to have followed this letter or one of its deliveries, and did not."""
    types = ContentType.objects.get_for_models(Notice, Delivery)
    ours = Q(content_type=types[Notice], object_id=notice.pk)
    ours |= Q(content_type=types[Delivery], object_id__in=[d.pk for d in notice.deliveries.all()])
    return list(HandlerRun.objects.filter(ours, state=HandlerRun.State.FAILED).order_by("pk"))


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
    if notice.email and notice.email.message_id:
        rows.append(fact("メールの識別子", notice.email.message_id, sub=notice.email.service_id))
    if notice.decision:
        rows.append(fact("決裁", notice.decision.number, url=url_of(notice.decision)))
    if content:
        size = f"{len(content.body):,} バイト・文面 {shown_version(content.wording_version)}"
        rows += [fact("根拠", "", clauses=content.clauses), fact("SHA-256", content.sha256, sub=size)]
    rows += [
        fact("後処理", run.get_state_display(), url=url_of(run), sub=jshort(run.at)) for run in _failed_runs(notice)
    ]
    return rows


from notices.envelopes import admin as _envelopes  # noqa: E402, F401
from notices.posting.admin import PrintRunAdmin as PrintRunAdmin  # noqa: E402  (found by being imported)
from notices.returns import admin as _returns  # noqa: E402, F401
from notices.wording import admin as _wording_admin  # noqa: E402, F401  (its pages register themselves)
