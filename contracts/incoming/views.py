"""The download of a file that came in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from config.desk.pages import url_of
from contracts.incoming import storage
from contracts.incoming.models import StoredFile


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The very bytes that came in, never opened in our own pages; what is no longer the same is not handed out."""
    if not request.user.has_perm("incoming.view_storedfile"):
        raise PermissionDenied
    file = get_object_or_404(StoredFile.objects.select_related("incoming"), pk=pk)
    data = storage.kept(file.sha256)
    if data is None:
        messages.error(
            request,
            f"「{file.name}」は、失われたか、受け取ったときの内容と違います。システムの担当者に知らせてください。",
        )
        return redirect(url_of(file.incoming))
    response = HttpResponse(data, content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
