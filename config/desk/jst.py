"""How days and moments read in Japanese: 11月26日（木）, 12月1日（火）0:00, 11/26（木）15:08.

A moment is shown in Japan standard time whatever its own zone; a naive datetime raises ValueError,
because nobody can say which day in Japan it falls on.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

__all__ = ["JST", "jday", "jday_year", "jmoment", "jshort", "jtime", "jst_day", "weekday"]

JST = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"


def jst_day(value: date | datetime) -> date:
    """The JST calendar day of a day or of a moment."""
    return _in_jst(value).date() if isinstance(value, datetime) else value


def weekday(value: date | datetime) -> str:
    """One letter: 月 … 日."""
    return _WEEKDAYS[jst_day(value).weekday()]


def jday(value: date | datetime) -> str:
    """11月26日（木）"""
    day = jst_day(value)
    return f"{day.month}月{day.day}日（{weekday(day)}）"


def jday_year(value: date | datetime) -> str:
    """2026年11月26日（木）: where the year may be doubted."""
    return f"{jst_day(value).year}年{jday(value)}"


def jtime(value: datetime) -> str:
    """9:05; midnight is 0:00."""
    moment = _in_jst(value)
    return f"{moment.hour}:{moment.minute:02d}"


def jmoment(value: datetime) -> str:
    """12月1日（火）0:00"""
    return jday(value) + jtime(value)


def jshort(value: date | datetime) -> str:
    """11/26（木）15:08; for a day 11/26（木）."""
    day = jst_day(value)
    time = jtime(value) if isinstance(value, datetime) else ""
    return f"{day.month}/{day.day}（{weekday(day)}）{time}"


def _in_jst(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return value.astimezone(JST)
