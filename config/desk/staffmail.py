"""A plain e-mail to staff, through Django's e-mail API. Never inside a transaction; in training nothing leaves."""

import smtplib
from collections.abc import Sequence
from contextlib import suppress
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection


class NothingLeft(Exception):
    """Refused or not reached: nothing left, so it may be tried again. The message is for staff."""


def new_message_id() -> str:
    """An identifier that is kept before the sending."""
    return make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">"))


def send(to: Sequence[str], subject: str, body: str, message_id: str) -> None:
    """Hand it to the mail server. Raises NothingLeft; whatever else it raises, nobody knows whether it left."""
    connection = get_connection()
    try:
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as unreachable:
            raise NothingLeft("メールサーバーにつながりませんでした。") from unreachable
        message = EmailMessage(
            subject=subject, body=body, from_email=settings.DEFAULT_FROM_EMAIL, to=list(to),
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"}, connection=connection,
        )  # fmt: skip
        try:
            message.send()
        except smtplib.SMTPResponseException as refused:
            raise NothingLeft(f"メールサーバーが受け付けませんでした（{refused.smtp_code}）。") from refused
        except smtplib.SMTPRecipientsRefused as refused:
            raise NothingLeft("メールサーバーが宛先を受け付けませんでした。") from refused
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()
