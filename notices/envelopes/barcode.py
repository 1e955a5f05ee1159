"""The customer barcode as SVG: zint finds the bars, the measures are Japan Post's at 10 pt (mm)."""

from functools import lru_cache

import zint
from django.utils.html import format_html
from django.utils.safestring import SafeString

from contracts.rules.customer_barcode import address_figures, barcode_data, below_town
from contracts.rules.town import towns_of
from notices.rendering.content import Addressee

BARS, PITCH, WIDE, LONG, TIMING = 67, 1.2, 0.6, 3.6, 1.2
LENGTH = PITCH * (BARS - 1) + WIDE  # 79.8
CLEAR, FROM_EDGE = 2.0, 10.0
_FULL, _STEP, _LOW = 16.0, 4.0, 6.0  # how zint draws: a long bar, from bar to bar, where the timing bars begin


def data_of(addressee: Addressee) -> str:
    """What the barcode of this address says; "" where it gets none."""
    towns = [town.name for town in towns_of(addressee.postal_code) if town.name]
    rests = [below_town(addressee.address, name) for name in towns] or [addressee.address]
    return barcode_data(addressee.postal_code, address_figures(min(rests, key=len)))


@lru_cache(maxsize=512)
def bars_of(data: str) -> str:
    """The 67 bars by their kind: 1 long, 2 upper, 3 lower, 4 timing."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.JAPANPOST
    symbol.encode(data)
    symbol.buffer_vector(0)
    drawn = sorted((r.x, r.y, r.height) for r in symbol.vector.rectangles)
    return "".join(_kind(y, height) for _, y, height in drawn)


def _kind(y: float, height: float) -> str:
    above, below = y < _LOW, y + height > _FULL - _LOW
    return {(True, True): "1", (True, False): "2", (False, True): "3", (False, False): "4"}[above, below]


def svg(data: str) -> SafeString:
    """The barcode, 79.8 × 3.6 mm; its size on the page is set by the style sheet (customer-barcode)."""
    return format_html(
        '<svg class="customer-barcode" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true"><path d="{}"/></svg>',
        f"{LENGTH:.1f}", f"{LONG:.1f}", " ".join(_bar(place, kind) for place, kind in enumerate(bars_of(data))),
    )  # fmt: skip


def _bar(place: int, kind: str) -> str:
    part = (LONG - TIMING) / 2
    top = 0.0 if kind in "12" else part
    foot = LONG if kind in "13" else LONG - part
    left = place * PITCH
    return f"M{left:.1f} {top:.1f}h{WIDE}V{foot:.1f}h-{WIDE}z"
