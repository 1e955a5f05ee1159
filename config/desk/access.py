"""The access log: log-ins stay out of the history of users."""

from typing import Any

from django.contrib.auth.models import update_last_login
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from config.desk.models import AccessLog


def connect() -> None:
    """Log instead of writing `last_login` into the user's row, which would add a history row at each log-in."""
    user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
    user_logged_in.connect(_logged_in, dispatch_uid="kiyaku.login")
    user_logged_out.connect(_logged_out, dispatch_uid="kiyaku.logout")
    user_login_failed.connect(_failed, dispatch_uid="kiyaku.login_failed")


def _log(event: str, user: str, request: Any) -> None:
    address = request.META.get("REMOTE_ADDR") if request is not None else None
    AccessLog.objects.create(event=event, user=user[:254], address=address or None)


def _logged_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    _log("login", user.get_username(), request)


def _logged_out(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    _log("logout", user.get_username() if user else "", request)


def _failed(sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    _log("failed", str(credentials.get("username", "")), request)
