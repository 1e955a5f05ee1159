"""Which characters the letter's fonts can set, and how wide they are, read from the installed files."""

from functools import cache
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont

from notices.rendering.content import CannotRender

Face = Literal["mincho", "gothic"]

# IPAex, Debian's fonts-ipaexfont: body and title of every letter.
_FILES: dict[Face, str] = {"mincho": "ipaexm.ttf", "gothic": "ipaexg.ttf"}
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_MM_PER_POINT = 25.4 / 72
# A variation selector asks for a variant of the character before it; a font without that variant sets the plain form.
_SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
_LINE_ENDS = frozenset("\n\r")


class FontMissing(CannotRender):
    """The machine lacks a font: the letter is sound, and can be made as soon as the font is there."""


def missing_glyphs(text: str, face: Face = "mincho") -> list[str]:
    """The characters of `text` that the font cannot set, each once, in the order in which they occur."""
    widths = _widths(face)
    lacking = (char for char in text if ord(char) not in widths and char not in _LINE_ENDS)
    return list(dict.fromkeys(char for char in lacking if ord(char) not in _SELECTORS))


def require_glyphs(text: str, face: Face = "mincho") -> None:
    """Raise CannotRender, naming the characters, where the font cannot set all of `text`."""
    if lacking := missing_glyphs(text, face):
        named = "、".join(f"「{char}」（U+{ord(char):04X}）" for char in lacking)
        raise CannotRender(f"通知書の書体にない文字があります：{named}。別の字か、かなに改めてください。")


def text_width(text: str, points: float, face: Face = "mincho") -> float:
    """Width in mm of `text` set in one line at a size in points; characters without a glyph count one em."""
    widths = _widths(face)
    ems = sum(0.0 if ord(char) in _SELECTORS else widths.get(ord(char), 1.0) for char in text)
    return ems * points * _MM_PER_POINT


def font_file(face: Face) -> Path:
    """The font's file. Raises FontMissing where it is not installed."""
    for folder in _FONT_FOLDERS:
        for found in sorted(Path(folder).expanduser().rglob(_FILES[face])):
            return found
    raise FontMissing("通知書の書体（IPAex明朝・IPAexゴシック）が入っていません。fonts-ipaexfont を入れてください。")


@cache
def _widths(face: Face) -> dict[int, float]:
    """Advance width in em of every character that the font has."""
    with TTFont(font_file(face), lazy=True) as font:
        units, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: metrics[name][0] / units for code, name in font.getBestCmap().items()}
