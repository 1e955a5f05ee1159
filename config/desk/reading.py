"""While a page is made, what its guards ask again and again about a row is asked once. A write ends that.

Nothing is kept outside `reading()`, nothing inside a step (so that a guard on the locked row reads fresh rows), and what
was kept before a step is forgotten after it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

Row = TypeVar("Row")
Found = TypeVar("Found")
_kept: ContextVar[dict[Any, list[Any]] | None] = ContextVar("kiyaku_reading", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """A page that writes nothing is made."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


@contextmanager
def interrupted() -> Iterator[None]:
    """Something is written: ask anew, during and after."""
    before, token = _kept.get(), _kept.set(None)
    try:
        yield
    finally:
        _kept.reset(token)
        if before is not None:
            before.clear()


def once(call: Callable[[Row], list[Found]]) -> Callable[[Row], list[Found]]:
    """What is found about a row, in a list of the caller's own; asked once while a page is made."""

    @wraps(call)
    def ask(row: Row) -> list[Found]:
        kept, key = _kept.get(), (call, type(row), row.pk)  # type: ignore[attr-defined]
        if kept is None:
            return call(row)
        if key not in kept:
            kept[key] = call(row)
        return list(kept[key])

    return ask
