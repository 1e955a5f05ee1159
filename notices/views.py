"""The frozen letter as a download, and what is to be posted, to be ticked for a print run."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from config.desk.jst import jday, jshort
from config.desk.pages import url_of, verb_url
from notices.engine import label
from notices.models import Delivery, LetterContent
from notices.posting.admin import run_chip
from notices.posting.models import PrintRun
from notices.posting.querysets import free


@require_GET
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter's exact bytes, as they were fixed: a password stands there as a placeholder."""
    if not request.user.has_perm("notices.view_notice"):
        raise PermissionDenied
    content = get_object_or_404(LetterContent, notice_id=pk)
    response = HttpResponse(bytes(content.body), content_type=content.media_type)
    suffix = "pdf" if "pdf" in content.media_type else "txt"
    response["Content-Disposition"] = f'inline; filename="{content.notice.number}.{suffix}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def print_page(request: HttpRequest) -> HttpResponse:
    """What is to be posted, to be ticked for a print run."""
    if not request.user.has_perm("desk.notices.mark_posted"):
        raise PermissionDenied
    waiting = list(free().select_related("notice__customer")[:MOST_SHOWN])
    context = admin.site.each_context(request) | {
        "title": "印刷する通知を選ぶ", "rows": [(d.notice.number, _line(d)) for d in waiting], "count": free().count(),
        "open_url": verb_url("notices.open_print_run"), "runs": [_run(r) for r in PrintRun.objects.unfinished().select_related("made_by")],
    }  # fmt: skip
    return TemplateResponse(request, "notices/print.html", context)


MOST_SHOWN = 500


def _run(run: PrintRun) -> list[dict[str, object]]:
    named: dict[str, object] = {"text": run.number, "url": url_of(run), "strong": True}
    return [named, {"chip": run_chip(run), "text": ""}, {"text": str(run.made_by), "sub": jshort(run.made_at)}]


def _line(delivery: Delivery) -> list[dict[str, object] | str]:
    notice = delivery.notice
    printed = f"{jday(delivery.printed_at)} 印刷済" if delivery.printed_at else "未印刷"
    return [
        {"text": str(notice), "url": url_of(notice), "strong": True, "sub": label(notice.kind)}, str(notice.customer), delivery.to,
        jday(notice.planned_dispatch_on), printed, {"text": "差出しを記録する", "url": verb_url("notices.mark_posted", notice)},
    ]  # fmt: skip
