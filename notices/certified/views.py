"""Downloads of 内容証明: the very bytes that were made."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from notices.certified.models import CertifiedCopy


@require_GET
def paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """One of the papers of a letter."""
    if not request.user.has_perm("notices.view_notice"):
        raise PermissionDenied
    copy = get_object_or_404(CertifiedCopy.objects.select_related("notice"), notice_id=pk, paper=paper)
    response = HttpResponse(bytes(copy.body), content_type=copy.media_type)
    how = "inline" if copy.paper == CertifiedCopy.Paper.PDF else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{copy.notice.number}-naiyo.{copy.paper}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
