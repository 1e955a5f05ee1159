"""The step: the one outermost transaction, which signs every history row with user, reason and verb."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from config.desk.reading import interrupted


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who writes, by which verb or engine step, at which moment, and why."""

    key: str
    by: Any
    at: datetime
    reason: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)


_current: ContextVar[Signature | None] = ContextVar("kiyaku_step", default=None)


def current() -> Signature | None:
    """The signature of the step that is open, if any."""
    return _current.get()


@contextmanager
def step(key: str, *, at: datetime, by: Any = None, reason: str = "") -> Iterator[Signature]:
    """Open the outermost transaction. `by` None is the system user. Steps do not nest (RuntimeError)."""
    if at.tzinfo is None:
        raise ValueError("a step takes an aware datetime")
    if _current.get() is not None:
        raise RuntimeError(f"step {key} opened inside step {_current.get()}")
    with interrupted(), transaction.atomic(durable=True):
        signature = Signature(key=key, by=by or system_user(), at=at, reason=reason)
        token = _current.set(signature)
        try:
            yield signature
        finally:
            _current.reset(token)


def system_user() -> Any:
    """The user that stands for the engines in history rows."""
    return get_user_model()._default_manager.system()
