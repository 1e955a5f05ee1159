"""What happened to one letter, from its history: every attempt, every confirmation, when and by whom. Pure reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from config.desk.registry import verbs
from notices.models import Channel, Delivery, Notice

WORDS = {
    "ordered": "通知を確定した", "numbered": "番号を取った", "final": "書面の内容が確定した", "cancelled": "取り消された", "void": "欠番になった",
    "email": {"queued": "送信待ちに戻した", "in_flight": "送信を始めた", "dispatched": "送信した", "delivered": "到達を記録した", "returned": "不達になった",
              "failed": "送信できなかった", "cancelled": "送信を取り消した"},
    "post": {"queued": "差出し待ちに戻した", "dispatched": "差し出した", "delivered": "配達された", "returned": "返戻された", "cancelled": "差出しを取り消した",
             "in_flight": "差出しを始めた", "failed": "差し出せなかった"},
}  # fmt: skip
MOMENTS = {
    "dispatched": "dispatched_at",
    "delivered": "delivered_at",
    "returned": "returned_at",
    "in_flight": "claimed_at",
}
ATTEMPTS = ("in_flight", "dispatched", "failed")


@dataclass(frozen=True, kw_only=True)
class Act:
    """One event: when it happened, when it was recorded, by whom, by which verb ("" for the machine)."""

    at: datetime
    recorded_at: datetime
    way: str
    what: str
    who: str
    verb: str = ""
    detail: str = ""
    is_attempt: bool = False


def acts(notice: Notice) -> list[Act]:
    """In the order in which they were recorded."""
    of_ways = (_of_delivery(delivery) for delivery in notice.deliveries.all())
    found = chain(_of_decision(notice), _of_notice(notice), *of_ways)
    return sorted(found, key=lambda act: (act.recorded_at, act.at))


def attempts(notice: Notice) -> list[Act]:
    """Claims, sendings, postings and failures only."""
    return [act for act in acts(notice) if act.is_attempt]


def _of_decision(notice: Notice) -> Iterator[Act]:
    decision = notice.decision
    if decision is None:
        return
    detail = f"決裁 {decision.number}"
    yield Act(
        at=decision.proposed_at,
        recorded_at=decision.proposed_at,
        way="",
        what="起案した",
        who=str(decision.proposed_by),
        detail=detail,
    )
    if decision.approved_at is not None:
        stands_for = f"（{decision.decided_for}の代理）" if decision.decided_for else ""
        who = f"{decision.approved_by}{stands_for}"
        yield Act(
            at=decision.approved_at, recorded_at=decision.approved_at, way="", what="承認した", who=who, detail=detail
        )


def _of_notice(notice: Notice) -> Iterator[Act]:
    before = ""
    for record in notice.history.order_by("history_id").select_related("history_user"):
        if record.state != before and record.state in WORDS:
            what, detail = str(WORDS[record.state]), record.closed_reason
            yield _act(
                record, "", what, record.ordered_at if record.state == "ordered" else record.history_date, detail
            )
        before = record.state


def _of_delivery(delivery: Delivery) -> Iterator[Act]:
    way = Channel(delivery.channel).label
    before: Any = None
    for record in delivery.history.order_by("history_id").select_related("history_user"):
        if before is not None:
            yield from _changes(before, record, way)
        before = record


def _changes(before: Any, record: Any, way: str) -> Iterator[Act]:
    if record.state != before.state:
        words: Any = WORDS[record.channel]
        moment = getattr(record, MOMENTS.get(record.state, ""), None) or record.history_date
        attempt = record.state in ATTEMPTS
        yield _act(record, way, words[record.state], moment, _detail(record), is_attempt=attempt)
    elif record.delivered_at != before.delivered_at and record.delivered_at:
        yield _act(record, way, "配達の日時を改めた", record.delivered_at, "")
    if record.printed_at and record.printed_at != before.printed_at:
        yield _act(record, way, "印刷した", record.printed_at, "")
    if record.waived_at and not before.waived_at:
        yield _act(record, way, "配達の記録を待たないことにした", record.waived_at, "")
    if record.tracking_number != before.tracking_number and record.state == before.state:
        yield _act(record, way, "追跡番号を記録した", record.history_date, record.tracking_number)


def _detail(record: Any) -> str:
    if record.state == "dispatched" and record.channel == Channel.POST:
        return f"{record.get_postage_display()}　{record.tracking_number}".strip()
    return record.failure if record.state in ("failed", "returned", "cancelled") else ""


def _act(record: Any, way: str, what: str, at: datetime, detail: str, *, is_attempt: bool = False) -> Act:
    user = record.history_user
    who = "自動" if user is None or user.is_system else str(user.name)
    known = {v.key: v.label for v in verbs()}
    return Act(
        at=at, recorded_at=record.history_date, way=way, what=what, who=who, verb=known.get(record.history_verb, ""), detail=detail,
        is_attempt=is_attempt,
    )  # fmt: skip
