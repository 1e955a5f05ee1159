"""Leaks reported (9(3)) and logs asked for (9(1)): their lists, and the page of each."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.jst import jday, jshort, jst_day
from config.desk.listpage import DaysFilter, ListPage, short
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.deadlines.home import chip as deadline_chip
from contracts.deadlines.models import Deadline
from contracts.incoming.models import Incoming
from contracts.licenses import evidence, leaks
from contracts.licenses.credential_screens import evidence_chip, leak_chip
from contracts.licenses.models import EvidenceRequest, LeakReport
from notices.cards import letters_card
from notices.models import Notice


class CredentialAdmin(ListPage, CaseAdmin):
    """What both have in common: a customer, a contract, a clock of house policy, letters."""

    list_select_related = ("customer", "subscription", "owner")
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "契約番号、利用者名、利用者番号で検索"
    search_placeholder = "契約番号、利用者名、利用者番号"

    @admin.display(description="利用者")
    def customer_shown(self, row: Any) -> SafeString:
        """Whose it is."""
        return two_lines(row.customer.name, row.customer.number, url_of(row.customer))

    def hangs_on(self, row: Any) -> Iterable[Model]:
        """The row, its clocks, its letters with deliveries."""
        letters = list(Notice.objects.about(row).prefetch_related("deliveries"))
        return [
            row,
            *Deadline.objects.about(row),
            *letters,
            *(d for letter in letters for d in letter.deliveries.all()),
        ]


@admin.register(LeakReport)
class LeakReportAdmin(CredentialAdmin):
    """漏洩等の連絡."""

    list_display = ("number", "customer_shown", "chip", "kind", "reported", "instructed", "owner")
    list_filter = ("state", "kind", ("reported_at", DaysFilter))

    @admin.display(description="状態", ordering="state")
    def chip(self, row: LeakReport) -> SafeString:
        """Where it stands."""
        return chip_tag(leak_chip(row))

    @admin.display(description="受けた日時", ordering="reported_at")
    def reported(self, row: LeakReport) -> str:
        """When it reached us."""
        return short(row.reported_at)

    @admin.display(description="指示の発送", ordering="instructed_at")
    def instructed(self, row: LeakReport) -> str:
        """When our instructions left."""
        return short(row.instructed_at) if row.instructed_at else ""

    def page(self, request: HttpRequest, row: LeakReport) -> CasePage:
        """What was reported, what we instructed, what was done."""
        told = [card("連絡の内容", "note", {"text": row.summary})]
        told += [card("当社の指示", "note", {"text": row.instructions})] if row.instructions else []
        told += (
            [card("行ったこと", "note", {"text": row.done, "sub": f"終える理由：{row.closed_reason}"})]
            if row.state == "closed"
            else []
        )
        return CasePage(
            title=row.get_kind_display(), chips=[leak_chip(row)], clause="9(3)", owner=str(row.owner), messages=_owed(row),
            main=[*told, letters_card(row), self.timeline_card(row)],
            side=[card("概要", "facts", _leak_facts(row)), *_clause("9(3)", row.reported_at)],
        )  # fmt: skip


@admin.register(EvidenceRequest)
class EvidenceRequestAdmin(CredentialAdmin):
    """記録の依頼."""

    list_display = ("number", "customer_shown", "chip", "period", "requested", "answered", "owner")
    list_filter = ("state", ("requested_at", DaysFilter))

    @admin.display(description="状態", ordering="state")
    def chip(self, row: EvidenceRequest) -> SafeString:
        """Where it stands."""
        return chip_tag(evidence_chip(row))

    @admin.display(description="受けた日時", ordering="requested_at")
    def requested(self, row: EvidenceRequest) -> str:
        """When it reached us."""
        return short(row.requested_at)

    @admin.display(description="回答", ordering="answered_at")
    def answered(self, row: EvidenceRequest) -> str:
        """When it was answered."""
        return short(row.answered_at) if row.answered_at else ""

    def page(self, request: HttpRequest, row: EvidenceRequest) -> CasePage:
        """What is asked for, and what was given or why not."""
        told = [card("求められた記録", "note", {"text": row.what, "sub": f"対象の期間：{row.period}"})]
        told += [card("回答", "note", {"text": row.answer})] if row.answer else []
        return CasePage(
            title=f"{row.customer.name}からの記録の依頼", chips=[evidence_chip(row)], clause="9(1)", owner=str(row.owner),
            messages=_owed(row), main=[*told, letters_card(row), self.timeline_card(row)],
            side=[card("概要", "facts", _evidence_facts(row)), *_clause("9(1)", row.requested_at)],
        )  # fmt: skip


def _clause(ref: str, moment: Any) -> list[dict[str, Any]]:
    data: dict[str, Any] = clause_card(ref, clock.jst_day(moment)) or {}
    return [card("根拠条項", "clause", data, sub=data.get("version_label", ""))]


def _owed(row: Any) -> list[dict[str, str]]:
    """What is due, and that a letter waits."""
    if row.state not in ("reported", "requested", "answering"):
        return []
    if Notice.objects.about(row).pending().exists():
        return [
            note(
                "warning", "通知が発送を待っています。発送のときに、指示または回答をしたことになります（第4条第2項）。"
            )
        ]
    running = Deadline.objects.about(row).running().order_by("due_on").first()
    if running is None or running.due_on is None:
        return []
    what = "指示" if isinstance(row, LeakReport) else "回答"
    return [note("info", f"{jday(running.due_on)}までに{what}してください。期限は社内の取扱いです。")]


def _common(row: Any) -> list[dict[str, Any]]:
    return [
        fact("利用者", row.customer.name, url=url_of(row.customer), sub=row.customer.number),
        fact("契約", row.subscription.number, url=url_of(row.subscription)),
    ]


def _came(entered: Incoming | None) -> list[dict[str, Any]]:
    return [fact("受信", entered.number, url=url_of(entered), sub=entered.title)] if entered else []


def _due(row: Any, kind: str) -> list[dict[str, Any]]:
    clock_row = Deadline.objects.about(row, kind).order_by("-pk").first()
    if clock_row is None or clock_row.due_on is None or clock_row.state == Deadline.State.CANCELLED:
        return []
    until = f"{jday(clock_row.due_on)}まで（社内の取扱い）"
    return [fact("期限", "", chip=deadline_chip(clock_row, jst_day(clock.now())), sub=until)]


def _leak_facts(row: LeakReport) -> list[dict[str, Any]]:
    return [
        fact("状態", "", chip=leak_chip(row)), *_common(row), fact("連絡を受けた日時", jshort(row.reported_at)), *_came(row.incoming),
        *_due(row, leaks.INSTRUCT), fact("指示の発送", jshort(row.instructed_at) if row.instructed_at else "—", clause="9(3)"),
        *([fact("終えた日時", jshort(row.closed_at))] if row.closed_at else []),
    ]  # fmt: skip


def _evidence_facts(row: EvidenceRequest) -> list[dict[str, Any]]:
    kept = row.handed_over
    return [
        fact("状態", "", chip=evidence_chip(row)), *_common(row), fact("依頼を受けた日時", jshort(row.requested_at)), *_came(row.incoming),
        *_due(row, evidence.EVIDENCE), fact("回答日時", jshort(row.answered_at) if row.answered_at else "—", clause="9(1)"),
        *([fact("引き渡した記録の控え", kept.number, url=url_of(kept), sub=f"ファイル{kept.files.count()}件")] if kept else []),
    ]  # fmt: skip
