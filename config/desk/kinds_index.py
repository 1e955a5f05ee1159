"""What the engines know of their kinds, for what is generated from the registries and for the health check.

An engine gives three sources: its kinds, every key that may stand in its table (retired ones too), and those that do.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol


class Kind(Protocol):
    """What every kind of every engine has: a key, a label for staff, a clause ("" for a house policy)."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def clause(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine by its name in Japanese."""

    name: str
    kinds: Callable[[], Sequence[Kind]]
    known: Callable[[], Collection[str]]
    used: Callable[[], Collection[str]]


_engines: dict[str, Engine] = {}


def register(engine: Engine) -> None:
    """Called once by each engine; the same name twice raises ValueError."""
    if engine.name in _engines:
        raise ValueError(f"engine {engine.name} registered twice")
    _engines[engine.name] = engine


def engines() -> list[Engine]:
    """All, in the order in which they registered."""
    return list(_engines.values())


def unregistered() -> list[str]:
    """Keys in the tables that no engine knows: a kind leaves as `retired(key, label)`, never by deletion."""
    return [f"{engine.name} {key}" for engine in engines() for key in sorted(set(engine.used()) - set(engine.known()))]
