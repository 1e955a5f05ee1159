"""The pump: number → render → final → claim → send → record, each in a step of its own. The table is the queue.

1. Each ordered letter takes the next gap-free number of the year, in a step of its own.
2. Numbered letters are rendered together, outside every transaction; one insert each makes it final. Twice in vain: void,
   with the reason. What could be rendered but not stored waits, says why, and is tried again.
3. Each e-mail that is due is claimed under lock, if its kind still stands by it; sent outside; its outcome committed first.
4. Waiting handlers run, each in a step of its own. What they order is pumped in the next round.
5. At the end, approvers are told of what newly waits for them (contracts/decisions/telling.py).
Any number of pumps may run; killed anywhere, a claimed delivery stays "in flight" for a person, and nothing is sent twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from config.desk import clock, handlers, numbers
from config.desk.locking import locked, locked_aggregate
from config.desk.step import step
from contracts.decisions import telling
from notices import outcomes, secrets, transport, workflow
from notices.composing import compose_all, freeze
from notices.engine import kind_of
from notices.models import Delivery, Notice
from notices.rendering import Rendered
from notices.rendering.content import Letter
from notices.troubles import in_words, passes

log = logging.getLogger("kiyaku.pump")
MOST_ATTEMPTS = 2
TOGETHER = 32  # letters rendered before the first of them is stored: what a kill costs
also: list[Callable[[], int]] = []  # other work of the outbox (print runs): how much each did


@dataclass
class Pumped:
    """What one call of the pump did."""

    numbered: int = 0
    finished: int = 0
    tried: int = 0  # e-mails that were due: sent, failed, unclear, fallen away, or replaced by a letter dated anew
    sent: int = 0
    handled: int = 0
    printed: int = 0  # steps of print runs
    told: int = 0  # e-mails to approvers


def pump() -> Pumped:
    """Work until nothing is due by the desk's clock."""
    done = Pumped()
    while True:
        before = astuple(done)
        done.numbered += number_all()
        done.finished += finish_all()
        tried, sent = send_all()
        done.tried, done.sent = done.tried + tried, done.sent + sent
        done.printed += sum(work() for work in also)
        done.handled += handlers.run_due()
        if before == astuple(done):
            done.told = telling.tell()
            return done


def _guarded(work: Callable[..., bool], pk: int, *given: Any) -> bool:
    """One row that cannot be worked on, for whatever reason, stops no other: it stays as it is, and is tried again."""
    try:
        return work(pk, *given)
    except Exception:
        log.exception("%s of %s", work.__name__, pk)
        return False


def number_all() -> int:
    """Give every ordered letter its number."""
    waiting = Notice.objects.filter(state=Notice.State.ORDERED).order_by("pk").values_list("pk", flat=True)
    return sum(_guarded(_number, pk) for pk in list(waiting))


def _number(pk: int) -> bool:
    with step("notices.number", at=clock.now()):
        notice = locked_aggregate(Notice.objects.get(pk=pk))
        if notice.state != Notice.State.ORDERED:
            return False
        notice.number, notice.state = numbers.take("N", clock.now()), Notice.State.NUMBERED
        notice.save()
    return True


def finish_all() -> int:
    """Render every numbered letter and make it final."""
    waiting = Notice.objects.filter(state=Notice.State.NUMBERED).order_by("pk").values_list("pk", flat=True)
    pks = list(waiting)
    return sum(_finish_together(pks[first : first + TOGETHER]) for first in range(0, len(pks), TOGETHER))


def _finish_together(pks: Sequence[int]) -> int:
    """Rendered together, outside every transaction; each made final in a step of its own. One stops no other."""
    rows = Notice.objects.filter(pk__in=pks, state=Notice.State.NUMBERED).order_by("pk")
    notices = list(rows.select_related("customer", "content_type").prefetch_related("deliveries", "subject"))
    return sum(_finish(notice, made) for notice, made in zip(notices, compose_all(notices), strict=True))


def _finish(notice: Notice, made: tuple[Letter, Rendered] | Exception) -> bool:
    if isinstance(made, Exception):
        log.error("letter %s could not be rendered", notice.number, exc_info=made)
        return _guarded(_not_stored if passes(made) else _render_failed, notice.pk, in_words(made))
    try:
        return _freeze(notice, *made)
    except Exception as failure:
        log.exception("letter %s could not be stored", notice.number)
        return _guarded(_not_stored, notice.pk, in_words(failure))


def _freeze(notice: Notice, letter: Letter, rendered: Rendered) -> bool:
    with step("notices.finish", at=clock.now()):
        fresh = locked_aggregate(notice)
        if fresh.state != Notice.State.NUMBERED:
            return False
        freeze(fresh, letter, rendered)
    return True


def _not_stored(pk: int, why: str) -> bool:
    """The letter is sound, the machine was not: it waits, says why, and is tried again by every pump."""
    with step("notices.finish", at=clock.now()):
        notice = locked_aggregate(Notice.objects.get(pk=pk))
        if notice.state == Notice.State.NUMBERED and notice.closed_reason != why:
            notice.closed_reason = why
            notice.save()
    return False


def _render_failed(pk: int, why: str) -> bool:
    with step("notices.finish", at=clock.now()):
        notice = locked_aggregate(Notice.objects.get(pk=pk))
        if notice.state == Notice.State.NUMBERED:
            notice.render_attempts += 1
            notice.save()
            if notice.render_attempts >= MOST_ATTEMPTS:
                _void(notice, why)
    return False


def _void(notice: Notice, why: str) -> None:
    workflow.withdraw_queued(notice, why)
    notice.state, notice.closed_reason = Notice.State.VOID, f"書面を作れませんでした。{why}"
    notice.save()
    secrets.wipe(notice)
    handlers.enqueue("notices", "cancelled", notice.kind, notice, clock.now())


def send_all() -> tuple[int, int]:
    """Claim and send every e-mail that is due: (tried, sent). One failure never stops the others."""
    sent, tried = 0, set[int]()
    while (pk := _next_email(tried)) is not None:
        tried.add(pk)
        sent += _guarded(_send, pk)
    return len(tried), sent


def _next_email(tried: set[int]) -> int | None:
    return Delivery.objects.emails_due(clock.now()).exclude(pk__in=tried).values_list("pk", flat=True).first()


def _send(pk: int) -> bool:
    delivery = _claim(pk)
    if delivery is None:
        return False
    try:
        taken_as = transport.send(delivery, delivery.notice.content, secrets.read(delivery.notice))
    except transport.NothingLeft as refused:
        _record(delivery, failure=str(refused))
        return False
    except transport.Unclear as unclear:
        log.warning("delivery %s is unclear: %s", delivery.pk, unclear)
        return False
    except Exception:
        log.exception("delivery %s stays in flight for a person", delivery.pk)
        return False
    _record(delivery, taken_as=taken_as)
    return True


def _claim(pk: int) -> Delivery | None:
    """Someone else got there first: None, a normal return."""
    with step("notices.claim", at=clock.now()):
        delivery = locked_aggregate(Delivery.objects.select_related("notice__customer").get(pk=pk))
        notice = locked(Notice, delivery.notice_id)
        if delivery.state != Delivery.State.QUEUED or notice.state not in ("final", "dispatched"):
            return None
        if falls_away(notice):
            return None
        if why := workflow.strayed(delivery, clock.now()):
            workflow.withdraw_queued(notice, why)
            return None
        delivery.state, delivery.claimed_at = Delivery.State.IN_FLIGHT, clock.now()
        delivery.message_id, delivery.service_id = transport.new_message_id(), ""
        delivery.save()
    return delivery


def falls_away(notice: Notice) -> bool:
    """Whether the letter must not leave: what it rests on is gone, or its dates are too short by now."""
    why = kind_of(notice).still_stands(notice.subject, notice, clock.now())
    if why is not None:
        stop(notice, why)
    elif workflow.is_stale(notice, clock.now()):
        workflow.replace(notice, at=clock.now())
    elif moved := workflow.readdressed(notice, clock.now()):
        workflow.replace(notice, at=clock.now(), reason=moved)
    else:
        return False
    return True


def stop(notice: Notice, why: str) -> None:
    """The kind does not stand by its letter any more: what is queued stays here, and the kind hears of it."""
    if notice.state == Notice.State.DISPATCHED:
        workflow.withdraw_queued(notice, why)
    else:
        workflow.cancel(notice, why, tell=True)


def _record(delivery: Delivery, failure: str = "", taken_as: str = "") -> None:
    with step("notices.record", at=clock.now()):
        fresh = locked_aggregate(delivery)
        if fresh.state != Delivery.State.IN_FLIGHT:
            return
        if failure:
            outcomes.failed(fresh, failure)
        else:
            fresh.service_id = taken_as or ""
            outcomes.dispatched(fresh, clock.now())
