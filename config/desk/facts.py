"""Facts: every row with a life as plain values, and the paths by which stories and pages reach related rows."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from config.desk.clock import JST

Resolver = Callable[[Model, str], Any]
Dumper = Callable[[Model], Mapping[str, Any]]
_resolvers: list[Resolver] = []
_dumpers: list[Dumper] = []
MISSING = object()


class NoSuchPath(LookupError):
    """The path names nothing that this row could have."""


def provide(resolver: Resolver, dumper: Dumper) -> None:
    """An engine says what stands under a row (resolver returns MISSING where the name is not its own)."""
    _resolvers.append(resolver)
    _dumpers.append(dumper)


def follow(row: Any, path: list[str]) -> Any:
    """Walk the path from a row; None where a row on the way is not there yet."""
    for name in path:
        if row is None:
            return None
        row = _one(row, name)
    return row


def _one(row: Any, name: str) -> Any:
    if isinstance(row, Mapping):
        if name not in row:
            raise NoSuchPath(name)
        return row[name]
    if hasattr(row, "resolve_fact"):
        return row.resolve_fact(name)
    values = row.facts()
    if name in values:
        return values[name]
    for resolver in _resolvers:
        found = resolver(row, name)
        if found is not MISSING:
            return found
    related = getattr(row, "related_facts", ())
    if name in related:
        return getattr(row, name)
    raise NoSuchPath(f"{type(row).__name__}.{name}")


def dump(row: Model) -> dict[str, Any]:
    """All facts of a row as text-ready values, with its related rows one level down."""
    values = {k: plain(v) for k, v in row.facts().items()}  # type: ignore[attr-defined]
    for dumper in _dumpers:
        values |= {k: plain(v) for k, v in dumper(row).items()}
    for name in getattr(row, "related_facts", ()):
        related = getattr(row, name)
        values[name] = {k: plain(v) for k, v in related.facts().items()} if related is not None else None
    return values


def plain(value: Any) -> Any:
    """Moments in JST, days, numbers and None as JSON takes them."""
    if isinstance(value, datetime):
        return value.astimezone(JST).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, Model):
        return {k: plain(v) for k, v in value.facts().items()}  # type: ignore[attr-defined]
    return value
