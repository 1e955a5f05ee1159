"""Cutting an embedded TrueType font down to some of its glyphs, in a millisecond: a letter keeps only what it shows.

Glyphs are numbered anew from 0 (.notdef), in the order of their old numbers. Only the tables that a PDF needs are kept.
"""

import struct
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

_KEPT = ("cvt ", "fpgm", "prep")  # as they are, where the font has them (instructions refer to them)
_WORDS, _SCALE, _BOTH_SCALES, _FOUR_SCALES, _MORE = 0x1, 0x8, 0x40, 0x80, 0x20  # flags of a composite glyph's part
_MAGIC = 0xB1B0AFBA


class CannotCut(Exception):
    """Not the TrueType font that was expected; what it stands in is to be kept whole."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A smaller font, and under which number each kept glyph stands in it."""

    font: bytes
    numbers: dict[int, int] = field(repr=False)


class TrueType:
    """One TrueType font, taken apart once and cut many times."""

    def __init__(self, data: bytes) -> None:
        """Raises CannotCut where `data` is no TrueType font (or lacks what one must have)."""
        self._tables = _tables(data)
        if {"head", "hhea", "maxp", "hmtx", "loca", "glyf"} - set(self._tables):
            raise CannotCut("no TrueType outlines")
        wide = struct.unpack_from(">h", self._tables["head"], 50)[0]
        self._places = _big_endian("I" if wide else "H", self._tables["loca"])
        if not wide:
            self._places = array("I", (place * 2 for place in self._places))
        self._advances: int = struct.unpack_from(">H", self._tables["hhea"], 34)[0]

    def cut(self, glyphs: Iterable[int]) -> Cut:
        """The font with .notdef, these glyphs, and whatever they are composed of. The same glyphs give the same bytes."""
        kept = sorted(self._with_parts({0, *glyphs}))
        numbers = {old: new for new, old in enumerate(kept)}
        outlines = [_padded(self._outline(old, numbers)) for old in kept]
        places = array("I", [0])
        for outline in outlines:
            places.append(places[-1] + len(outline))
        tables = {name: self._tables[name] for name in _KEPT if name in self._tables} | {
            "glyf": b"".join(outlines), "loca": _bytes(places), "hmtx": b"".join(map(self._metric, kept)),
            "head": _changed(self._tables["head"], (8, ">I", 0), (50, ">h", 1)),
            "hhea": _changed(self._tables["hhea"], (34, ">H", len(kept))),
            "maxp": _changed(self._tables["maxp"], (4, ">H", len(kept))),
        }  # fmt: skip
        return Cut(font=_joined(tables), numbers=numbers)

    def _with_parts(self, glyphs: set[int]) -> set[int]:
        found, open_ = set[int](), list(glyphs)
        while open_:
            glyph = open_.pop()
            if glyph not in found:
                found.add(glyph)
                open_ += [part for _, part in self._parts(self._raw(glyph))]
        return found

    def _raw(self, glyph: int) -> bytes:
        if glyph + 1 >= len(self._places):
            raise CannotCut(f"no glyph {glyph}")
        return self._tables["glyf"][self._places[glyph] : self._places[glyph + 1]]

    @staticmethod
    def _parts(outline: bytes) -> list[tuple[int, int]]:
        """Where in a composite glyph the number of each of its parts stands, and which it is."""
        if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
            return []
        found, at, more = list[tuple[int, int]](), 10, True
        while more:
            flags, part = struct.unpack_from(">HH", outline, at)
            found.append((at + 2, part))
            scales = 2 if flags & _SCALE else 4 if flags & _BOTH_SCALES else 8 if flags & _FOUR_SCALES else 0
            at, more = at + 4 + (4 if flags & _WORDS else 2) + scales, bool(flags & _MORE)
        return found

    def _outline(self, glyph: int, numbers: dict[int, int]) -> bytes:
        outline = self._raw(glyph)
        return _changed(outline, *((at, ">H", numbers[part]) for at, part in self._parts(outline)))

    def _metric(self, glyph: int) -> bytes:
        """Advance width and left side bearing; the last advance holds for every glyph after it."""
        table, counted = self._tables["hmtx"], self._advances
        if glyph < counted:
            return table[glyph * 4 : glyph * 4 + 4]
        bearing = counted * 4 + (glyph - counted) * 2
        return table[counted * 4 - 4 : counted * 4 - 2] + table[bearing : bearing + 2]


def _tables(data: bytes) -> dict[str, bytes]:
    try:
        version, count = struct.unpack_from(">IH", data)
        if version not in (0x00010000, 0x74727565):
            raise CannotCut(f"an sfnt of version {version:#x}")
        entries = [struct.unpack_from(">4sIII", data, 12 + 16 * n) for n in range(count)]
    except struct.error as broken:
        raise CannotCut("no sfnt at all") from broken
    return {tag.decode("latin-1"): data[begin : begin + length] for tag, _, begin, length in entries}


def _big_endian(kind: str, data: bytes) -> "array[int]":
    numbers = array(kind, data[: len(data) // array(kind).itemsize * array(kind).itemsize])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _bytes(numbers: "array[int]") -> bytes:
    turned = numbers[:]
    if sys.byteorder == "little":
        turned.byteswap()
    return turned.tobytes()


def _changed(data: bytes, *changes: tuple[int, str, int]) -> bytes:
    if not changes:
        return data
    copy = bytearray(data)
    for at, form, value in changes:
        struct.pack_into(form, copy, at, value)
    return bytes(copy)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _checksum(data: bytes) -> int:
    return sum(_big_endian("I", _padded(data))) & 0xFFFFFFFF


def _joined(tables: dict[str, bytes]) -> bytes:
    """One file, with its directory and both kinds of checksums."""
    power = 1 << (len(tables).bit_length() - 1)
    front = struct.pack(
        ">IHHHH", 0x00010000, len(tables), power * 16, power.bit_length() - 1, (len(tables) - power) * 16
    )
    begin = 12 + 16 * len(tables)
    sums, begins = {name: _checksum(data) for name, data in tables.items()}, dict[str, int]()
    for name in sorted(tables):
        begins[name], begin = begin, begin + len(_padded(tables[name]))
        front += struct.pack(">4sIII", name.encode("latin-1"), sums[name], begins[name], len(tables[name]))
    whole = (_checksum(front) + sum(sums.values())) & 0xFFFFFFFF
    font = front + b"".join(_padded(tables[name]) for name in sorted(tables))
    return _changed(font, (begins["head"] + 8, ">I", (_MAGIC - whole) & 0xFFFFFFFF))
