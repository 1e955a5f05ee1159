"""違反の概況, seen and written out. GET only: it writes nothing."""

from collections.abc import Iterator
from datetime import date
from operator import itemgetter
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from config.desk import clock
from config.desk.exports import ENCODINGS, Column, lines
from config.desk.pages import list_url
from contracts.violations import figures
from contracts.violations.filters import month_of
from contracts.violations.models import Violation
from contracts.violations.months_chart import months_chart
from contracts.violations.overview import MONTHS, Figure, Overview, overview

Row = tuple[str, str, str]
COLUMNS = [Column("区分", itemgetter(0)), Column("項目", itemgetter(1)), Column("値", itemgetter(2))]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    _require(request)
    until = _until(request)
    seen = overview(until, clock.now())
    context = admin.site.each_context(request) | {
        "title": "違反の概況", "overview": seen, "chart": months_chart(seen.months), "list_url": list_url(Violation),
        "exports": _exports(until), "shifts": _shifts(until), "now": clock.now(),
    }  # fmt: skip
    return TemplateResponse(request, "violations/overview.html", context)


@require_safe
def export(request: HttpRequest, encoding: str) -> StreamingHttpResponse:
    """The same figures as CSV."""
    _require(request)
    if encoding not in ENCODINGS:
        raise Http404
    seen = overview(_until(request), clock.now())
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    content = lines(COLUMNS, rows_of(seen), encoding)
    response = StreamingHttpResponse(content, content_type=f"text/csv; charset={charset}")
    response["Content-Disposition"] = f'attachment; filename="violations-overview-{clock.today():%Y%m%d}.csv"'
    return response


def rows_of(seen: Overview) -> Iterator[Row]:
    """Every figure of the page: group, label, value."""
    yield "期間", "登録した日", f"{seen.first.isoformat()}～{seen.last.isoformat()}"
    yield from _rows("合計", [seen.open_now, seen.opened])
    yield from _rows("是正の結果", [seen.cure.in_time, seen.cure.late])
    yield "是正の結果", "期間内に是正された割合（%）", "" if seen.cure.percent is None else str(seen.cure.percent)
    yield "是正の結果", "是正までの日数（中央値）", seen.cure.days
    yield from _rows("条項", seen.clauses)
    yield from _rows("状態", seen.states)
    yield from _rows("是正期限まで", seen.left)
    for month in seen.months:
        yield from _rows(month.label, month.parts)


def _rows(group: str, rows: Any) -> Iterator[Row]:
    figure: Figure
    for figure in rows:
        yield group, figure.label, str(figure.count)


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("violations.view_violation"):
        raise PermissionDenied


def _until(request: HttpRequest) -> date:
    """The last month shown: of the address, else this one."""
    return month_of(request.GET.get("until")) or clock.today()


def _exports(until: date) -> list[dict[str, str]]:
    query = urlencode({"until": f"{until:%Y-%m}"})
    return [
        {"label": label, "url": f"{reverse('violations:overview_export', args=[key])}?{query}"}
        for key, label in ENCODINGS.items()
    ]


def _shifts(until: date) -> list[dict[str, str]]:
    """Twelve months back, and forward where that is not the future."""
    first = until.replace(day=1)
    back, forth = figures.month_after(first, -MONTHS), figures.month_after(first, MONTHS)
    shown = [("前の12か月", back)] + ([("次の12か月", forth)] if first < clock.today().replace(day=1) else [])
    return [{"label": label, "url": f"?until={min(m, clock.today()):%Y-%m}"} for label, m in shown]
