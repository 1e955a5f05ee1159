"""What files say of themselves: how they came, when, and what they are about. A guess that fills empty fields only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Any

from config.desk.press import EARLIEST_YEAR
from contracts.incoming.fields import Upload

MAIL = "message/rfc822"
_HEAD_BYTES = 64 * 1024
_LONGEST = 200
OLDEST = timedelta(days=7)  # what a sender's clock says is believed without a person
_TEXT = ("text/plain", "text/csv")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """`received_at` None: the file does not say."""

    channel: str = ""
    received_at: datetime | None = None
    summary: str = ""


def of(uploads: Sequence[Upload]) -> Guess:
    """A mail speaks for all; else the first file: a scan is a letter, a text is a log. Nothing for no file."""
    if not uploads:
        return Guess()
    mail = next((upload for upload in uploads if upload.media_type == MAIL), None)
    if mail is not None:
        return _of_mail(mail)
    first = uploads[0]
    return Guess(channel="log" if first.media_type in _TEXT else "letter", summary=first.name)


def _of_mail(upload: Upload) -> Guess:
    head: Message[Any, Any] = BytesHeaderParser(policy=policy.compat32).parsebytes(upload.data[:_HEAD_BYTES])
    return Guess(channel="email", received_at=_arrived(head), summary=_subject(upload) or upload.name)


def _arrived(head: "Message[Any, Any]") -> datetime | None:
    """The Date, which is its sender's word; never before our own server took it, which is the first `Received:` of the file
    (each server writes above the others: RFC 5321, 4.4)."""
    said = _moment(str(head["Date"] or ""))
    hops = (_moment(str(hop).rpartition(";")[2].strip()) for hop in head.get_all("Received", []))
    taken = next((hop for hop in hops if hop is not None), None)
    return max(said, taken) if said and taken else taken or said


def too_old(uploads: Sequence[Upload], at: datetime) -> bool:
    """Whether the files say a moment so long before `at` that a person has to say when they came."""
    said = of(uploads).received_at
    return said is not None and at - said > OLDEST


def _moment(text: str) -> datetime | None:
    """The Date header; one that names no zone (-0000) is meant as UTC (RFC 5322, 3.3). None for what is no date."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.year < EARLIEST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _subject(upload: Upload) -> str:
    """Decoded (RFC 2047) and in one line; nothing for what cannot be read."""
    head = BytesHeaderParser(policy=policy.default).parsebytes(upload.data[:_HEAD_BYTES])
    plain = "".join(c if c.isprintable() else " " for c in str(head["Subject"] or ""))
    return "" if "\ufffd" in plain else " ".join(plain.split())[:_LONGEST]
