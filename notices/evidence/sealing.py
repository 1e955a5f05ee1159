"""Sealing: each frozen row gets a digest over its parts and the seal before it, soon after it was frozen, by the worker.

Whoever changes bytes and their hash together breaks the seal; whoever makes the seal anew breaks the chain. The chain has a
lock of its own, the last of all (its row of Counter), so that no pump waits for it and numbers stay free of gaps.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from config.desk import clock
from config.desk.models import Counter
from config.desk.step import step
from notices.evidence.models import Seal
from notices.models import LetterContent, Notice

AT_ONCE = 50
LOOK_BACK = 1000  # a row with a lower key may be committed later than one with a higher; never by so many


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of frozen rows: how a row is named, and the texts or bytes that its seal covers, under Japanese names."""

    key: str
    model: type[models.Model]
    number: Callable[[Any], str]
    parts: Callable[[Any], dict[str, Any]]
    related: tuple[str, ...] = ()
    ready: Callable[[Any], Any] = lambda rows: rows  # which rows may be sealed


_sources: dict[str, Source] = {}


def source(one: Source) -> None:
    """A sub-package names its frozen rows; the same key twice raises ValueError."""
    if one.key in _sources:
        raise ValueError(f"sealed rows {one.key} registered twice")
    _sources[one.key] = one


def sources() -> list[Source]:
    """All, in the order of registration."""
    return list(_sources.values())


def sha256(value: Any) -> str:
    """Of bytes as they are, of a text in UTF-8, of anything else as canonical JSON."""
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def hashed(one: Source, row: Any) -> dict[str, str]:
    """The SHA-256 of each part of a row."""
    return {name: sha256(value) for name, value in one.parts(row).items()}


def digest_of(seal: Seal) -> str:
    """What the seal's digest must be, by all that it says."""
    return sha256([seal.position, seal.what, seal.row, seal.number, seal.parts, seal.previous])


def seal_all() -> int:
    """Seal what is not sealed yet, in short steps; how many. Any number of workers may do it at once."""
    return sum(count for one in sources() for count in iter(lambda one=one: _seal_some(one), 0))  # type: ignore[misc]


def _seal_some(one: Source) -> int:
    with step("notices.seal", at=clock.now()):
        chain = _locked_chain()
        rows = list(_unsealed(one)[:AT_ONCE])
        previous = Seal.objects.filter(position=chain.last).values_list("digest", flat=True).first() or ""
        for row in rows:
            chain.last += 1
            previous = _seal(one, row, chain.last, previous)
        chain.save(update_fields=["last"])
    return len(rows)


def _locked_chain() -> Counter:
    Counter.objects.get_or_create(series="SEAL", year=0)
    return Counter.objects.select_for_update(of=("self",)).get(series="SEAL", year=0)


def _unsealed(one: Source) -> Any:
    sealed = Seal.objects.filter(what=one.key)
    newest = sealed.order_by("-row").values_list("row", flat=True).first() or 0
    rows = one.ready(one.model._default_manager.filter(pk__gt=newest - LOOK_BACK))
    return rows.filter(~Exists(sealed.filter(row=OuterRef("pk")))).select_related(*one.related).order_by("pk")


def _seal(one: Source, row: Any, position: int, previous: str) -> str:
    seal = Seal(
        position=position, what=one.key, row=row.pk, number=one.number(row), parts=hashed(one, row), previous=previous
    )
    seal.digest = digest_of(seal)
    seal.save(force_insert=True)
    return seal.digest


def last_seal() -> tuple[int, str]:
    """Place and digest of the newest seal; (0, "") before the first."""
    return Seal.objects.order_by("-position").values_list("position", "digest").first() or (0, "")


def chunks(rows: Iterator[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """Rows by the handful, so that memory stays flat."""
    held: list[Any] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


def _letter_parts(content: LetterContent) -> dict[str, Any]:
    return {
        "書面": bytes(content.body), "SHA-256の記録": content.sha256, "内容": content.letter, "文面": content.text, "組版": content.html,
        "形式": content.media_type, "根拠条項": content.clauses, "文面の版": content.wording_version, "確定日時": content.created_at.timestamp(),
    }  # fmt: skip


def _recorded(rows: Any) -> Any:
    """Of a letter that the application made: what was put into the tables past it has no history, and gets no seal."""
    return rows.filter(Exists(Notice.history.model.objects.filter(id=OuterRef("notice_id"))))


def register_all() -> None:
    """Called once, when the engine starts."""
    source(
        Source(
            key="letter",
            model=LetterContent,
            number=lambda c: c.notice.number,
            parts=_letter_parts,
            related=("notice",),
            ready=_recorded,
        )
    )
