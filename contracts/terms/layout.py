"""A text out of a PDF without its layout: one line, in which each character still knows its source line."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple


class Stream(NamedTuple):
    """The text as one line, with the source line of each character and the places where a source line began."""

    text: str
    lines: list[int]
    starts: frozenset[int]


FEW_LINES = 20  # of fewer, nobody can say whether they are padded or were broken after spaces

_PAGE_BREAK = re.compile("[\f\v\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\ufeff\u200b-\u200d\u2060\u00ad\x00]")
_PAGE_NUMBER = re.compile(r"[-–—－ ]*(?:[Pp]\.? ?)?(\d{1,3})(?: ?[/／] ?\d{1,3})?(?: ?ページ| ?頁)?[-–—－ ]*")
_AFTER_A_NUMBER = re.compile(r"(?!\d{1,2} ?[．.](?!\d))[\d条項号年月日時分ヶヵカか個つ名回円%％.．)）:：]")
_SPACED_OUT = re.compile(r"(?<!\S)\S(?: \S){5,}(?!\S)")


def unlaid(text: str) -> Stream:
    """Take the layout off a text: breaks, indents, padding, page numbers, and the spaces that Japanese does not use."""
    joined: list[tuple[str, int, bool]] = []
    for number, piece in _pieces(text):
        first = len(piece) - len(piece.lstrip())
        joined += [(character, number, place == first) for place, character in enumerate(piece)]
    characters = "".join(character for character, _, _ in joined)
    kept = [joined[place] for place in _places_to_keep(characters)]
    return Stream(
        "".join(character for character, _, _ in kept),
        [number for _, number, _ in kept] or [1],
        frozenset(place for place, (_, _, begins) in enumerate(kept) if begins),
    )


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """What each line holds, with its number; without page numbers, indents and the padding at the ends of lines."""
    lines = [_plain(line) for line in re.split("\r\n|\n|\r", text)]
    page_numbers = _page_number_lines(lines)
    filled = [line for line in lines if line.strip()]
    padded = len(filled) >= FEW_LINES and 2 * sum(line.endswith(" ") for line in filled) > len(filled)
    for number, line in enumerate(lines, start=1):
        if number not in page_numbers:
            for piece in _PAGE_BREAK.split(line):
                yield number, _trimmed(piece, padded)


def _plain(line: str) -> str:
    """Every space as ' '; nothing unseen; the radicals that PDF fonts put in the place of kanji as the kanji."""
    line = re.sub("[\u2e80-\u2fdf]", lambda found: unicodedata.normalize("NFKC", found[0]), _UNSEEN.sub("", line))
    return re.sub(r"[^\S\f\v\x1c-\x1e\x85\u2028\u2029]", " ", line)


def _trimmed(piece: str, padded: bool) -> str:
    """A single space at either edge may be one between words; more at the front are an indent."""
    if padded:
        piece = piece.removesuffix(" ")
    bare = piece.lstrip()
    return piece if len(piece) - len(bare) <= 1 else bare


def _page_number_lines(lines: list[str]) -> set[int]:
    """Lines that hold only a number, when all such lines count up one by one and no counter follows any of them."""
    found: list[tuple[int, int]] = []
    filled = [(number, line.replace("\f", "").strip()) for number, line in enumerate(lines, start=1)]
    filled = [(number, line) for number, line in filled if line]
    for (number, line), (_, following) in pairwise([*filled, (0, "")]):
        match = _PAGE_NUMBER.fullmatch(line)
        if match and _AFTER_A_NUMBER.match(following):
            return set()
        if match:
            found.append((number, int(match[1])))
    runs = all(later - earlier == 1 for (_, earlier), (_, later) in pairwise(found))
    return {number for number, _ in found} if runs and len(found) > 1 else set()


def _places_to_keep(text: str) -> Iterator[int]:
    """All but spaces; of these one between two Latin words, unless the letters of the passage are spaced out."""
    spaced_out = {
        place
        for run in _SPACED_OUT.finditer(text)
        if not all(_is_latin(character) for character in run[0][::2])
        for place in range(run.start() + 1, run.end(), 2)
    }
    before = ""
    for place, character in enumerate(text):
        after = text[place + 1 : place + 2]
        if character != " ":
            before = character
            yield place
        elif after not in ("", " ") and before and _is_latin(before) and _is_latin(after) and place not in spaced_out:
            yield place


def _is_latin(character: str) -> bool:
    return character.isascii() or character.isdigit() or "LATIN" in unicodedata.name(character, "")
