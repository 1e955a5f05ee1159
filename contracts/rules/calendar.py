"""Days in Japan: which date a moment falls on, which days are off, and how a day is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from holidays.countries.japan import Japan

JST = ZoneInfo("Asia/Tokyo")
RollMode = Literal["none", "statutory", "business"]

_WEEKDAYS = "月火水木金土日"
_SATURDAY, _SUNDAY = 5, 6
_FIRST_YEAR, _LAST_YEAR = 1949, 2099  # what the holidays library knows


def in_jst(moment: datetime) -> datetime:
    """The same moment on a clock in Tokyo. Raises ValueError for a naive datetime."""
    if moment.utcoffset() is None:
        raise ValueError("タイムゾーンのない日時は使えません。")
    return moment.astimezone(JST)


def jst_date(day: date) -> date:
    """The JST day of an aware datetime, or the date itself. Raises ValueError for a naive datetime."""
    return in_jst(day).date() if isinstance(day, datetime) else day


def plus_days(day: date, days: int) -> date:
    """``day`` moved by ``days``. Raises ValueError outside of the years 1–9999."""
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise ValueError("暦の範囲を超える期間です。") from error


def holiday_name(day: date) -> str:
    """The name of the holiday under the Act on National Holidays, substitute ones included; empty for other days.

    Equinoxes that the gazette has not published yet are forecasts. Raises ValueError outside of 1949–2099,
    rather than taking the days of a year that nobody can know for working days.
    """
    day = jst_date(day)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"祝日を計算できるのは{_FIRST_YEAR}年から{_LAST_YEAR}年までです。")
    return _holidays(day.year).get(day, "")


def day_off_reason(day: date, mode: RollMode, closures: Collection[date] = ()) -> str:
    """Why no business is done on ``day`` under ``mode`` (Civil Code 142); empty for a business day.

    ``statutory``: Sundays and holidays of the Act. ``business``: Saturdays, 29 December to 3 January and
    the company's ``closures`` too. ``none``: no day is off.
    """
    if mode not in ("none", "statutory", "business"):
        raise ValueError(f"末日の扱いが不明です：{mode!r}")
    if mode == "none":
        return ""
    day = jst_date(day)
    reason = holiday_name(day) or ("日曜日" if day.weekday() == _SUNDAY else "")
    return reason or (_house_day_off(day, closures) if mode == "business" else "")


def days_off_from(day: date, mode: RollMode, closures: Collection[date] = ()) -> Iterator[tuple[date, str]]:
    """The unbroken run of days off that begins on ``day``, each with its reason; nothing if ``day`` is none."""
    while reason := day_off_reason(day, mode, closures):
        yield day, reason
        day = plus_days(day, 1)


def written(day: date, *, beside: date | None = None) -> str:
    """11月26日（木）; with the year (2026年11月26日（木）) unless it is the year of ``beside``."""
    year = "" if beside is not None and beside.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（{weekday(day)}）"


def weekday(day: date) -> str:
    """The day of the week in one character, 月 to 日."""
    return _WEEKDAYS[day.weekday()]


def _house_day_off(day: date, closures: Collection[date]) -> str:
    if day.weekday() == _SATURDAY:
        return "土曜日"
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return "年末年始"
    return "会社の休業日" if day in closures else ""


@cache
def _holidays(year: int) -> dict[date, str]:
    # A plain dict of dates: the library itself would look up an aware datetime by its UTC date.
    return dict(Japan(years=year, language="ja").items())
