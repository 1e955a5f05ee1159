"""What follows a verb on its page, outside its step: waiting handlers run at once, and the worker is nudged."""

from collections.abc import Callable
from typing import Any

from config.desk import handlers

_nudges: list[Callable[[], None]] = []
_told: list[Callable[[Any], str]] = []


def nudge(call: Callable[[], None]) -> None:
    """An engine that works in the background is told that there may be work."""
    _nudges.append(call)


def tells(call: Callable[[Any], str]) -> None:
    """An engine says, in a sentence, what follows for a row on which a verb was pressed (or nothing)."""
    _told.append(call)


def told(row: Any) -> str:
    """What follows."""
    return "".join(call(row) for call in _told)


def pressed() -> None:
    """Rows only: the page that comes next shows the effect. Letters are left to the worker."""
    handlers.run_due()
    for call in _nudges:
        call()
