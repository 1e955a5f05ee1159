"""The letter's number as a QR code (JIS X 0510), so that a returned letter is scanned and its case opens. Pure."""

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET = 4  # modules of white around it, as the standard asks


@dataclass(frozen=True)
class Code:
    """A square of `size` modules, quiet zone included; `path` draws the dark ones in it."""

    size: int
    path: str


@lru_cache(maxsize=64)
def code(number: str) -> Code:
    """The number itself, nothing else: whatever scans it types what the search field reads."""
    matrix = segno.make(number, error="m", micro=False).matrix
    rows = (_row(bytes(row), y) for y, row in enumerate(matrix, start=QUIET))
    return Code(size=len(matrix) + 2 * QUIET, path="".join(rows))


def _row(row: bytes, y: int) -> str:
    """Each run of dark modules as one bar."""
    bars, x = "", 0
    while x < len(row):
        width = 1
        while x + width < len(row) and row[x + width] == row[x]:
            width += 1
        bars += f"M{x + QUIET} {y}h{width}v1h-{width}z" if row[x] else ""
        x += width
    return bars
