"""Counting and laying out 内容証明 (郵便法第48条; the post office's 内容証明 ご利用の条件): characters, lines, sheets, what is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

_PAIRS = dict(zip("（(「『【〔［[｛{〈《＜<", "）)」』】〕］]｝}〉》＞>", strict=True))
_CLOSING = frozenset(_PAIRS.values())
_ORDERING = re.compile(r"[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[ぁ-んァ-ヴA-Za-z]")
_BRACKETED = re.compile(r"[（(]([0-9０-９]{1,3}|[一二三四五六七八九十]{1,3}|[ぁ-んァ-ヴA-Za-zＡ-Ｚａ-ｚ])[）)](?=\S)")
_SPELT_OUT = frozenset("№℡")  # symbols made of several letters, which have no square or circle around them


@dataclass(frozen=True, kw_only=True)
class Form:
    """One of the shapes in which the post office takes the paper: characters a line, lines a sheet."""

    key: str
    label: str
    per_line: int
    per_sheet: int
    vertical: bool = False


FORMS = {
    form.key: form
    for form in (
        Form(key="h20", label="横書き　1行20字・1枚26行", per_line=20, per_sheet=26),
        Form(key="h26", label="横書き　1行26字・1枚20行", per_line=26, per_sheet=20),
        Form(key="h13", label="横書き　1行13字・1枚40行", per_line=13, per_sheet=40),
        Form(key="v20", label="縦書き　1行20字・1枚26行", per_line=20, per_sheet=26, vertical=True),
    )
}


@dataclass(frozen=True)
class Cell:
    """One place of the grid: a character (with its marks), and how many it counts."""

    text: str
    count: int


@dataclass(frozen=True)
class Line:
    """One line as it is set; `count` is what the post office counts in it."""

    cells: tuple[Cell, ...] = ()

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(cell.text for cell in self.cells)

    @property
    def count(self) -> int:
        """Characters by the counting rules; a pair of brackets counts where it opens."""
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What the post office would refuse, or what a person must confirm: where it stands, and what to write instead."""

    kind: Literal["refused", "name"]
    text: str
    around: str
    instead: str


def naiyo_count(text: str) -> int:
    """Characters of `text` as the post office counts them in 内容証明.

    Kana, kanji, digits, letters, punctuation and symbols (% too) count 1, also half width; spaces and line ends 0.
    A pair of brackets counts 1, where it opens; one without its partner counts 1. Units set as one sign count their
    letters (㎡ 2, ㎏ 2, ㍑ 4). What is framed counts its contents and the frame (① 2, ⑩ 3, ㊞ 2; （1） 2 by its
    brackets), but as a mark of order the whole counts 1 (①役員会 4, （1）役員会 4). It is read as one only at the head
    of a line and with words after it on that line; alone, or within a sentence, it counts in full: never too few.
    """
    return sum(cell.count for line in text.split("\n") for cell in cells(line))


def cells(line: str) -> tuple[Cell, ...]:
    """The characters of one line as written (a paragraph), each with its count."""
    parts = _with_marks(line)
    closed, ordering = _closed_pairs(parts), _ordering_span(parts)
    return tuple(Cell(part, _count(place, part, closed, ordering)) for place, part in enumerate(parts))


def layout(text: str, form: Form) -> tuple[Line, ...]:
    """Set `text` line by line, without 禁則処理: a line is full when either its places or its count are used up."""
    return tuple(line for paragraph in text.split("\n") for line in _broken(cells(paragraph), form.per_line))


def sheets(lines: tuple[Line, ...], form: Form) -> tuple[tuple[Line, ...], ...]:
    """The lines, sheet by sheet; at least one sheet."""
    starts = range(0, max(len(lines), 1), form.per_sheet)
    return tuple(lines[start : start + form.per_sheet] for start in starts)


def full_width(text: str) -> str:
    """Printable ASCII in full width, as it is set in a grid: the same characters, no other words."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "　" if c == " " else c for c in text)


def _broken(row: tuple[Cell, ...], per_line: int) -> Iterator[Line]:
    line: list[Cell] = []
    for cell in row:
        if line and (len(line) == per_line or sum(c.count for c in line) + cell.count > per_line):
            yield Line(tuple(line))
            line = []
        line.append(cell)
    yield Line(tuple(line))


def _with_marks(line: str) -> list[str]:
    """Characters, each with the marks and variation selectors that follow it."""
    parts: list[str] = []
    for char in line:
        joins = unicodedata.category(char) in ("Mn", "Me", "Cf")
        if joins and parts:
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _closed_pairs(parts: list[str]) -> frozenset[int]:
    """Places of closing brackets whose partner stands before them in the line as written."""
    waiting: list[str] = []
    open_of = dict.fromkeys(_CLOSING, 0)  # how many of each wait, so that no closing bracket looks through them all
    closed = set()
    for place, part in enumerate(parts):
        if part in _PAIRS:
            waiting.append(_PAIRS[part])
            open_of[_PAIRS[part]] += 1
        elif open_of.get(part):
            while (partner := waiting.pop()) != part:
                open_of[partner] -= 1
            open_of[part] -= 1
            closed.add(place)
    return frozenset(closed)


def _ordering_span(parts: list[str]) -> range:
    """The places that a mark of order takes at the head of the line; none where there is no such mark."""
    head = next((place for place, part in enumerate(parts) if not part.isspace()), len(parts))
    rest = "".join(parts[head:])
    if found := _BRACKETED.match(rest):
        return range(head, head + found.end())
    framed = bool(rest) and _is_framed(rest[0]) and _ORDERING.fullmatch(_inside(rest[0])) is not None
    return range(head, head + 1) if framed and _goes_on(rest[1:]) else range(0)


def _goes_on(rest: str) -> bool:
    """Words follow, not another mark or a comma that makes the sign a word of the sentence."""
    after = rest.lstrip()
    return bool(after) and unicodedata.category(after[0])[0] in ("L", "N") and not _is_framed(after[0])


def _count(place: int, part: str, closed: frozenset[int], ordering: range) -> int:
    if place in ordering:
        return int(place == ordering.start)
    if place in closed or part.isspace():
        return 0
    if _is_framed(part[0]):
        return len(_inside(part[0])) + 1
    return _letters(part[0])


def _tag(char: str) -> str:
    return unicodedata.decomposition(char).partition(" ")[0]


def _is_framed(char: str) -> bool:
    """① ㊞ by a circle, ⑴ ㈱ by brackets of their own."""
    return _tag(char) == "<circle>" or (
        _tag(char) == "<compat>" and unicodedata.normalize("NFKC", char).startswith("(")
    )


def _inside(char: str) -> str:
    return unicodedata.normalize("NFKC", char).strip("()")


def _letters(char: str) -> int:
    spelt = _tag(char) == "<square>" or char in _SPELT_OUT
    return len(unicodedata.normalize("NFKC", char)) if spelt else 1


# --- what may not be written ------------------------------------------------------------------------------------

NUMBERS = re.compile(r"(?<![A-Za-z0-9])[A-Z]-\d{4}-\d{6}(?![0-9])")  # public numbers: names of papers and contracts
_LATIN = r"A-Za-zÀ-ÖØ-öø-ɏⅠ-ⅿ"
_NAME = re.compile(rf"[{_LATIN}][{_LATIN}0-9.&'_@+\-:/]*")
_UNIT = re.compile(r"(?<=[0-9])(?:kg|km|cm|mm|g|m|t)(?![A-Za-z])")
_INSTEAD = {
    "㈱": "株式会社",
    "㈲": "有限会社",
    "㈹": "代表",
    "℡": "電話",
    "№": "番号",
    "㍻": "平成",
    "㋿": "令和",
    "㍼": "昭和",
    "㏍": "株式会社",
}
_UNITS = frozenset("㎡㎏㎝㎜㎞㏄")
_AROUND = 6


def faults(text: str, names: Collection[str] = ()) -> tuple[Fault, ...]:
    """What stands in the way of `text` as 内容証明, each word or character once, in its order.

    Latin letters stand in proper names only: those in `names` (words, or whole names with other letters in them) are
    confirmed, others come as "name". All but kana, kanji,
    digits, brackets, punctuation and common symbols (JIS X 0208, rows 1 and 2; units; ①, ⑴) comes as "refused".
    """
    narrow = _half_width(text)
    found = {fault.text: fault for fault in _names(narrow, names)}
    found |= {fault.text: fault for fault in reversed(list(_refused(narrow)))}
    return tuple(sorted(found.values(), key=lambda fault: narrow.find(fault.text)))


def latin_words(text: str, names: Collection[str] = ()) -> tuple[str, ...]:
    """Every word in Latin letters, each once, but for `names`, public numbers and units after a figure."""
    rest = _half_width(text)
    for name in sorted(
        {_half_width(name) for name in names if not _NAME.fullmatch(_half_width(name))}, key=len, reverse=True
    ):
        rest = rest.replace(name, " ") if name.strip() else rest
    rest = _UNIT.sub(" ", NUMBERS.sub(" ", rest))
    words = dict.fromkeys(word.rstrip(".-'&:/") for word in _NAME.findall(rest))
    return tuple(word for word in words if word not in {_half_width(name) for name in names})


def _half_width(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


def _names(text: str, names: Collection[str]) -> Iterator[Fault]:
    for word in latin_words(text, names):
        yield Fault(
            kind="name",
            text=word,
            around=_around(text, word),
            instead="固有名詞であることを確かめるか、かな・漢字で書いてください。",
        )


def _refused(text: str) -> Iterator[Fault]:
    for char in dict.fromkeys(text):
        if not _allowed(char):
            yield Fault(kind="refused", text=char, around=_around(text, char), instead=_advice(char))


def _allowed(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char == "\n"
    if _is_framed(char):
        return _ORDERING.fullmatch(_inside(char)) is not None
    if char in _UNITS or _NAME.fullmatch(char) or unicodedata.category(char) in ("Mn", "Cf") or char == "　":
        return True
    return _is_kana_or_kanji(char) or _is_common_symbol(char)


def _is_kana_or_kanji(char: str) -> bool:
    name = unicodedata.name(char, "")
    half = name.startswith("HALFWIDTH")
    return not half and (
        name.startswith(("HIRAGANA", "KATAKANA", "CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH")) or char in "々〆〇ー"
    )


def _is_common_symbol(char: str) -> bool:
    try:
        row = char.encode("euc_jp")
    except UnicodeEncodeError:
        return char in "～－∥￠￡￢―"
    return len(row) == 2 and row[0] in (0xA1, 0xA2)


def _advice(char: str) -> str:
    if char in _INSTEAD:
        return f"「{_INSTEAD[char]}」と書いてください。"
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and all(_is_kana_or_kanji(c) for c in plain):
        return f"「{plain}」と書いてください。"
    if unicodedata.name(char, "").startswith(("GREEK", "CYRILLIC")):
        return "読みをかたかなで書いてください。"
    return "取り除くか、かな・漢字で書いてください。"


def _around(text: str, what: str) -> str:
    """The words in which it stands, for a person to find it."""
    place = text.find(what)
    line_start = text.rfind("\n", 0, place) + 1
    line_end = text.find("\n", place)
    end = len(text) if line_end < 0 else line_end
    return text[max(line_start, place - _AROUND) : min(end, place + len(what) + _AROUND)].strip()
