"""The blocks of a letter in reading order, as lines of clean text: what the PDF, the preview and the e-mail share."""

import re
import unicodedata
from dataclasses import dataclass

from notices.rendering.content import (
    SECRET_PLACEHOLDER,
    Addressee,
    CannotRender,
    Letter,
    LetterContent,
    Sender,
    one_line,
    split_lines,
)
from notices.rendering.honorifics import bare, for_name, for_person, for_place, spell_out
from notices.rendering.years import day_in

_SALUTATION = "拝啓"


@dataclass(frozen=True, kw_only=True)
class NumberedItem:
    """One point below 記, numbered from 1."""

    number: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """A letter, block by block; `paragraphs` begin with the salutation where the letter has one."""

    number: str
    dated: str
    addressee: tuple[str, ...]
    sender: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    salutes: bool
    items: tuple[NumberedItem, ...]


def letter_blocks(letter: Letter, secret: str | None = None) -> Blocks:
    """Lay the letter out in blocks.

    Raises CannotRender when a secret is given and no line waits for it: the letter would leave without it.
    """
    content = letter.content
    return Blocks(
        number=letter.shown_number,
        dated=day_in(letter.dated, letter.years),
        addressee=addressee_lines(letter.addressee),
        sender=sender_lines(letter.sender),
        title=one_line(content.title),
        paragraphs=_paragraphs(content),
        salutes=content.salutes,
        items=_fill(_items(content), content, secret),
    )


def addressee_lines(addressee: Addressee) -> tuple[str, ...]:
    """Postal code, address, name, department and person, with exactly one honorific, not yet wrapped."""
    return (*place_lines(addressee), *name_lines(addressee))


def place_lines(addressee: Addressee) -> tuple[str, ...]:
    """Postal code, then the address in the lines in which it is kept."""
    return _filled(_postal(addressee.postal_code), *split_lines((spell_out(addressee.address),)))


def name_lines(addressee: Addressee) -> tuple[str, ...]:
    """Name, department, person. Only the last carries an honorific, whatever was registered with the others."""
    name, department, contact = (
        spell_out(one_line(text)) for text in (addressee.name, addressee.department, addressee.contact)
    )
    if contact:
        return _filled(bare(name), "　".join(_filled(bare(department), bare(contact), for_person(contact))))
    if department:
        return (bare(name), f"{bare(department)}　{for_place(department)}")
    return (f"{bare(name)}　{for_name(name, addressee.honorific)}",)


def sender_lines(sender: Sender) -> tuple[str, ...]:
    """Postal code, address, company, department and person, telephone, not yet wrapped."""
    phone = one_line(sender.phone)
    person = "　".join(_filled(one_line(sender.department), one_line(sender.person)))
    return _filled(
        _postal(sender.postal_code),
        *split_lines((sender.address,)),
        one_line(sender.company),
        person,
        f"電話 {phone}" if phone else "",
    )


def _postal(code: str) -> str:
    given = unicodedata.normalize("NFKC", one_line(code)).removeprefix("〒")
    digits = re.sub(r"\D", "", given)
    return f"〒{digits[:3]}-{digits[3:]}" if len(digits) == 7 else f"〒{given}" if given else ""


def _filled(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line.strip())


def _paragraphs(content: LetterContent) -> tuple[str, ...]:
    body = split_lines(content.paragraphs)
    if not content.salutes:
        return (*split_lines((content.opening,)), *body)
    opening = one_line(content.opening).removeprefix(_SALUTATION).lstrip()
    return (f"{_SALUTATION}　{opening}", *body)


def _items(content: LetterContent) -> tuple[NumberedItem, ...]:
    return tuple(
        NumberedItem(number=str(place), label=one_line(item.label), lines=split_lines(item.lines))
        for place, item in enumerate(content.items, start=1)
    )


def _fill(items: tuple[NumberedItem, ...], content: LetterContent, secret: str | None) -> tuple[NumberedItem, ...]:
    if secret is None:
        return items
    waiting = any(SECRET_PLACEHOLDER in line for item in items for line in item.lines)
    if not (content.secret_label and waiting):
        raise CannotRender("この通知書には、別に保管した値を入れる行がありません。ひな型を確かめてください。")
    return tuple(
        NumberedItem(
            number=item.number,
            label=item.label,
            lines=tuple(line.replace(SECRET_PLACEHOLDER, secret) for line in item.lines),
        )
        for item in items
    )
