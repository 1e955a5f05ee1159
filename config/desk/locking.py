"""Locks, always taken in one order: HandlerRun → Customer → subject → Objection → Decision → Notice → Delivery → Deadline → Counter.

See docs/locking.md.
"""

from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


def locked(model: type[M], pk: Any) -> M:
    """The row, read anew under its lock. `of` keeps PostgreSQL from locking joined rows; SQLite locks the whole file."""
    return model._base_manager.select_for_update(of=("self",)).get(pk=pk)


def locked_aggregate(row: M) -> M:
    """Lock what the row hangs on, from the top down, then the row itself, read anew."""
    for parent in _parents(row):
        locked(type(parent), parent.pk)
    return locked(type(row), row.pk)


def _parents(row: models.Model) -> list[models.Model]:
    """Customer first, then each subject from the outermost inward."""
    chain: list[models.Model] = []
    inner = getattr(row, "subject", None)
    while inner is not None:
        chain.insert(0, inner)
        inner = getattr(inner, "subject", None)
    customer = getattr(row, "customer", None)
    return ([customer] if customer is not None else []) + chain
