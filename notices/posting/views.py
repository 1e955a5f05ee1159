"""Downloads of a run: the PDF for the printer, the letters printed once more, the address list, the slip. GET writes nothing."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from config.desk import clock
from config.desk.exports import ENCODINGS
from config.desk.pages import url_of
from contracts.incoming import storage
from notices.posting import lists, machine
from notices.posting.models import PrintRun
from notices.rendering.content import CannotRender

CANCELLED = "取り消された通知が、PDFに入ったままです（第4条第1項）。「PDFを作り直す」を押し、できてから、ダウンロードしてください。"
MAY_PRINT = "desk.notices.mark_run_posted"


def _run(request: HttpRequest, pk: int, permission: str) -> PrintRun:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return get_object_or_404(PrintRun, pk=pk)


@require_safe
def run_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The merged PDF: as it was kept, or made for this download where it carries a secret."""
    run = _run(request, pk, MAY_PRINT)
    if run.printed_at is None or run.state == PrintRun.State.FROZEN:
        return _not_yet(request, run, "PDFは、まだできていません。")
    if run.state == PrintRun.State.PRINTED and run.letters.held_though_cancelled().exists():
        return _not_yet(request, run, CANCELLED)
    if run.carries_secrets:
        return _made(request, run, machine.render_run, run.number)
    body = storage.kept(run.file_sha256)
    if body is None:
        return _not_yet(
            request, run, "PDFが失われたか、作ったときの内容と違います。「PDFを作り直す」を押してください。"
        )
    return _pdf(body, run.number)


@require_safe
def run_reprints(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters that are printed once more, each marked 再発行."""
    run = _run(request, pk, MAY_PRINT)
    if run.printed_at is None or not run.letters.printed_once_more().exists():
        return _not_yet(request, run, "再発行する通知がありません。")
    return _made(request, run, machine.render_reprints, f"{run.number}-reprint")


@require_safe
def run_list(request: HttpRequest, pk: int, encoding: str) -> HttpResponseBase:
    """The address list."""
    run = _run(request, pk, "notices.view_printrun")
    if encoding not in ENCODINGS:
        raise Http404
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    response = StreamingHttpResponse(lists.address_list(run, encoding), content_type=f"text/csv; charset={charset}")
    response["Content-Disposition"] = f'attachment; filename="{run.number}.csv"'
    return response


@require_safe
def run_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """差出票, for the day on which the letters were handed in, or today."""
    from notices.posting.slip import slip_pdf  # WeasyPrint takes long to load: only where it is used

    run = _run(request, pk, "notices.view_printrun")
    posted = (
        run.letters.filter(posted_at__isnull=False).order_by("posted_at").values_list("posted_at", flat=True).first()
    )
    day = clock.jst_day(posted or clock.now())
    return _made(request, run, lambda of: slip_pdf(of, day), f"{run.number}-slip")


def _made(request: HttpRequest, run: PrintRun, make: Callable[[PrintRun], bytes], name: str) -> HttpResponse:
    """Made for this answer and kept nowhere."""
    try:
        response = _pdf(make(run), name)
    except CannotRender as refused:
        return _not_yet(request, run, str(refused))
    except ValueError:
        return _not_yet(request, run, "この印刷に、印刷する通知がありません。")
    response["Cache-Control"] = "no-store"
    return response


def _pdf(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _not_yet(request: HttpRequest, run: PrintRun, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect(url_of(run))
