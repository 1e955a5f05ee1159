"""How a story drives the outbox: the pump when something falls due, and the mishaps of the world."""

from datetime import datetime
from typing import Any

from config.desk import facts, handlers, play
from config.desk.models import HandlerRun
from config.desk.press import press
from config.desk.step import system_user
from notices import transport
from notices.models import Delivery, Notice
from notices.pump import pump

_fail_next: set[int] = set()


class HandlerFault(RuntimeError):
    """The failure that a story asked for."""


def register_all() -> None:
    """Called once, when the engine starts."""
    play.world("pump", lambda at, row: pump())
    play.world("bounce", _bounce)
    play.world("deliver_fails", lambda at, row: transport.refuse_next.add(row.pk))
    play.world("handler_fails", lambda at, row: _fail_next.add(row.pk))
    play.agenda(next_due, "pump")
    play.forget(_forget)
    handlers.before_handler.append(_raise_once)


def _bounce(at: datetime, notice: Any) -> None:
    press(
        "notices.record_return",
        notice,
        by=system_user(),
        at=at,
        data={"channel": "email", "returned_at": at, "reason": "宛先不明（550）"},
    )


def next_due(after: datetime) -> datetime | None:
    """The next moment at which an e-mail or a handler falls due."""
    emails = Delivery.objects.filter(channel="email", state="queued", due_at__gt=after).order_by("due_at")
    moments = [emails.values_list("due_at", flat=True).first(), handlers.next_due(after)]
    return min((m for m in moments if m is not None), default=None)


def _raise_once(run: HandlerRun) -> None:
    notice = run.object_id if run.content_type.model_class() is Notice else getattr(run.row, "notice_id", None)
    if run.engine == "notices" and notice in _fail_next:
        _fail_next.discard(notice)
        raise HandlerFault("後処理が、物語の指定により失敗しました")


def _forget() -> None:
    _fail_next.clear()
    transport.refuse_next.clear()


def letters() -> list[dict[str, Any]]:
    """Every delivery of every letter, for the report of a story."""
    rows = Delivery.objects.select_related("notice__content").order_by("notice_id", "pk")
    return [_letter(delivery) for delivery in rows]


def _letter(delivery: Delivery) -> dict[str, Any]:
    notice = delivery.notice
    content = getattr(notice, "content", None)
    return {
        "number": notice.number, "kind": notice.kind, "to": delivery.to, "channel": delivery.channel, "state": delivery.state,
        "dispatched_at": facts.plain(delivery.dispatched_at), "text": content.text if content else "",
    }  # fmt: skip
