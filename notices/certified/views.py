"""Downloads of 内容証明: the very bytes that were made; in training marked 研修, or not handed out at all."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from config.desk.pages import url_of
from notices.certified.models import CertifiedCopy


@require_GET
def paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """One of the papers of a letter."""
    if not request.user.has_perm("notices.view_notice"):
        raise PermissionDenied
    copy = get_object_or_404(CertifiedCopy.objects.select_related("notice"), notice_id=pk, paper=paper)
    printed, training = copy.paper == CertifiedCopy.Paper.PDF, settings.KIYAKU_MODE == "training"
    if training and not printed:
        messages.error(request, "研修用の画面では、e内容証明の文書ファイルを渡せません。印刷用のPDFで見てください。")
        return redirect(url_of(copy.notice))
    response = HttpResponse(_marked(bytes(copy.body)) if training else bytes(copy.body), content_type=copy.media_type)
    how = "inline" if printed else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{copy.notice.number}-naiyo.{copy.paper}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _marked(body: bytes) -> bytes:
    from notices.posting.marks import marked  # WeasyPrint takes long to load: only where it is used

    return marked(body, "training")
