"""The top strip of the customer card: what must be known in the first five seconds of a call, a line a room."""

from collections.abc import Callable
from typing import Any

from config.desk.pages import card

Line = dict[str, Any]
Source = Callable[[Any], Line | None]
_sources: list[tuple[int, Source]] = []


def register(rank: int, call: Source) -> None:
    """A room says one thing of a customer, made by `pages.fact`; None where it has nothing to say. The lowest rank first."""
    _sources.append((rank, call))


def strip(customer: Any) -> dict[str, Any]:
    """All lines, as a card without a title."""
    ranked = sorted(_sources, key=lambda source: source[0])
    lines = [line for _, call in ranked if (line := call(customer)) is not None]
    return card("", "strip", lines, key="strip")
