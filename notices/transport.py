"""Sending one e-mail through Django's e-mail API; the way in which it can fail decides what may be tried again."""

import logging
import smtplib
from contextlib import suppress
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import get_connection

from notices.mail.failures import NothingLeft as NothingLeft
from notices.mail.failures import Unclear as Unclear
from notices.mail.failures import told
from notices.mail.message import build
from notices.models import Delivery, LetterContent

log = logging.getLogger("kiyaku.mail")
refuse_next: set[int] = set()  # letters whose next sending a story lets the server refuse


def new_message_id() -> str:
    """An identifier that is kept before the sending, so that the server's log can be compared with ours."""
    return make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">"))


def send(delivery: Delivery, content: LetterContent, secret: str) -> str:
    """Hand the message to the mail server: the identifier that a mail service gave it (most servers give none: "").

    Raises NothingLeft or Unclear.
    """
    if delivery.notice_id in refuse_next:
        refuse_next.discard(delivery.notice_id)
        raise NothingLeft("受信サーバーが受け付けませんでした（550）。")
    connection, message = _made_ready(delivery, content, secret)
    try:
        _open(connection)
        taken = message.send()
    except Exception as failure:
        if meaning := told(failure):
            raise meaning from failure
        raise
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the answer was given: how the line is closed changes nothing
            connection.close()
    if taken == 0:
        raise NothingLeft("メールサーバーに渡されませんでした。")
    return service_id(message)


def _made_ready(delivery: Delivery, content: LetterContent, secret: str) -> tuple[Any, Any]:
    """Whatever fails here fails before anything can have left: a setting, or what the letter says."""
    try:
        connection = get_connection()
        return connection, build(delivery, content, secret, connection)
    except Exception as failure:
        log.exception("delivery %s cannot be made ready", delivery.pk)
        raise NothingLeft("メールを作れませんでした。メールの設定を、管理の担当者に確かめてください。") from failure


def service_id(message: Any) -> str:
    """The one identifier that the mail service gave; several (one a recipient) or none: "" """
    given = getattr(getattr(message, "anymail_status", None), "message_id", None)
    return str(given).strip("<>") if isinstance(given, str | int) else ""


def _open(connection: Any) -> None:
    """Before the connection stands nothing can have left, whatever is in the way: no route, no name, no listener."""
    try:
        connection.open()
    except smtplib.SMTPResponseException:
        raise
    except (smtplib.SMTPException, OSError) as unreachable:
        raise NothingLeft("メールサーバーにつながりませんでした。") from unreachable
