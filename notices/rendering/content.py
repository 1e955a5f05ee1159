"""What a letter says, apart from how it looks: frozen values that kinds build and the outbox can store as JSON."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from notices.rendering.years import Years

SECRET_PLACEHOLDER = "〔別に保管〕"
NUMBER_PENDING = "（確定時に採番）"

Honorific = Literal["御中", "様"]

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_INVISIBLE = re.compile(rf"[{_CONTROLS}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_NEWLINE = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_MARKED = re.compile(r".[\u0300-\u036f\u3099\u309a]+")


class CannotRender(Exception):
    """This letter cannot be set as it stands; the message (Japanese) says what is in the way and is shown to staff."""


@dataclass(frozen=True, kw_only=True)
class LetterItem:
    """One numbered point below 記: a short label and its lines, each set on a line of its own."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LetterContent:
    """The words of one letter.

    `communicated_on` is the last day (JST) that the letter names as a deadline. `clauses` are the clauses it rests on
    ("23(1)"), stored with the letter, not printed by the renderer. `secret_label` marks a letter one of whose lines
    holds SECRET_PLACEHOLDER: the value is filled in only for the bytes that are sent or printed, never for those kept.
    `wording_version` is what the words were taken from (標準, 第2版), kept with the letter, not printed.
    """

    title: str
    opening: str = ""
    paragraphs: tuple[str, ...]
    items: tuple[LetterItem, ...] = ()
    clauses: tuple[str, ...] = ()
    communicated_on: date | None = None
    subject_line: str = ""
    formal: bool = True
    secret_label: str = ""
    wording_version: str = ""

    @property
    def salutes(self) -> bool:
        """Whether the pair 拝啓 … 敬具 stands: never one without the other."""
        return self.formal and bool(self.opening.strip())

    @property
    def subject(self) -> str:
        """Subject of the e-mail: one line, the title where the kind gives none."""
        return one_line(self.subject_line) or one_line(self.title)

    def as_json(self) -> dict[str, Any]:
        """Plain values that `content_from_json` reads back unchanged."""
        day = self.communicated_on
        return {**asdict(self), "communicated_on": day.isoformat() if day else None}


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Where the letter goes. `honorific` is for the name; with a contact person only that person has one (様)."""

    postal_code: str
    address: str
    name: str
    honorific: Honorific
    contact: str = ""
    department: str = ""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: the provider, the person answerable, and the name of the service."""

    company: str
    postal_code: str
    address: str
    department: str
    person: str
    phone: str
    email: str
    service: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter ready to be set. `number` is None until it is final; `dated` is a JST day."""

    number: str | None
    dated: date
    addressee: Addressee
    sender: Sender
    content: LetterContent
    years: Years = "西暦"
    envelope: str = "naga3"  # notices/envelopes/shapes.py
    barcode: bool = False

    @property
    def shown_number(self) -> str:
        """The public number, or the words that stand for it until it is taken."""
        return self.number or NUMBER_PENDING

    def as_json(self) -> dict[str, Any]:
        """Plain values that `letter_from_json` reads back unchanged."""
        return {
            "number": self.number,
            "dated": self.dated.isoformat(),
            "addressee": asdict(self.addressee),
            "sender": asdict(self.sender),
            "content": self.content.as_json(),
            "years": self.years,
            "envelope": self.envelope,
            "barcode": self.barcode,
        }


def content_from_json(data: dict[str, Any]) -> LetterContent:
    """Read what `LetterContent.as_json` wrote, also after a trip through a JSON column (lists for tuples)."""
    day = data["communicated_on"]
    return LetterContent(
        **{
            **data,
            "paragraphs": tuple(data["paragraphs"]),
            "items": tuple(LetterItem(label=item["label"], lines=tuple(item["lines"])) for item in data["items"]),
            "clauses": tuple(data["clauses"]),
            "communicated_on": date.fromisoformat(day) if day else None,
        }
    )


def letter_from_json(data: dict[str, Any]) -> Letter:
    """Read what `Letter.as_json` wrote."""
    return Letter(
        number=data["number"],
        dated=date.fromisoformat(data["dated"]),
        addressee=Addressee(**data["addressee"]),
        sender=Sender(**data["sender"]),
        content=content_from_json(data["content"]),
        years=data.get("years", "西暦"),  # letters that were fixed before there was a choice
        envelope=data.get("envelope", "naga3"),
        barcode=data.get("barcode", False),
    )


def clean(text: str) -> str:
    """Drop what nobody can see on paper (zero-width and direction marks, controls) and join loose marks (か + ゙ → が).

    Not NFC over the whole text: that would change the characters of names (神 U+FA19 → 神 U+795E).
    """
    visible = _INVISIBLE.sub("", _NEWLINE.sub("\n", text)).replace("\t", "　")
    return _MARKED.sub(lambda found: unicodedata.normalize("NFC", found.group()), visible)


def one_line(text: str) -> str:
    """`clean`, with line breaks as spaces: for names, titles and subjects."""
    return " ".join(clean(text).split("\n")).strip()


def split_lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Every line of every text, cleaned, empty ones dropped: staff press Enter in text areas."""
    return tuple(line.rstrip() for text in texts for line in clean(text).split("\n") if line.strip())
