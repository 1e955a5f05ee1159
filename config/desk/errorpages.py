"""What is shown where nothing is done: no permission, no such page, a mistake of ours. In the usual frame where possible."""

import logging
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger("kiyaku.errorpages")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Menu, search and log-out for staff who are logged in; nothing for others."""
    user = getattr(request, "user", None)
    return admin.site.each_context(request) if user is not None and user.is_authenticated else {}


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role does not hold it."""
    return render(request, "403.html", frame(request), status=403)


def out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form that was opened before the last log-in (the CSRF token does not match)."""
    return render(request, "403.html", frame(request) | {"out_of_date": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return render(request, "404.html", frame(request), status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500. The frame reads the database, which may be what failed: then the page stands without it."""
    try:
        return render(request, "500.html", frame(request), status=500)
    except Exception:
        log.exception("the page of the failure failed, too")
        return HttpResponse(render_to_string("500.html"), status=500)
