"""Sending one e-mail through Django's e-mail API; the way in which it can fail decides what may be tried again."""

import smtplib
from contextlib import suppress
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notices.models import Delivery, LetterContent
from notices.rendering.content import SECRET_PLACEHOLDER


class NothingLeft(Exception):
    """The server refused, or could not be reached: nothing left, so it may be tried again. The message is for staff."""


class Unclear(Exception):
    """The connection broke while the message was under way: nobody knows; a person resolves it."""


refuse_next: set[int] = set()  # letters whose next sending a story lets the server refuse


def new_message_id() -> str:
    """An identifier that is kept before the sending, so that the server's log can be compared with ours."""
    return make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2])


def send(delivery: Delivery, content: LetterContent, secret: str) -> None:
    """Hand the message to the mail server. Raises NothingLeft or Unclear."""
    if delivery.notice_id in refuse_next:
        refuse_next.discard(delivery.notice_id)
        raise NothingLeft("受信サーバーが受け付けませんでした（550）。")
    connection = get_connection()
    try:
        _open(connection)
        _message(delivery, content, secret, connection).send()
    except smtplib.SMTPRecipientsRefused as refused:
        raise NothingLeft(f"受信サーバーが宛先を受け付けませんでした（{_codes(refused)}）。") from refused
    except smtplib.SMTPResponseException as refused:
        raise NothingLeft(f"メールサーバーが受け付けませんでした（{refused.smtp_code}）。") from refused
    except smtplib.SMTPNotSupportedError as refused:
        raise NothingLeft("メールサーバーが、この宛先の書き方を扱えません。") from refused
    except (smtplib.SMTPException, OSError) as broken:
        raise Unclear("送信の途中で、メールサーバーとの接続が切れました。") from broken
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the answer was given: how the line is closed changes nothing
            connection.close()


def _open(connection: Any) -> None:
    """Before the connection stands nothing can have left, whatever is in the way: no route, no name, no listener."""
    try:
        connection.open()
    except smtplib.SMTPResponseException:
        raise
    except (smtplib.SMTPException, OSError) as unreachable:
        raise NothingLeft("メールサーバーにつながりませんでした。") from unreachable


def _codes(refused: smtplib.SMTPRecipientsRefused) -> str:
    return "・".join(sorted({str(code) for code, _ in refused.recipients.values()}))


def _message(delivery: Delivery, content: LetterContent, secret: str, connection: Any) -> EmailMessage:
    body = content.text.replace(SECRET_PLACEHOLDER, secret) if secret else content.text
    return EmailMessage(
        subject=content.letter["content"].get("subject_line") or content.letter["content"]["title"],
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.address["email"]],
        reply_to=[settings.SENDER["email"]],
        headers={"Message-ID": delivery.message_id, "X-Kiyaku-Notice": delivery.notice.number or ""},
        connection=connection,
    )
