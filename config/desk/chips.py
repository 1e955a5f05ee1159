"""The small marks of every page: state chips, deadline chips, glyphs and links to clauses.

A status never differs by color alone: each tone has a shape and a word, and the same shape means the same
everywhere (design, "Components").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from config.desk.jst import jst_day

__all__ = ["GLYPHS", "Chip", "clause_url", "deadline_chip", "from_chip", "glyph_shape", "state_chip"]

StateTone = Literal[
    "draft", "running", "approval", "waiting", "returned", "undeliverable", "failed", "done", "closed", "withdrawn"
]
DeadlineTone = Literal["overdue", "today", "soon", "ahead", "stopped", "met"]

_SOON_DAYS = 3  # up to here a coming deadline is amber
_LINE = 'fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'

# Shapes on a 12 × 12 field; the color is the text's.
GLYPHS: Final[dict[str, str]] = {
    "○": '<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "●": '<circle cx="6" cy="6" r="4" fill="currentColor"/>',
    "◆": '<path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" fill="currentColor"/>',
    "‖": '<path d="M2.6 1.8h2.4v8.4H2.6ZM7 1.8h2.4v8.4H7Z" fill="currentColor"/>',
    "↩": f'<path d="M4.4 2 1.8 4.6l2.6 2.6M2.2 4.6h5a2.7 2.7 0 0 1 0 5.4H5" {_LINE}/>',
    "▲": '<path d="M6 1.2 11.2 10.6H.8Z" fill="currentColor"/>',
    "✕": f'<path d="M2.4 2.4l7.2 7.2M9.6 2.4 2.4 9.6" {_LINE}/>',
    "✓": f'<path d="M1.8 6.4 4.8 9.4 10.2 3" {_LINE}/>',
    "■": '<path d="M1.8 1.8h8.4v8.4H1.8Z" fill="currentColor"/>',
    "□": '<path d="M2 2h8v8H2Z" fill="none" stroke="currentColor" stroke-width="1.6"/>',
    "!": '<path d="M5 1h2l-.3 6.4H5.3ZM4.9 8.8h2.2v2.2H4.9Z" fill="currentColor"/>',
    "i": '<circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" stroke-width="1.3"/>'
    '<path d="M5.3 5.3h1.4v3.6H5.3ZM5.3 3h1.4v1.4H5.3Z" fill="currentColor"/>',
    "clock": f'<circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" stroke-width="1.4"/>'
    f'<path d="M6 3.4V6.2l1.7 1" {_LINE.replace("1.8", "1.3")}/>',
    "search": f'<circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    f'<path d="M7.6 7.6 10.6 10.6" {_LINE}/>',
    "file": f'<path d="M2.4 1.2h4.6L9.8 4v6.8H2.4ZM6.8 1.4V4.2h2.8" {_LINE.replace("1.8", "1.1")}/>',
    "menu": f'<path d="M1.6 2.6h8.8M1.6 6h8.8M1.6 9.4h8.8" {_LINE.replace("1.8", "1.5")}/>',
}

_STATE_GLYPHS: Final[dict[str, str]] = {
    "draft": "○",
    "running": "●",
    "approval": "◆",
    "waiting": "‖",
    "returned": "↩",
    "undeliverable": "▲",
    "failed": "✕",
    "done": "✓",
    "closed": "■",
    "withdrawn": "✕",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with a shape. ``datetime`` is the machine-readable day or moment, for ``<time datetime>``."""

    kind: Literal["state", "deadline"]
    tone: str
    glyph: str
    label: str
    datetime: str | None = None


def glyph_shape(name: str) -> str:
    """The inside of the 12 × 12 drawing of a glyph. Raises KeyError for one that we do not draw."""
    return GLYPHS[name]


def state_chip(tone: StateTone, label: str) -> Chip:
    """The pill that says where a row is in its life. Raises ValueError for an unknown tone."""
    if tone not in _STATE_GLYPHS:
        raise ValueError(f"unknown tone: {tone}")
    return Chip("state", tone, _STATE_GLYPHS[tone], label)


def deadline_chip(
    day: date | None,
    today: date,
    *,
    time: str | None = None,
    met_on: date | None = None,
    stopped: bool = False,
    at: datetime | None = None,
) -> Chip:
    """The rectangle that says how far a deadline is away, in JST calendar days to the communicated ``day``.

    ``time`` is shown on the last day only (本日 17:00); ``at`` is the exact moment, for machines.
    What is met or stopped says so, whatever the day; no day at all reads 期限なし.
    """
    stamp = at.isoformat() if at else day.isoformat() if day else None
    if met_on is not None:
        return Chip("deadline", "met", "✓", f"{_month_day(met_on)} 済", met_on.isoformat())
    if stopped:
        return Chip("deadline", "stopped", "‖", "停止中", stamp)
    if day is None:
        return Chip("deadline", "stopped", "", "期限なし")
    tone, glyph, label = _distance((day - today).days, time)
    return Chip("deadline", tone, glyph, label, stamp)


def from_chip(moment: date | datetime) -> Chip:
    """12/1 から: the first day on which something may be done."""
    return Chip("deadline", "ahead", "", f"{_month_day(jst_day(moment))} から", moment.isoformat())


def clause_url(ref: str) -> str:
    """Where a clause is read: ``beta 3(1)`` → ``/terms/clause/beta_3(1)/``."""
    return f"/terms/clause/{ref.replace(' ', '_')}/"


def _distance(days: int, time: str | None) -> tuple[DeadlineTone, str, str]:
    if days < 0:
        return "overdue", "!", f"超過{-days}日"
    if days == 0:
        return "today", "●", f"本日 {time}" if time else "本日"
    return ("soon", "clock", f"あと{days}日") if days <= _SOON_DAYS else ("ahead", "", f"あと{days}日")


def _month_day(day: date) -> str:
    return f"{day.month}/{day.day}"
