"""Handlers: what follows an engine's outcome, each in a step of its own, at least once, retried and then left to a person."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from config.desk import clock
from config.desk.locking import locked, locked_aggregate
from config.desk.models import HandlerRun
from config.desk.refusal import Refused
from config.desk.step import current, step

log = logging.getLogger("kiyaku.handlers")
RETRY_AFTER = (1, 5, 30)  # minutes; after the last retry a person takes over
_engines: dict[str, Callable[[HandlerRun], None]] = {}
before_handler: list[Callable[[HandlerRun], None]] = []  # lets a story make the next handler fail


def engine(name: str, call: Callable[[HandlerRun], None]) -> None:
    """An engine says how its handler runs are called."""
    if name in _engines:
        raise ValueError(f"handler engine {name} registered twice")
    _engines[name] = call


def enqueue(name: str, event: str, kind: str, row: Model, at: datetime) -> HandlerRun:
    """Commit a waiting run together with the outcome; only inside a step."""
    if current() is None:
        raise RuntimeError("a handler run belongs to the step of its outcome")
    return HandlerRun.objects.create(engine=name, event=event, kind=kind, row=row, at=at, next_attempt_at=at)


def next_due(after: datetime) -> datetime | None:
    """The next moment after `after` at which a run is to be tried."""
    open_runs = HandlerRun.objects.exclude(state=HandlerRun.State.DONE).filter(next_attempt_at__gt=after)
    return open_runs.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def run_due() -> int:
    """Run every handler that is due by the desk's clock; the number tried. One failure never stops the others."""
    tried: set[int] = set()
    while (pk := _first_due(tried)) is not None:
        tried.add(pk)
        run_one(pk)
    return len(tried)


def _first_due(tried: set[int]) -> int | None:
    due = HandlerRun.objects.exclude(state=HandlerRun.State.DONE).filter(next_attempt_at__lte=clock.now())
    return due.exclude(pk__in=tried).order_by("pk").values_list("pk", flat=True).first()


def run_one(pk: int) -> bool:
    """Run one handler in its own step; whether it is done. What it raises is kept on its row and in the log."""
    run = HandlerRun.objects.get(pk=pk)
    try:
        _call_in_step(run)
    except Refused as refused:
        _fail(run, f"{refused.message}{refused.instead}", retry=False)
        return False
    except Exception as failure:
        log.exception("handler %s %s failed", run.kind, run.event)
        _fail(run, f"{type(failure).__name__}: {failure}", retry=True)
        return False
    return True


def _call_in_step(run: HandlerRun) -> None:
    with step(f"{run.kind}:{run.event}", at=clock.now()):
        fresh = locked(HandlerRun, run.pk)
        if fresh.state == HandlerRun.State.DONE:
            return
        if fresh.row is not None:
            locked_aggregate(fresh.row)
        for hook in before_handler:
            hook(fresh)
        _engines[fresh.engine](fresh)
        fresh.state, fresh.done_at, fresh.next_attempt_at = HandlerRun.State.DONE, clock.now(), None
        fresh.attempts += 1
        fresh.save()


def _fail(run: HandlerRun, error: str, *, retry: bool) -> None:
    with step(f"{run.kind}:{run.event}", at=clock.now()):
        fresh = locked(HandlerRun, run.pk)
        if fresh.state == HandlerRun.State.DONE:
            return
        fresh.attempts += 1
        fresh.state, fresh.error = HandlerRun.State.FAILED, error
        fresh.next_attempt_at = _next_attempt(fresh.attempts) if retry else None
        fresh.save()


def _next_attempt(attempts: int) -> datetime | None:
    return clock.now() + timedelta(minutes=RETRY_AFTER[attempts - 1]) if attempts <= len(RETRY_AFTER) else None


def row_of(run: HandlerRun, model: type[Any]) -> Any:
    """The engine's row, read anew under its lock."""
    return locked(model, run.object_id)
