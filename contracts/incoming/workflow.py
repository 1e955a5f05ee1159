"""What came in is entered, with its files, and linked to what it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Customer
from config.desk import numbers
from config.desk.refusal import Refused
from contracts.incoming import guess, storage
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming, StoredFile


def receive(
    row: None,
    *,
    by: Any,
    at: datetime,
    channel: str = "",
    received_at: datetime | None = None,
    summary: str = "",
    customer: Customer | None = None,
    about: Model | None = None,
    uploads: Sequence[Upload] = (),
) -> Incoming:
    """Enter it. The customer follows from what it is about; each file is kept by its hash, the same bytes once.

    What is left empty is what the files say of themselves; a mail's moment after `at` is its sender's wrong clock.
    """
    said = guess.of(uploads)
    entered = Incoming.objects.create(
        number=numbers.take("R", at), customer=customer or getattr(about, "customer", None), channel=channel or said.channel,
        received_at=received_at or min(said.received_at or at, at), summary=summary or said.summary, taken_by=by, subject=about,
    )  # fmt: skip
    for upload in uploads:
        _attach(entered, upload)
    return entered


def _attach(entered: Incoming, upload: Upload) -> None:
    sha256 = storage.keep(upload.data)
    if not entered.files.filter(sha256=sha256).exists():
        StoredFile.objects.create(
            incoming=entered, sha256=sha256, name=upload.name, media_type=upload.media_type, size=len(upload.data)
        )


def call_note(
    row: None, *, by: Any, at: datetime, summary: str, customer: Customer | None = None, about: Model | None = None
) -> Incoming:
    """A telephone call, now, taken by who writes it down."""
    return receive(
        None, by=by, at=at, channel=Incoming.Channel.PHONE, received_at=at, summary=summary, customer=customer, about=about
    )  # fmt: skip


def link(
    entered: Incoming,
    *,
    by: Any,
    at: datetime,
    reason: str,
    about: Model | None = None,
    customer: Customer | None = None,
) -> Incoming:
    """Say what it is about, or only whose it is; a former link stays in the history. It never moves to another customer."""
    whose = getattr(about, "customer", None) or customer
    if about is not None and entered.subject == about:
        raise Refused(f"すでに {entered.subject} に結び付いています。", instead="ほかの番号を入れてください。")
    if about is None and entered.customer == whose:
        raise Refused(f"すでに{whose}のものです。", instead="対象の番号を入れてください。")
    if entered.customer is not None and not (whose and entered.customer.is_party_of(whose)):
        raise Refused(
            f"{about or whose}は、{entered.customer.name}のものではありません。",
            instead="番号を確かめてください。利用者が違うときは、受信を登録し直してください。",
        )
    entered.subject, entered.customer, entered.put_aside_at = about or entered.subject, whose, None
    entered.save()
    return entered


def put_aside_why_not(entered: Incoming, *, by: Any, at: datetime) -> Refused | None:
    """Only what is nobody's; what is a customer's is answered in its own place."""
    if entered.customer is not None:
        return Refused(
            f"この受信は、{entered.customer.name}のものです。", instead="対象の案件や申込で対応してください。"
        )
    if entered.put_aside_at is not None:
        return Refused("すでに、対応しないことを記録しています。", instead="対象が分かったときは、結び付けてください。")
    return None


def put_aside(entered: Incoming, *, by: Any, at: datetime) -> Incoming:
    """Nothing is to be done about it: an advertisement, a wrong number. It can be linked later all the same."""
    entered.put_aside_at = at
    entered.save()
    return entered
