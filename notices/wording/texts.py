"""The words of one letter: the wording in force on its day, filled with what its kind knows of the case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings

from accounts.models import Customer
from notices.engine import NoticeKind
from notices.rendering.content import LetterContent
from notices.rendering.wording import Slot, Wording, fill
from notices.wording.choosing import added_paragraphs
from notices.wording.days import agreed
from notices.wording.models import SHIPPED, LetterTemplate, version_label

COMMON = (
    Slot(name="サービス名", help="当社のサービスの名前"),
    Slot(name="相手方", help="貴社・貴団体・貴殿のうち、利用者に合うもの"),
)


def common_values(customer: Customer) -> dict[str, str]:
    """What every letter may name."""
    return {"サービス名": settings.SENDER["service"], "相手方": customer.you}


def slots_of(kind: NoticeKind) -> tuple[Slot, ...]:
    """Every placeholder that a wording of this kind may hold."""
    return (*kind.slots, *COMMON)


def in_force(kind: NoticeKind, day: date) -> tuple[Wording, int]:
    """The wording that letters of this JST day use, and its version; where legal set none, the one that was shipped."""
    row = LetterTemplate.objects.in_force(kind.key, day)
    return (row.words, row.version or SHIPPED) if row else (kind.wording, SHIPPED)


def content_of(
    kind: NoticeKind,
    subject: Any,
    customer: Customer,
    fields: Mapping[str, Any],
    planned: date,
    wording: Wording | None = None,
) -> LetterContent:
    """The words of a letter with the version of its wording, read once; `wording`: another than the one in force, for a
    preview. Raises CannotRender."""
    with agreed():
        chosen, version = (wording, None) if wording else in_force(kind, planned)
        material = kind.material(subject, fields, planned)
        values = {**common_values(customer), **material.values}
        added = added_paragraphs(kind.key, fields, values) if kind.free_paragraph else ()
        content = fill(chosen, replace(material, values=values, added=(*material.added, *added)))
    return replace(content, wording_version=version_label(version) if version else "下書き")
