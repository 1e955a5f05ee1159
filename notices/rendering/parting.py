"""One PDF of many letters, parted into one PDF a letter: each complete in itself, with no glyph of its neighbors.

It reads the PDF by the PDF's own rules (not by WeasyPrint's objects). Where something stands there that it does not know,
it raises CannotCut, and the letters are made one by one.
"""

import re
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from notices.rendering.truetype import CannotCut, TrueType

_SHOWN = re.compile(rb"/(\S+) [-+.\d]+ Tf\b|<([0-9a-fA-F\s]*)>(?!>)")
_NAMED = re.compile(rb"/([^\s/\[\]<>()]+)")
_MAPPED = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")


@dataclass(frozen=True, kw_only=True)
class Part:
    """The pages of one letter (from 0, the last one excluded), and its name."""

    first: int
    end: int
    title: str


def part(whole: bytes, parts: Sequence[Part]) -> list[bytes]:
    """One PDF a part. The same pages give the same bytes, whatever else the whole holds. Raises CannotCut."""
    with pikepdf.open(BytesIO(whole)) as source:
        fonts: dict[tuple[int, int], _Font] = {}
        return [_alone(source, given, fonts) for given in parts]


def _alone(source: pikepdf.Pdf, given: Part, fonts: "dict[tuple[int, int], _Font]") -> bytes:
    pages = [source.pages[number] for number in range(given.first, given.end)]
    drawn = [page.Contents.read_bytes() for page in pages]
    resources = _resources(source, pages, drawn, fonts)
    with pikepdf.new() as alone:
        for page in pages:
            page.Resources = resources
            alone.pages.append(page)
        alone.Root.Lang = source.Root.get("/Lang", pikepdf.String("ja"))
        alone.docinfo["/Title"], alone.docinfo["/Producer"] = given.title, source.docinfo["/Producer"]
        written = BytesIO()
        alone.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _resources(
    source: pikepdf.Pdf, pages: list[Any], drawn: list[bytes], fonts: "dict[tuple[int, int], _Font]"
) -> Dictionary:
    """What these pages name, and nothing else: all pages of the whole share one dictionary."""
    named = {found.decode("latin-1") for content in drawn for found in _NAMED.findall(content)}
    codes, kept = _codes(drawn), Dictionary()
    for kind, entries in sorted(pages[0].Resources.items()):
        used = {name: entries[name] for name in sorted(entries.keys()) if name[1:] in named}
        if kind == "/Font":
            used = {name: _font(font, fonts).cut(source, codes[name[1:]]) for name, font in used.items()}
        elif any(entry.get("/Subtype") == Name.Form for entry in used.values() if isinstance(entry, pikepdf.Stream)):
            raise CannotCut("text may stand in a form")
        if used:
            kept[kind] = Dictionary(used)
    return kept


def _codes(drawn: list[bytes]) -> dict[str, set[int]]:
    """Font by font, the codes (two bytes each) of every text that is shown."""
    codes = defaultdict[str, set[int]](set)
    for content in drawn:
        font = ""
        for name, shown in _SHOWN.findall(content):
            if name:
                font = name.decode("latin-1")
            else:
                codes[font].update(code for (code,) in struct.iter_unpack(">H", bytes.fromhex(shown.decode())))
    return codes


def _font(font: Any, fonts: "dict[tuple[int, int], _Font]") -> "_Font":
    if font.objgen not in fonts:
        fonts[font.objgen] = _Font(font)
    return fonts[font.objgen]


class _Font:
    """A composite font of the whole: its outlines, widths and characters, by code."""

    def __init__(self, font: Any) -> None:
        if font.get("/Subtype") != Name.Type0 or font.get("/Encoding") != Name("/Identity-H"):
            raise CannotCut("not a font by the numbers of its glyphs")
        self.font, self.below = font, font.DescendantFonts[0]
        if "/FontFile2" not in self.below.FontDescriptor or self.below.get("/CIDToGIDMap") != Name.Identity:
            raise CannotCut("not an embedded TrueType font")
        self.outlines = TrueType(self.below.FontDescriptor.FontFile2.read_bytes())
        self.widths = dict(_widths(self.below.get("/W", Array())))
        self.characters = {int(code, 16): text for code, text in _MAPPED.findall(font.ToUnicode.read_bytes())}

    def cut(self, pdf: pikepdf.Pdf, shown: set[int]) -> Dictionary:
        """The same font with these codes only."""
        codes = sorted(shown)
        smaller = self.outlines.cut(codes)
        places = bytearray(2 * (codes[-1] + 1 if codes else 1))
        for code in codes:
            places[2 * code : 2 * code + 2] = smaller.numbers[code].to_bytes(2, "big")
        descriptor = Dictionary(
            {k: v for k, v in self.below.FontDescriptor.items() if k not in ("/FontFile2", "/CIDSet")}
        )
        descriptor.FontFile2 = _packed(pdf, smaller.font, Length1=len(smaller.font))
        below = Dictionary({k: v for k, v in self.below.items() if k not in ("/FontDescriptor", "/W")})
        below.FontDescriptor, below.CIDToGIDMap = pdf.make_indirect(descriptor), _packed(pdf, bytes(places))
        below.W = Array([item for code in codes if code in self.widths for item in (code, Array([self.widths[code]]))])
        font = Dictionary({k: v for k, v in self.font.items() if k not in ("/DescendantFonts", "/ToUnicode")})
        font.DescendantFonts = Array([pdf.make_indirect(below)])
        font.ToUnicode = _packed(
            pdf, _characters({code: self.characters[code] for code in codes if code in self.characters})
        )
        return pdf.make_indirect(font)


def _widths(array: Any) -> Iterator[tuple[int, Any]]:
    """`first [w w …]` and `first last w`, as a PDF writes widths."""
    items, at = list(array), 0
    while at < len(items):
        if isinstance(items[at + 1], Array):
            yield from enumerate(items[at + 1], start=int(items[at]))
            at += 2
        else:
            yield from ((code, items[at + 2]) for code in range(int(items[at]), int(items[at + 1]) + 1))
            at += 3


def _packed(pdf: pikepdf.Pdf, data: bytes, **more: Any) -> Any:
    return pikepdf.Stream(pdf, zlib.compress(data), Filter=Name.FlateDecode, **more)


_CMAP = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
%sendcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def _characters(by_code: dict[int, bytes]) -> bytes:
    """What each code says, so that the text can be found and copied; at most 100 to a block."""
    lines, blocks = [b"<%04x> <%s>\n" % (code, text) for code, text in sorted(by_code.items())], b""
    for first in range(0, len(lines), 100):
        block = lines[first : first + 100]
        blocks += b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block))
    return _CMAP % blocks
