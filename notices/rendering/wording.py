"""Wording as data: a letter's text with {placeholders}, filled from what the kind knows of one case. Pure.

A kind ships a default `Wording` and names its `Slot`s; `legal` may put another wording in force from a day. Whatever the
wording, only `Material` of the kind goes in: a value is never read as a placeholder again.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from notices.rendering.content import CannotRender, LetterContent, LetterItem

_PLACE = re.compile(r"\{([^{}\n]+)\}")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One placeholder: its name between the braces, what stands there, and whether every wording must carry it."""

    name: str
    help: str
    mandatory: bool = False


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The parts of a letter, each with placeholders. A line that is one placeholder alone takes all its lines, or none."""

    title: str
    opening: str = ""
    paragraphs: tuple[str, ...]
    items: tuple[LetterItem, ...] = ()
    subject_line: str = ""
    formal: bool = True

    def as_json(self) -> dict[str, Any]:
        """Plain values that `wording_from_json` reads back unchanged."""
        return asdict(self)

    def texts(self) -> tuple[str, ...]:
        """Every text of it, in reading order."""
        lines = (text for item in self.items for text in (item.label, *item.lines))
        return (self.title, self.subject_line, self.opening, *self.paragraphs, *lines)


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a kind knows of one case: a value for each of its slots, and what no wording can change.

    `clauses`, `communicated_on`, `secret_label`: as in `LetterContent`.
    """

    values: Mapping[str, str | tuple[str, ...]]
    clauses: tuple[str, ...] = ()
    communicated_on: date | None = None
    secret_label: str = ""
    added: tuple[str, ...] = field(default=())  # stock paragraphs and a free one, after the others


def wording_from_json(data: Mapping[str, Any]) -> Wording:
    """Read what `Wording.as_json` wrote."""
    items = tuple(LetterItem(label=item["label"], lines=tuple(item["lines"])) for item in data["items"])
    return Wording(**{**data, "paragraphs": tuple(data["paragraphs"]), "items": items})


def placeholders(text: str) -> tuple[str, ...]:
    """The names between braces, each once, in their order."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def fill(wording: Wording, material: Material) -> LetterContent:
    """The words of one letter. Raises CannotRender where a placeholder has no value: the letter would leave with a gap."""
    values = material.values
    items = (LetterItem(label=_inline(i.label, values), lines=fill_lines(i.lines, values)) for i in wording.items)
    return LetterContent(
        title=_inline(wording.title, values),
        subject_line=_inline(wording.subject_line, values),
        opening=_inline(wording.opening, values),
        paragraphs=(*fill_lines(wording.paragraphs, values), *material.added),
        items=tuple(item for item in items if item.lines),
        clauses=material.clauses,
        communicated_on=material.communicated_on,
        formal=wording.formal,
        secret_label=material.secret_label,
    )


def fill_lines(lines: tuple[str, ...], values: Mapping[str, str | tuple[str, ...]]) -> tuple[str, ...]:
    """Lines with their placeholders filled; empty ones are left out. Raises CannotRender as `fill` does."""
    filled: list[str] = []
    for line in lines:
        alone = _PLACE.fullmatch(line.strip())
        value = _value(alone.group(1), values) if alone else _inline(line, values)
        filled += [value] if isinstance(value, str) else value
    return tuple(line for line in filled if line.strip())


def _inline(text: str, values: Mapping[str, str | tuple[str, ...]]) -> str:
    def put(found: re.Match[str]) -> str:
        value = _value(found.group(1), values)
        return value if isinstance(value, str) else "、".join(value)

    return _PLACE.sub(put, text)


def _value(name: str, values: Mapping[str, str | tuple[str, ...]]) -> str | tuple[str, ...]:
    if name not in values:
        raise CannotRender(
            f"文面に、この通知では使えない差込み「{{{name}}}」があります。法務の担当者が文面を直してください。"
        )
    return values[name]
