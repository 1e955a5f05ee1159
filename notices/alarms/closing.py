"""The last post of the day: when it closes, and from when on what is still here shows red."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from config.desk.chips import Chip, deadline_chip
from config.desk.clock import JST, jst_day
from config.desk.house import Policy, define
from notices.models import Delivery

CLOSES = define(Policy(
    "posting_closes", "郵便の差出しの締切（印刷して出せる最後の時刻）", "17:00", pattern=r"([01]?\d|2[0-3]):[0-5]\d", hint="17:00 のような時刻",
))  # fmt: skip
WARNS = define(Policy("posting_warns_minutes", "差出しの締切の前に、赤く知らせる時間", 60, "分", highest=600))


def closes_at(at: datetime, values: Mapping[str, Any]) -> datetime:
    """The moment of this JST day."""
    hour, _, minute = str(values[CLOSES.key]).partition(":")
    return datetime.combine(jst_day(at), time(int(hour), int(minute)), JST)


def is_near(at: datetime, values: Mapping[str, Any]) -> bool:
    """Whether it closes soon, or has closed."""
    return at >= closes_at(at, values) - timedelta(minutes=int(values[WARNS.key]))


def of_today(at: datetime) -> QuerySet[Delivery]:
    """What is to be posted today, and was not."""
    return Delivery.objects.to_post().filter(notice__planned_dispatch_on=jst_day(at))


def chip(delivery: Delivery, at: datetime, values: Mapping[str, Any]) -> Chip:
    """How far its day is away; on the day itself how far the last post is."""
    planned = delivery.notice.planned_dispatch_on
    closes = closes_at(at, values)
    if planned != jst_day(at) or not is_near(at, values):
        return deadline_chip(planned, jst_day(at), time=str(values[CLOSES.key]))
    left = -((at - closes) // timedelta(minutes=1))
    return Chip("deadline", "overdue", "!", f"締切まで{left}分" if left > 0 else "締切を過ぎました", closes.isoformat())
