"""Which letters stand still at a moment: as alarms, as a finding of the doctor, as numbers for the sidebar."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.urls import reverse

from config.desk import clock
from config.desk.alarms import Alarm
from config.desk.counting import Counted, totals
from config.desk.doctor import Finding
from config.desk.jst import jshort
from notices.alarms import closing
from notices.alarms.stages import STAGES, Stage, values_in_force


def alarms_at(at: datetime) -> list[Alarm]:
    """One a stage in which something stands too long, and the last post of today. Two queries where all is well."""
    values = values_in_force()
    rows = [stage.rows(stage.late(at, values)) for stage in STAGES]
    numbers = totals([*rows, _before_closing(at, values)])
    stuck = [
        _alarm(stage, number, found.order_by().aggregate(since=Min(stage.since))["since"], stage.allowed(values))
        for stage, found, number in zip(STAGES, rows, numbers, strict=False) if number
    ]  # fmt: skip
    return [*stuck, *([_closing(at, numbers[-1], values)] if numbers[-1] else [])]


def stuck_now() -> list[Counted]:
    """For the sidebar."""
    at, values = clock.now(), values_in_force()
    return [*(stage.rows(stage.late(at, values)) for stage in STAGES), _before_closing(at, values)]


def finding() -> Finding:
    """For the doctor; what stands in training stands there by intent."""
    found = alarms_at(clock.now())
    if not found:
        return Finding(True, "止まっている通知はありません。")
    ok = False if any(alarm.serious for alarm in found) else None
    return Finding(ok, "".join(alarm.text for alarm in found))


def _before_closing(at: datetime, values: dict[str, Any]) -> Counted:
    return closing.of_today(at) if closing.is_near(at, values) else 0


def _alarm(stage: Stage, number: int, since: date | datetime, allowed: str) -> Alarm:
    text = f"{stage.told}{allowed}以上たつ通知が{number}通あります（{stage.title}、最も古いもの {jshort(since)}）。"
    do = "自動処理を確かめてください。" if stage.by_machine else ""
    return Alarm(key=stage.key, text=f"{text}{do}", count=number, url=_url(stage.key), serious=_in_service())


def _closing(at: datetime, number: int, values: dict[str, Any]) -> Alarm:
    closed = at >= closing.closes_at(at, values)
    text = (
        f"今日の差出しの締切（{values[closing.CLOSES.key]}）を過ぎましたが、差し出していない通知が{number}通あります。"
        if closed
        else f"今日差し出す通知が{number}通残っています。締切は{values[closing.CLOSES.key]}です。"
    )
    return Alarm(key="closing", text=text, count=number, url=_url("closing"), serious=closed and _in_service())


def _in_service() -> bool:
    return str(settings.KIYAKU_MODE) != "training"


def _url(key: str) -> str:
    return f"{reverse('notices:alarms')}#card-{key}"
