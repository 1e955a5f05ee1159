"""What happens in a story without staff: pump, sweep, a bounce. Rooms above register it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

Brought = Callable[[datetime, Any, Path], Mapping[str, Any]]
_world: dict[str, Callable[[datetime, Any], Any]] = {}
_brought: dict[str, Brought] = {}


def world(name: str, act: Callable[[datetime, Any], Any]) -> None:
    """Something that happens without staff."""
    _world[name] = act


def brought(name: str, act: Brought) -> None:
    """A file that comes in from outside, handled by a person (`by`, `files` of the step); returns rows by alias."""
    _brought[name] = act


def names() -> set[str]:
    """What `world:` may name."""
    return set(_world) | set(_brought)


def is_brought(name: str) -> bool:
    """Whether it needs a file and a person."""
    return name in _brought


def bring(name: str, at: datetime, by: Any, file: Path) -> Mapping[str, Any]:
    """Let the file come in at this moment (the clock stands there)."""
    return _brought[name](at, by, file)


def happen(name: str, at: datetime, row: Any = None) -> None:
    """Let it happen at this moment (the clock stands there), to this row where it is about one."""
    _world[name](at, row)
