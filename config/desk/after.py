"""What follows a verb on its page, outside its step: waiting handlers run at once, and the worker is nudged."""

from collections.abc import Callable

from config.desk import handlers

_nudges: list[Callable[[], None]] = []


def nudge(call: Callable[[], None]) -> None:
    """An engine that works in the background is told that there may be work."""
    _nudges.append(call)


def pressed() -> None:
    """Rows only: the page that comes next shows the effect. Letters are left to the worker."""
    handlers.run_due()
    for call in _nudges:
        call()
