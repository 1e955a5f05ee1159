"""What stands still for longer than it may: one list for the home page, the sidebar, `manage.py doctor` and /health/.

Engines register what they look at. To be asked often it must be cheap: a few counts on an index, no file, no rendering.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One thing that stands still: a sentence for staff, how many rows, and where they are dealt with."""

    key: str  # for machines: it stands in /health/
    text: str
    count: int = 1
    url: str = ""
    of_cases: bool = True  # False: of the place itself, which 管理 sees too
    serious: bool = True  # doctor and /health/ fail on it; else it is worth knowing


Source = Callable[[datetime], list[Alarm]]
_sources: dict[str, Source] = {}


def source(key: str, call: Source) -> None:
    """An engine says what of its own stands still at a moment; the same key twice raises ValueError."""
    if key in _sources:
        raise ValueError(f"alarm source {key} registered twice")
    _sources[key] = call


def standing(at: datetime) -> dict[str, list[Alarm]]:
    """All that stands still at this moment, by source."""
    return {key: call(at) for key, call in _sources.items()}


def seen_by(by: Any, at: datetime) -> list[Alarm]:
    """Those that this person is shown; cases are not for everybody's eyes."""
    cases = by.has_perm("deadlines.view_deadline")
    return [alarm for found in standing(at).values() for alarm in found if cases or not alarm.of_cases]
