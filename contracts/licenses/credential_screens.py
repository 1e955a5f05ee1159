"""Leaks reported and logs asked for, on the contract's page, the customer card and in the sidebar."""

from typing import Any

from config.desk import customer_cards, nav, search
from config.desk.chips import Chip, state_chip
from config.desk.listpage import short
from config.desk.pages import card, url_of
from contracts.licenses.models import EvidenceRequest, LeakReport, Subscription

LEAK_TONES = {"reported": "draft", "instructed": "running", "closed": "done"}
EVIDENCE_TONES = {"requested": "draft", "answering": "running", "answered": "done", "refused": "closed"}
LEAKS, ASKED = "漏洩等の連絡", "記録の依頼"
NO_LEAKS, NOT_ASKED = "漏洩等の連絡はありません。", "記録の依頼はありません。"


def leak_chip(report: LeakReport) -> Chip:
    """Where the report stands."""
    tone: Any = LEAK_TONES[report.state]
    return state_chip(tone, report.get_state_display())


def evidence_chip(request: EvidenceRequest) -> Chip:
    """Where the request stands."""
    tone: Any = EVIDENCE_TONES[request.state]
    return state_chip(tone, request.get_state_display())


def of_contract(row: Subscription) -> list[dict[str, Any]]:
    """Both cards on the contract's page, where there is something in them."""
    reports = [_leak_cells(r) for r in row.leak_reports.all()]
    requests = [_evidence_cells(r) for r in row.evidence_requests.all()]
    leaks = card(LEAKS, "table", {"columns": LEAK_COLUMNS, "rows": reports}, count=f"{len(reports)}件", empty=NO_LEAKS)
    asked = card(
        ASKED, "table", {"columns": ASKED_COLUMNS, "rows": requests}, count=f"{len(requests)}件", empty=NOT_ASKED
    )
    return [*([leaks] if reports else []), *([asked] if requests else [])]


LEAK_COLUMNS = ["連絡", "状態", "内容", "受けた日時", "指示の発送"]
ASKED_COLUMNS = ["依頼", "状態", "対象の期間", "受けた日時", "回答"]


def _leak_cells(report: LeakReport) -> list[Any]:
    number = {"text": report.number, "url": url_of(report), "strong": True}
    told = short(report.instructed_at) if report.instructed_at else "—"
    return [number, {"chip": leak_chip(report), "text": ""}, report.get_kind_display(), short(report.reported_at), told]


def _evidence_cells(request: EvidenceRequest) -> list[Any]:
    number = {"text": request.number, "url": url_of(request), "strong": True, "sub": _first(request.what)}
    told = short(request.answered_at) if request.answered_at else "—"
    return [number, {"chip": evidence_chip(request), "text": ""}, request.period, short(request.requested_at), told]


def _first(text: str) -> str:
    line = text.strip().splitlines()[0]
    return line if len(line) <= 30 else f"{line[:30]}…"


def leaks_of_customer(customer: Any) -> dict[str, Any] | None:
    """漏洩等の連絡 on the customer card, where there are any."""
    rows = LeakReport.objects.filter(customer__in=customer_cards.family(customer))
    return (
        customer_cards.rows_card(LEAKS, LEAK_COLUMNS, rows, _leak_cells, customer, empty=NO_LEAKS)
        if rows.exists()
        else None
    )


def evidence_of_customer(customer: Any) -> dict[str, Any] | None:
    """記録の依頼 on the customer card, where there are any."""
    rows = EvidenceRequest.objects.filter(customer__in=customer_cards.family(customer))
    if not rows.exists():
        return None
    return customer_cards.rows_card(ASKED, ASKED_COLUMNS, rows, _evidence_cells, customer, empty=NOT_ASKED)


def register_all() -> None:
    """Called once, when the room starts."""
    search.places("L", LeakReport)
    search.places("E", EvidenceRequest)
    customer_cards.register(32, leaks_of_customer)
    customer_cards.register(33, evidence_of_customer)
    nav.register(
        nav.Entry(
            group="契約", label=LEAKS, url_name="admin:licenses_leakreport_changelist", permission="licenses.view_leakreport",
            count=lambda: LeakReport.objects.exclude(state="closed"), order=56,
        )
    )  # fmt: skip
    nav.register(
        nav.Entry(
            group="契約", label=ASKED, url_name="admin:licenses_evidencerequest_changelist", permission="licenses.view_evidencerequest",
            count=lambda: EvidenceRequest.objects.filter(state__in=["requested", "answering"]), order=57,
        )
    )  # fmt: skip
