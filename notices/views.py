"""Downloads: the frozen letter, and the merged print of what is to be posted."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from config.desk.jst import jday, jshort
from config.desk.pages import url_of, verb_url
from notices import printing
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


def print_page(request: HttpRequest) -> HttpResponse:
    """GET shows what is to be posted, to be ticked for a print run; POST makes a merged PDF at once, without a run."""
    if not request.user.has_perm("desk.notices.mark_posted"):
        raise PermissionDenied
    if request.method == "POST":
        return _print(request)
    waiting = list(free().select_related("notice__customer")[:MOST_SHOWN])
    context = admin.site.each_context(request) | {
        "title": "印刷する通知を選ぶ", "rows": [(d.notice.number, _line(d)) for d in waiting], "count": free().count(), "training": _training(),
        "open_url": verb_url("notices.open_print_run"), "runs": [_run(r) for r in PrintRun.objects.unfinished().select_related("made_by")],
    }  # fmt: skip
    return TemplateResponse(request, "notices/print.html", context)


MOST_SHOWN = 500


def _run(run: PrintRun) -> list[dict[str, object]]:
    named: dict[str, object] = {"text": run.number, "url": url_of(run), "strong": True}
    return [named, {"chip": run_chip(run), "text": ""}, {"text": str(run.made_by), "sub": jshort(run.made_at)}]


def _training() -> bool:
    return settings.KIYAKU_MODE == "training"


def _line(delivery: Delivery) -> list[dict[str, object] | str]:
    notice = delivery.notice
    printed = f"{jday(delivery.printed_at)} 印刷済" if delivery.printed_at else "未印刷"
    return [
        {"text": str(notice), "url": url_of(notice), "strong": True, "sub": label(notice.kind)}, str(notice.customer), delivery.to,
        jday(notice.planned_dispatch_on), printed, {"text": "差出しを記録する", "url": verb_url("notices.mark_posted", notice)},
    ]  # fmt: skip


def _print(request: HttpRequest) -> HttpResponse:
    if _training():
        messages.error(request, "研修用の画面では印刷できません。")
        return redirect("notices:print")
    renewed = printing.refresh_stale()
    chosen = list(free().select_related("notice__content", "notice__customer")[:MOST_SHOWN])
    if not chosen:
        messages.warning(
            request, "印刷する通知がありません。" + (f"{renewed}通は日付を改めて作り直しました。" if renewed else "")
        )
        return redirect("notices:print")
    body = printing.merged(chosen)
    printing.mark_printed(chosen)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="print.pdf"'
    response["Cache-Control"] = "no-store"  # it may hold initial passwords
    return response
