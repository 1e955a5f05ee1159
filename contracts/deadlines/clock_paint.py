"""Drawing in SVG: shapes by the name of their color, escaped text, and how wide text will be.

The theme colors by class; the presentation attributes carry the light colors, for print and pages without the theme.
"""

import unicodedata
from dataclasses import dataclass
from html import escape
from typing import Literal

Anchor = Literal["start", "middle", "end"]

PAINT: dict[str, dict[str, str]] = {
    "clk-axis": {"stroke": "#7B8696", "fill": "none"},
    "clk-bracket": {"stroke": "#5C6676", "fill": "none"},
    "clk-stem": {"stroke": "#1A2130", "fill": "none"},
    "clk-closed": {"fill": "#EEF1F5"},
    "clk-past": {"fill": "#22479B"},
    "clk-done": {"fill": "#17633A"},
    "clk-rest": {"fill": "#EAF0FB", "stroke": "#22479B"},
    "clk-tint": {"fill": "#EAF0FB"},
    "clk-hatch": {"stroke": "#5F7CC6", "fill": "none"},
    "clk-hatchbox": {"stroke": "#5F7CC6"},
    "clk-ghost": {"stroke": "#7B8696", "fill": "none"},
    "clk-act": {"stroke": "#1A2130", "fill": "none"},
    "clk-stop": {"fill": "#FFF5DE", "stroke": "#DDB869"},
    "clk-stopfill": {"fill": "#FFF5DE"},
    "clk-stopedge": {"stroke": "#DDB869", "fill": "none"},
    "clk-today": {"stroke": "#B3261E", "fill": "none"},
    "clk-todaypill": {"fill": "#B3261E"},
    "clk-halo": {"stroke": "#FFFFFF"},
    "clk-start": {"fill": "#22479B"},
    "clk-mark": {"fill": "#1A2130"},
    "clk-edge": {"stroke": "#22479B", "fill": "none"},
    "clk-label": {"fill": "#465062"},
    "clk-strong": {"fill": "#1A2130"},
    "clk-muted": {"fill": "#5C6676"},
    "clk-amber": {"fill": "#754700"},
    "clk-check": {"stroke": "#FFFFFF", "fill": "none"},
    "clk-accent": {"fill": "#22479B"},
    "clk-red": {"fill": "#B3261E"},
    "clk-onpast": {"fill": "#FFFFFF"},
    "clk-ondone": {"fill": "#FFFFFF"},
    "clk-onpill": {"fill": "#FFFFFF"},
}
_NARROW = {"/": 0.42, ":": 0.36, " ": 0.3, ".": 0.36, ",": 0.36}


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle in units of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def hits(self, other: "Box", gap: float = 0) -> bool:
        """Whether the two come nearer than `gap` sideways, or touch from above or below."""
        apart = self.right + gap <= other.left or other.right + gap <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """A generous estimate of a line's width, in the units of `size`; fonts differ, so nothing may depend on less."""
    ems = sum(_em(character) for character in text)
    return ems * size * (1.08 if bold else 1)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return _NARROW.get(character, 0.64)


def text_box(text: str, x: float, y: float, size: float, *, anchor: Anchor = "start", bold: bool = False) -> Box:
    """The room that a line takes whose baseline is at y."""
    width = text_width(text, size, bold=bold)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left=left, top=y - size * 0.88, right=left + width, bottom=y + size * 0.16)


def shorten(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, cut with … where it is wider than `room`."""
    if text_width(text, size, bold=bold) <= room:
        return text
    while text and text_width(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text + "…"


def number(value: float | str) -> str:
    """A coordinate to a hundredth of a unit, without trailing zeros."""
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def shape(name: str, color: str, **attributes: float | str) -> str:
    """One empty element in one or more colors; underscores in attribute names become hyphens."""
    merged: dict[str, float | str] = {"class": color}
    for one in color.split():
        merged |= PAINT[one]
    merged |= attributes
    pairs = " ".join(f'{key.replace("_", "-")}="{escape(number(value))}"' for key, value in merged.items())
    return f"<{name} {pairs}/>"


def rect(color: str, box: Box, **attributes: float | str) -> str:
    """A rectangle."""
    width, height = box.right - box.left, box.bottom - box.top
    return shape("rect", color, x=box.left, y=box.top, width=width, height=height, **attributes)


def line(color: str, x1: float, y1: float, x2: float, y2: float, **attributes: float | str) -> str:
    """A straight line."""
    return shape("line", color, x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def path(color: str, d: str, **attributes: float | str) -> str:
    """A path."""
    return shape("path", color, d=d, **attributes)


def words(
    color: str, text: str, x: float, y: float, *, size: float = 12, bold: bool = False, anchor: Anchor = "start"
) -> str:
    """A line of text, escaped."""
    weight = ' font-weight="700"' if bold else ""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{weight}{side}'
    return f'<text class="{color}" fill="{PAINT[color]["fill"]}" {place}>{escape(text)}</text>'


def hatch(identity: str) -> str:
    """The definition of the slanted pattern; fill with `url(#identity)`."""
    strokes = path("clk-hatch", "M-2 2 2 -2M0 10 10 0M8 12 12 8", stroke_width=3)
    ground = rect("clk-tint", Box(left=0, top=0, right=10, bottom=10))
    place = f'id="{identity}" width="10" height="10" patternUnits="userSpaceOnUse"'
    return f"<defs><pattern {place}>{ground}{strokes}</pattern></defs>"


def diamond(color: str, x: float, y: float, radius: float = 6, **attributes: float | str) -> str:
    """◆, the day that the letter names."""
    d = f"M{number(x)} {number(y - radius)}l{number(radius)} {number(radius)} {number(-radius)} {number(radius)} "
    return path(color, f"{d}{number(-radius)} {number(-radius)}z", **attributes)


def square(color: str, x: float, y: float, half: float = 4.25, **attributes: float | str) -> str:
    """■, from here the company may act."""
    return rect(color, Box(left=x - half, top=y - half, right=x + half, bottom=y + half), **attributes)


def dot(color: str, x: float, y: float, radius: float = 4, **attributes: float | str) -> str:
    """●, the first dispatch."""
    return shape("circle", color, cx=x, cy=y, r=radius, **attributes)


def check(x: float, y: float) -> str:
    """✓ in a filled circle: met."""
    d = f"M{number(x - 3.2)} {number(y + 0.2)}l2.3 2.3 4.2 -4.6"
    stroke = path("clk-check", d, stroke_width=1.8, stroke_linecap="round", stroke_linejoin="round")
    return dot("clk-done", x, y, 7) + stroke


def picture(color: str, width: float, height: float, label: str, parts: list[str]) -> str:
    """The whole SVG, named by a sentence."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="{color}" viewBox="0 0 {number(width)} {number(height)}"'
    return f'{head} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
