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


def content_of(
    kind: NoticeKind,
    subject: Any,
    customer: Customer,
    fields: Mapping[str, Any],
    planned: date,
    wording: Wording | None = None,
) -> LetterContent:
    """The words of a letter; `wording`: another than the one in force, for a preview. Raises CannotRender."""
    material = kind.material(subject, fields, planned)
    return fill(wording or kind.wording, replace(material, values={**common_values(customer), **material.values}))
