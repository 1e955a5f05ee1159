"""What a scanner or a spreadsheet brings: letter and tracking number on one line, in either order, or scanned one after the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.rules.identifiers import is_tracking_number, tidy_tracking_number

MOST_LINES = 500
_LETTER = re.compile(r"N-?([0-9]{4})-?([0-9]{6})(?![0-9])", re.IGNORECASE)
_CELLS = re.compile(r"[\t,、，;；|]")
_ABROAD = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
NO_LETTER = "通知番号がありません。N-2026-000001 の形で入れてください。"
NO_TRACKING = "追跡番号が読み取れません。11桁か12桁の数字を入れてください。"
TWO_LETTERS = "通知番号が二つあります。1行に1通ずつ入れてください。"
TWO_TRACKINGS = "追跡番号と読める番号が二つあります。1行に1通ずつ入れてください。"


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """One pair as read; `fault` says in Japanese why it is none. `text` is what was typed, to be mended."""

    text: str
    letter: str = ""
    tracking: str = ""
    fault: str = ""


def read(text: str) -> list[Scanned]:
    """Every line of the text, in its order; two lines that hold one half each make a pair. Empty lines are passed over."""
    return list(_paired([_line(line) for line in text.splitlines() if line.strip()][:MOST_LINES]))


def letter_in(text: str) -> str:
    """The number of the letter in what was scanned (the number itself, or an address that holds it); "" where there is none."""
    return next(iter(_letters(text)), "")


def _letters(text: str) -> list[str]:
    return [f"N-{year}-{count}" for year, count in _LETTER.findall(_spaced(text))]


def _paired(lines: list[Scanned]) -> Iterator[Scanned]:
    place = 0
    while place < len(lines):
        one = lines[place]
        other = lines[place + 1] if place + 1 < len(lines) else None
        if other is not None and _halves(one, other):
            yield Scanned(
                text=f"{one.text}\t{other.text}", letter=one.letter or other.letter, tracking=one.tracking or other.tracking
            )  # fmt: skip
            place += 1
        else:
            yield one
        place += 1


def _halves(one: Scanned, other: Scanned) -> bool:
    """A scanner ends every code with Enter, so that the two numbers of one letter stand on two lines."""
    held = (bool(one.letter), bool(one.tracking), bool(other.letter), bool(other.tracking))
    return held in ((True, False, False, True), (False, True, True, False)) and _whole(one) and _whole(other)


def _whole(half: Scanned) -> bool:
    return half.fault in (NO_LETTER, NO_TRACKING)


def _line(line: str) -> Scanned:
    cells = [cell for cell in _CELLS.split(line) if cell.strip()]
    letters = {letter for cell in cells for letter in _letters(cell)}
    found = _best([number for cell in cells for number in _numbers(cell)])
    letter, tracking = _only(letters), _only(found)
    fault = _fault(letters, found)
    return Scanned(text=line.strip(), letter=letter, tracking=tracking, fault=fault)


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _fault(letters: set[str], found: set[str]) -> str:
    if len(letters) > 1:
        return TWO_LETTERS
    if len(found) > 1:
        return TWO_TRACKINGS
    return NO_LETTER if not letters else NO_TRACKING if not found else ""


def _numbers(cell: str) -> Iterator[str]:
    """What may be a tracking number in a cell: the whole of it, else its words."""
    rest = _LETTER.sub(" ", _spaced(cell))
    whole = tidy_tracking_number(rest)
    words = [whole] if _looks_like(whole) else [tidy_tracking_number(word) for word in rest.split()]
    yield from (word for word in words if _looks_like(word))


def _spaced(cell: str) -> str:
    """Half width, with its spaces."""
    return " ".join(tidy_tracking_number(word) for word in cell.split())


def _looks_like(number: str) -> bool:
    digits = number.replace("-", "")
    return (digits.isdigit() and len(digits) in (11, 12)) or _ABROAD.fullmatch(digits) is not None


def _best(found: list[str]) -> set[str]:
    """A telephone number may look like one, too: where one of several has the right check digit, it is meant."""
    several = {number.replace("-", ""): number for number in found}
    right = {number for number in several.values() if is_tracking_number(number)}
    return right if len(several) > 1 and right else set(several.values())
