"""Lines that must fit: the addressee in the envelope's window, the sender beside the seal. Measures in mm and points.

The window's safe area comes from the envelope's data (notices/envelopes/shapes.py): for a 長形3号 with a window 90 × 45 mm,
20 from the left and 12 from the top, the sheet may slip 25 mm sideways and 21 down, which leaves x 20–85, y 12–36.
"""

import re
from functools import lru_cache
from itertools import pairwise

from notices.envelopes.shapes import ENVELOPES, NAGA3, Envelope
from notices.rendering.blocks import name_lines, place_lines, sender_lines
from notices.rendering.content import Addressee, CannotRender, Sender
from notices.rendering.glyphs import text_width

ADDRESS_POINTS, ADDRESS_LEADING = 9.5, 4.6
ADDRESS_LEFT, ADDRESS_TOP = 21.0, 12.5  # where the block begins on the sheet (letter-sheet.css)
SENDER_POINTS, SENDER_WIDTH, SENDER_LINES = 10.0, 55.0, 7

# What is not torn apart: numbers with their counter, Latin and katakana words, kinds of company.
_UNITS = re.compile(
    r"[0-9０-９]+(?:[-－‐−ー][0-9０-９]+)*(?:丁目|番地|番|号|階|室)?"
    r"|[ァ-ヴー]+"
    r"|[A-Za-zＡ-Ｚａ-ｚ.&'’]+"
    r"|[一二三四五六七八九十]+丁目"
    r"|(?:株式|有限|合同|合資|合名)会社|(?:一般|公益)(?:社団|財団)法人"
    r"|[ 　]+|.",
)
_NOT_AT_START = frozenset("、。，．・）」』〕】］ーァィゥェォッャュョヮぁぃぅぇぉっゃゅょ々：；？！")
_NOT_AT_END = frozenset("（「『〔【［")
_HONORIFICS = frozenset({"様", "御中", "殿", "先生", "各位", "さま"})
_TORN = 150.0  # a break inside a word is worse than any unevenness

_Way = tuple[int, float, int]  # the best way to set the first n units: lines, weight, where the last line begins


def address_room(envelope: Envelope) -> tuple[float, int]:
    """How wide a line of the address may be (mm), and how many lines there may be."""
    safe = envelope.safe
    return safe.right - ADDRESS_LEFT, int((safe.bottom - ADDRESS_TOP) // ADDRESS_LEADING)


def window_lines(addressee: Addressee, envelope: Envelope = NAGA3) -> tuple[str, ...]:
    """The address block as it is set, inside the envelope's safe area (長形3号: 5 lines of 64 mm at 9.5 pt).

    Where more lines would be needed, the address goes on after the postal code, and the department after the name.
    Raises CannotRender, naming what is too long, where it does not fit even so.
    """
    lines = _fewest(addressee, envelope)
    if len(lines) > address_room(envelope)[1]:
        raise CannotRender(_too_long(addressee, len(lines), envelope))
    return lines


def _fewest(addressee: Addressee, envelope: Envelope) -> tuple[str, ...]:
    """In the usual order of lines where that fits; else in as few lines as can be."""
    place, names = place_lines(addressee), name_lines(addressee)
    ways = ((*place, *names), ("　".join(place), "　".join(names)))
    width, most = address_room(envelope)
    settings = [_wrap_all(way, width, ADDRESS_POINTS) for way in ways]
    return next((lines for lines in settings if len(lines) <= most), min(settings, key=len))


def fitting(addressee: Addressee) -> tuple[Envelope, ...]:
    """The envelopes that this addressee fits."""
    return tuple(one for one in ENVELOPES if len(_fewest(addressee, one)) <= address_room(one)[1])


def beside_seal_lines(sender: Sender) -> tuple[str, ...]:
    """The sender's block as it is set, left of the seal: at most 7 lines of 55 mm at 10 pt. Raises CannotRender."""
    wrapped = _wrap_all(sender_lines(sender), SENDER_WIDTH, SENDER_POINTS)
    if len(wrapped) > SENDER_LINES:
        raise CannotRender(
            f"差出人が{len(wrapped)}行になり、{SENDER_LINES}行に収まりません。設定の文字を短くしてください。"
        )
    return wrapped


@lru_cache(maxsize=1024)  # a letter is checked, previewed and set: the same lines each time
def wrap(text: str, width: float, points: float) -> tuple[str, ...]:
    """Break `text` into the fewest lines of at most `width` mm, at spaces where it can, evenly where it cannot."""
    units = _units(text, width, points)
    best: list[_Way] = [(0, 0.0, 0)]
    for end in range(1, len(units) + 1):
        ways: list[_Way] = []
        for begin in range(end - 1, -1, -1):
            if not _fits(units[begin:end], width, points):
                break
            lines, weight, _ = best[begin]
            ways.append((lines + 1, weight + _weight(units, begin, end, width, points), begin))
        best.append(min(ways))
    return _cut(units, best)


def _wrap_all(lines: tuple[str, ...], width: float, points: float) -> tuple[str, ...]:
    return tuple(part for line in lines for part in wrap(line, width, points))


def _units(text: str, width: float, points: float) -> list[str]:
    """Words, single characters and spaces between which a line may break; a word wider than a line falls apart."""
    units: list[str] = []
    for found in _UNITS.findall(text.strip()):
        parts = [found] if text_width(found, points) <= width else list(found)
        if units and _clings(units, found):
            units[-1] += found
        else:
            units += parts
    return _with_honorific(units)


def _clings(units: list[str], found: str) -> bool:
    return found[0] in _NOT_AT_START or units[-1][-1] in _NOT_AT_END


def _with_honorific(units: list[str]) -> list[str]:
    """An honorific never stands alone on a line: it stays with the unit before it."""
    for size in (1, 2):
        if len(units) > size + 1 and "".join(units[-size:]) in _HONORIFICS and units[-size - 1].isspace():
            return [*units[: -size - 2], "".join(units[-size - 2 :])]
    return units


def _fits(units: list[str], width: float, points: float) -> bool:
    return len(units) == 1 or text_width("".join(units).strip(), points) <= width


def _weight(units: list[str], begin: int, end: int, width: float, points: float) -> float:
    slack = width - text_width("".join(units[begin:end]).strip(), points)
    torn = begin > 0 and not (units[begin - 1].isspace() or units[begin].isspace())
    return slack * slack / 1000 + (_TORN if torn else 0.0)


def _cut(units: list[str], best: list[_Way]) -> tuple[str, ...]:
    ends = [len(units)]
    while ends[-1] > 0:
        ends.append(best[ends[-1]][2])
    lines = ("".join(units[begin:end]).strip() for begin, end in pairwise(reversed(ends)))
    return tuple(line for line in lines if line)


def _too_long(addressee: Addressee, lines: int, envelope: Envelope) -> str:
    named = {
        "住所": addressee.address,
        "名称": addressee.name,
        "部署・担当者": f"{addressee.department}{addressee.contact}",
    }
    longest = max(named, key=lambda label: text_width(named[label], ADDRESS_POINTS))
    others = "・".join(dict.fromkeys(other.name for other in fitting(addressee)))
    way_out = (
        f"短くするか、{others}で送ってください（社内の取扱い）。"
        if others
        else "どの封筒にも収まりません。短くしてください。"
    )
    return (
        f"宛先が{lines}行になり、{envelope.name}の{address_room(envelope)[1]}行に収まりません。"
        f"いちばん長いのは{longest}「{named[longest]}」です。{way_out}"
    )
