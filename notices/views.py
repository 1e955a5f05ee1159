"""Downloads: the frozen letter, and the merged print of what is to be posted."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from config.desk.jst import jday
from config.desk.pages import url_of, verb_url
from notices import printing
from notices.engine import label
from notices.models import Delivery, LetterContent


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
    """GET shows what is to be posted; POST makes the merged PDF and remembers that it was printed."""
    if not request.user.has_perm("desk.notices.mark_posted"):
        raise PermissionDenied
    if request.method == "POST":
        return _print(request)
    waiting = Delivery.objects.to_post().select_related("notice__customer")[:500]
    context = admin.site.each_context(request) | {
        "title": "郵送分の印刷",
        "rows": [_line(d) for d in waiting],
        "training": _training(),
    }
    return TemplateResponse(request, "notices/print.html", context)


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
    chosen = list(Delivery.objects.to_post().select_related("notice__content", "notice__customer")[:500])
    if not chosen:
        messages.warning(
            request, "印刷する通知がありません。" + (f"{renewed}通は日付を改めて作り直しました。" if renewed else "")
        )
        return redirect("notices:print")
    body = printing.merged(chosen)
    printing.mark_printed(chosen)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="print.pdf"'
    return response
