"""What happens in a story without staff: pump, sweep, a bounce. Rooms above register it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

_world: dict[str, Callable[[datetime, Any], Any]] = {}


def world(name: str, act: Callable[[datetime, Any], Any]) -> None:
    """Something that happens without staff."""
    _world[name] = act


def names() -> set[str]:
    """What `world:` may name."""
    return set(_world)


def happen(name: str, at: datetime, row: Any = None) -> None:
    """Let it happen at this moment (the clock stands there), to this row where it is about one."""
    _world[name](at, row)
