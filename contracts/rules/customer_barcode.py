"""What Japan Post's customer barcode says: the postal code, then the figures of the address (郵便番号・バーコードマニュアル)."""

from __future__ import annotations

import re
import unicodedata

SYMBOLS = 20  # 7 of the postal code and 13 of the address; a letter takes two

_HYPHENS = re.compile("[\u2010-\u2015\u2212\uff70\u30fc]")
_LEFT_OUT = re.compile("[&/・.]")
_COUNTED = re.compile("([〇一二三四五六七八九十百]+)(?=丁目|丁|番地|番|号|地割|線|の|ノ)")
_FIGURES = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SCALES = {"十": 10, "百": 100}


def address_figures(address: str) -> str:
    """The figures of an address below its town, as the barcode takes them: 1丁目3番2号 郵便プラザ503室 → 1-3-2-503.

    Kanji figures count before 丁目, 番地, 号 and their like only; words become one hyphen; a single letter stands without
    hyphens around it; F behind a figure (a floor) and words of Latin letters are left out.
    """
    text = _HYPHENS.sub("-", unicodedata.normalize("NFKC", address)).upper()
    text = _COUNTED.sub(lambda found: str(_count(found.group())), _LEFT_OUT.sub("", text))
    text = re.sub("[A-Z]{2,}|(?<=[0-9])F", "-", text)
    text = re.sub("-+", "-", re.sub("[^0-9A-Z-]", "-", text))
    return re.sub("-?([A-Z])-?", r"\1", text).strip("-")


def below_town(address: str, town: str) -> str:
    """The part of an address behind the name of its town; the whole address where the name is not in it."""
    bare = "".join(unicodedata.normalize("NFKC", address).split())
    written = "".join(_either(char) for char in "".join(unicodedata.normalize("NFKC", town).split()))
    found = re.search(written, bare) if town else None
    return bare[found.end() :] if found else bare


def barcode_data(postal_code: str, figures: str) -> str:
    """The characters of the barcode, cut at 20 symbols; "" where there is none: no 7 digits, or a code ending in 00.

    A letter that would be cut in two is left out.
    """
    digits = re.sub("[^0-9]", "", unicodedata.normalize("NFKC", postal_code))
    if len(digits) != 7 or digits.endswith("00"):
        return ""
    taken, left = "", SYMBOLS - len(digits)
    for char in figures:
        left -= 2 if char.isalpha() else 1
        if left < 0:
            break
        taken += char
    return digits + taken


def _count(kanji: str) -> int:
    """三十二 is 32, 二三 is 23."""
    if not set(kanji) & set(_SCALES):
        return int("".join(str(_FIGURES[char]) for char in kanji))
    total, figure = 0, None
    for char in kanji:
        if char in _SCALES:
            total, figure = total + (1 if figure is None else figure) * _SCALES[char], None
        else:
            figure = _FIGURES[char]
    return total + (figure or 0)


def _either(char: str) -> str:
    """A figure of a town's name, written in either way; nothing else of it means anything to a pattern."""
    return f"[{char}{_FIGURES[char]}]" if char in _FIGURES else re.escape(char)
