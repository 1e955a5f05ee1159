"""発送証明書 of one letter or of a list, and the yearly count of numbers. GET only: nothing is written."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from config.desk import clock, exports
from config.desk.pages import card, note, url_of
from notices.engine import label
from notices.evidence.counts import YearCount, yearly
from notices.evidence.health import told
from notices.evidence.proof import may_be_proved, proof_of
from notices.models import Notice
from notices.rendering.merge import merge

AT_ONCE = 50


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _letters() -> Any:
    related = (
        "customer",
        "content",
        "decision__proposed_by",
        "decision__approved_by",
        "decision__decided_for",
        "certified",
    )
    return Notice.objects.select_related(*related).prefetch_related("deliveries")


@require_GET
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """発送証明書 of one letter, made now from the record."""
    _require(request, "notices.view_notice")
    notice = get_object_or_404(_letters(), pk=pk)
    if not may_be_proved(notice):
        messages.warning(request, "この通知は、まだ発送されていません。発送証明書は、発送の後に作れます。")
        return redirect(url_of(notice))
    return _pdf(_page(request, notice), f"{notice.number}-hasso.pdf")


@require_GET
def proofs(request: HttpRequest) -> HttpResponse:
    """One page each for the letters of the list as it is filtered, in the order of their numbers."""
    _require(request, "notices.view_notice")
    found = admin.site._registry[Notice].get_changelist_instance(request).queryset
    left = _letters().filter(
        pk__in=found.order_by().values("pk"), content__isnull=False, deliveries__dispatched_at__isnull=False
    )
    chosen = list(left.distinct().order_by("number")[: AT_ONCE + 1])
    back = reverse("admin:notices_notice_changelist") + (f"?{request.GET.urlencode()}" if request.GET else "")
    if not chosen:
        messages.warning(request, "この一覧に、発送された通知はありません。")
        return redirect(back)
    if len(chosen) > AT_ONCE:
        messages.warning(request, f"発送証明書を一度に作れるのは{AT_ONCE}通までです。検索や絞込みで減らしてください。")
        return redirect(back)
    return _pdf(merge(_page(request, notice) for notice in chosen), "hasso.pdf")


def _page(request: HttpRequest, notice: Notice) -> bytes:
    from notices.evidence.proof_pdf import proof_pdf  # WeasyPrint takes long to load: only where it is used

    return proof_pdf(proof_of(notice, by=str(request.user.name), at=clock.now()))  # type: ignore[union-attr]


def _pdf(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


COLUMNS = ["年", "採番", "発送済", "取消し", "欠番", "発送待ち", "合計"]


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """How many numbers were taken each year, and what became of them; each under which nothing left with its reason."""
    _require(request, "notices.view_verification")
    years = yearly()
    wrong = [f"{y.year}年：採番{y.issued}件に対し、記録は{y.known}件です。" for y in years if not y.agrees]
    context = admin.site.each_context(request) | {
        "title": "通知番号の年次集計", "sub": ["採番した番号は、発送済・取消し・欠番・発送待ちのどれかになります"],
        "list_buttons": [{"label": text, "url": reverse("notices:numbers_export", args=[key])} for key, text in exports.ENCODINGS.items()],
        "cards": [*_wrong(wrong), card("年ごとの数", "table", {"columns": COLUMNS, "rows": [_cells(y) for y in years]}, empty="採番した通知はありません。"),
                  *[_gone_card(y, state) for y in years for state in GONE if getattr(y, state)], _check_card()],
    }  # fmt: skip
    return TemplateResponse(request, "desk/cards_page.html", context)


def _wrong(wrong: list[str]) -> list[dict[str, Any]]:
    if not wrong:
        return []
    return [
        card(
            "数が合いません",
            "note",
            note("error", "".join(wrong) + "管理の担当者に知らせ、書面の確認を行ってください。"),
        )
    ]


def _cells(year: YearCount) -> list[Any]:
    total = f"{year.known:,}" if year.agrees else {"text": f"{year.known:,}", "sub": "採番と合いません", "strong": True}
    return [
        {"text": f"{year.year}年", "strong": True},
        *(f"{n:,}" for n in (year.issued, year.dispatched, year.cancelled, year.void, year.waiting)),
        total,
    ]


GONE = {"void": "欠番", "cancelled": "取消し"}  # numbers under which nothing left, and why


def _gone(year: int, state: str) -> Any:
    rows = Notice.objects.filter(state=state, number__startswith=f"N-{year}-")
    return rows.select_related("customer").order_by("number")


def _gone_card(year: YearCount, state: str) -> dict[str, Any]:
    rows = [
        [{"text": str(n.number), "url": url_of(n), "strong": True}, label(n.kind), {"text": str(n.customer), "url": url_of(n.customer)}, n.closed_reason]
        for n in _gone(year.year, state)[:200]
    ]  # fmt: skip
    many = getattr(year, state)
    more = f"はじめの{len(rows)}件" if many > len(rows) else f"{many}件"
    columns = ["通知番号", "種類", "利用者", "理由"]
    return card(f"{year.year}年の{GONE[state]}", "table", {"columns": columns, "rows": rows}, count=more)


def _check_card() -> dict[str, Any]:
    found = told()
    tone = "info" if found.ok is None else "success" if found.ok else "error"
    return card("書面の確認", "note", note(tone, found.text))


@require_GET
def numbers_export(request: HttpRequest, encoding: str) -> HttpResponseBase:
    """The same as CSV: a line a year, then a line for each number under which nothing left."""
    _require(request, "notices.view_verification")
    if encoding not in exports.ENCODINGS:
        raise Http404
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    response = StreamingHttpResponse(
        exports.lines(_csv_columns(), _csv_rows(), encoding), content_type=f"text/csv; charset={charset}"
    )
    response["Content-Disposition"] = f'attachment; filename="numbers-{clock.today():%Y%m%d}.csv"'
    return response


def _csv_columns() -> list[exports.Column]:
    names = [*COLUMNS, "欠番・取消しの通知番号", "区分と理由"]
    return [exports.Column(name, lambda row, place=place: row[place]) for place, name in enumerate(names)]  # type: ignore[misc]


def _csv_rows() -> list[list[Any]]:
    rows: list[list[Any]] = []
    for year in yearly():
        rows.append(
            [year.year, year.issued, year.dispatched, year.cancelled, year.void, year.waiting, year.known, "", ""]
        )
        gone = [(n, words) for state, words in GONE.items() for n in _gone(year.year, state)]
        rows += [[year.year, "", "", "", "", "", "", n.number, f"{words}：{n.closed_reason}"] for n, words in gone]
    return rows
