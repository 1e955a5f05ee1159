"""Periods of the Civil Code (138–143) as the terms use them: last days, notice days, and the reasoning behind them.

Days are JST days; an aware datetime is taken by its date in Tokyo. Every function raises ValueError for a naive
datetime, a negative length, and where both or neither of ``days`` and ``months`` are given.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from contracts.rules.calendar import (
    JST,
    RollMode,
    day_off_reason,
    days_off_from,
    in_jst,
    jst_date,
    plus_days,
    weekday,
    written,
)

_ROLL_BASES: dict[RollMode, str] = {
    "none": "読み方：末日が休日（繰り下げない）",
    "statutory": "民法第142条・読み方：日曜日と祝日",
    "business": "民法第142条・読み方：営業日",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a computation as staff read it: the rule, the law or reading it rests on, its input and result."""

    rule: str
    basis: str
    given: str
    result: str


@dataclass(frozen=True, slots=True)
class Computation:
    """A period worked out.

    ``last_day`` closes the period (141), ``rolled`` is that day after Civil Code 142, ``act_from`` the first moment
    after it (0:00 in Tokyo of the next day). ``forecast``: an equinox that is not published yet may move ``rolled``.
    """

    last_day: date
    rolled: date
    act_from: datetime
    steps: tuple[Step, ...]
    forecast: bool


def last_day(start: datetime | date, *, days: int = 0, months: int = 0, count_first_day: bool | None = None) -> date:
    """The last day of a period of ``days`` or ``months`` (Civil Code 140, 141, 143), not rolled for holidays.

    ``count_first_day`` None leaves it to Art. 140: the start day counts only for a datetime at 00:00:00 JST exactly.
    """
    _check_length(days, months)
    first = _first_counted_day(start, count_first_day)
    return plus_days(first, days - 1) if days else _end_of_months(first, months)


def nth_last_day(start: date, n: int, *, months: int = 1, count_first_day: bool = False) -> date:
    """The last day of the ``n``-th (from 1) of equal periods of ``months`` that follow each other (Art. 22).

    Anchored to the first start, never chained, so that a short month moves no later end. ValueError for n < 1.
    """
    if n < 1:
        raise ValueError("何回目の期間かは1以上で指定してください。")
    return last_day(start, months=n * months, count_first_day=count_first_day)


def latest_notice_day(event: date, *, days: int = 0, months: int = 0) -> date:
    """The latest day for a notice owed ``days`` or ``months`` before ``event`` (Arts. 3(3), 20(1)(1)).

    The whole length lies between the two days (140–143 by analogy); never later because of a holiday.
    """
    _check_length(days, months)
    day = jst_date(event)
    return plus_days(day, -days - 1) if days else plus_days(_months_earlier(day, months), -1)


def due_moment(start: datetime, *, minutes: int) -> datetime:
    """The end, in JST, of a period of ``minutes`` that runs at once, day and night (Civil Code 139)."""
    if minutes < 0:
        raise ValueError("期間の長さに負の数は使えません。")
    try:
        return (in_jst(start).astimezone(UTC) + timedelta(minutes=minutes)).astimezone(JST)
    except OverflowError as error:
        raise ValueError("暦の範囲を超える期間です。") from error


def roll(day: date, mode: RollMode, closures: Collection[date] = ()) -> date:
    """``day``, or the next day that is not off under ``mode`` (Civil Code 142).

    none: as it is. statutory: Sundays and holidays of the Act are off. business: Saturdays,
    29 December to 3 January and the company's ``closures`` too; these count under no other mode.
    """
    rolled = jst_date(day)
    while day_off_reason(rolled, mode, closures):
        rolled = plus_days(rolled, 1)
    return rolled


def compute(
    start: datetime | date,
    *,
    days: int = 0,
    months: int = 0,
    count_first_day: bool | None = None,
    mode: RollMode = "business",
    closures: Collection[date] = (),
    known_through: date | None = None,
    event: str = "",
    length_basis: str = "",
) -> Computation:
    """A period with its reasoning: ``last_day``, then ``roll``, then the moment from which the company may act.

    ``known_through``: the last day for which equinoxes are published; None: the end of the year after the start.
    ``event`` names what happened at the start (発送), ``length_basis`` what sets the length (規約第23条第1項).
    """
    first = _first_counted_day(start, count_first_day)
    end = last_day(start, days=days, months=months, count_first_day=count_first_day)
    rolled = roll(end, mode, closures)
    act_from = datetime.combine(plus_days(rolled, 1), time.min, tzinfo=JST)
    known = known_through or date(min(jst_date(start).year + 1, date.max.year), 12, 31)
    forecast = mode != "none" and _rests_on_forecast(end, rolled, known)
    steps = [
        _first_day_step(start, first, count_first_day, event),
        _length_step(first, end, days, months, length_basis),
        _roll_step(end, rolled, mode, closures),
        *([_forecast_step(end, rolled, known)] if forecast else []),
        _act_step(rolled, act_from),
    ]
    return Computation(end, rolled, act_from, tuple(steps), forecast)


def _check_length(days: int, months: int) -> None:
    if days < 0 or months < 0:
        raise ValueError("期間の長さに負の数は使えません。")
    if bool(days) == bool(months):
        raise ValueError("期間は日数か月数のどちらか一方で指定してください。")


def _first_counted_day(start: datetime | date, count_first_day: bool | None) -> date:
    counted = _starts_at_midnight(start) if count_first_day is None else count_first_day
    return jst_date(start) if counted else plus_days(jst_date(start), 1)


def _starts_at_midnight(start: datetime | date) -> bool:
    return isinstance(start, datetime) and in_jst(start).time() == time.min


def _end_of_months(first: date, months: int) -> date:
    """Civil Code 143(2): the day before the day that corresponds to ``first``, or the month's last where none does."""
    year, month = _month_after(first, months)
    if _has_no_match(first, year, month):
        return date(year, month, monthrange(year, month)[1])
    return plus_days(date(year, month, first.day), -1)


def _has_no_match(first: date, year: int, month: int) -> bool:
    return first.day > monthrange(year, month)[1]


def _months_earlier(day: date, months: int) -> date:
    year, month = _month_after(day, -months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _month_after(day: date, months: int) -> tuple[int, int]:
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError("暦の範囲を超える期間です。")
    return year, month_index + 1


def _rests_on_forecast(end: date, rolled: date, known_through: date) -> bool:
    walked = (plus_days(end, n) for n in range((rolled - end).days + 1))
    return any(day > known_through and _may_be_equinox_holiday(day) for day in walked)


def _may_be_equinox_holiday(day: date) -> bool:
    # A day around the forecast on both sides, with the substitute holiday, and the day between 敬老の日 and 秋分の日.
    return (day.month == 3 and 19 <= day.day <= 23) or (day.month == 9 and 21 <= day.day <= 25)


def _first_day_step(start: datetime | date, first: date, count_first_day: bool | None, event: str) -> Step:
    day = jst_date(start)
    rule = "初日を算入する" if first == day else "初日は算入しない"
    by_law = count_first_day in (None, _starts_at_midnight(start))
    basis = ("民法第140条ただし書" if first == day else "民法第140条") if by_law else "読み方：初日"
    return Step(rule, basis, f"{written(day)}{_clock(start)}{event}", f"{written(first, beside=day)}を1日目とする")


def _clock(start: datetime | date) -> str:
    if not isinstance(start, datetime):
        return ""
    moment = in_jst(start)
    clock = f"{moment.hour}:{moment.minute:02}"
    return "0:00過ぎ" if clock == "0:00" and not _starts_at_midnight(start) else clock


def _length_step(first: date, end: date, days: int, months: int, basis: str) -> Step:
    since = f"{first.month}月{first.day}日から"
    result = written(end, beside=first)
    if days:
        return Step(f"期間は{days}日", basis or "民法第141条", f"{since}{days}日目", result)
    year, month = _month_after(first, months)
    match = f"{'' if year == first.year else f'{year}年'}{month}月{first.day}日"
    ending = f"{match}はないので月の末日" if _has_no_match(first, year, month) else f"{match}の前日"
    basis = f"{basis}・民法第143条" if basis else "民法第143条"
    return Step(f"期間は{months}か月", basis, f"{since}{months}か月（{ending}）", result)


def _roll_step(end: date, rolled: date, mode: RollMode, closures: Collection[date]) -> Step:
    basis = _ROLL_BASES[mode]
    if mode == "none":
        return Step("末日は繰り下げない", basis, written(end), "そのまま末日とする")
    if rolled == end:
        return Step("末日が休業日なら繰り下げる", basis, written(end), "休業日ではないので、そのまま末日とする")
    off = " → ".join(_day_off_written(day, reason) for day, reason in days_off_from(end, mode, closures))
    return Step("末日が休業日なら繰り下げる", basis, off, written(rolled, beside=end))


def _day_off_written(day: date, reason: str) -> str:
    named = "" if reason in ("土曜日", "日曜日") else f"・{reason}"
    return f"{day.month}月{day.day}日（{weekday(day)}{named}）"


def _forecast_step(end: date, rolled: date, known_through: date) -> Step:
    given = f"公表は{known_through.year}年{known_through.month}月{known_through.day}日まで"
    result = f"公表により{written(rolled, beside=end)}は変わることがある"
    return Step("春分の日と秋分の日は予測", "国民の祝日に関する法律第2条", given, result)


def _act_step(rolled: date, act_from: datetime) -> Step:
    given = f"{written(rolled)}24:00"
    return Step("末日が終わってから措置できる", "民法第141条", given, f"{written(act_from.date(), beside=rolled)}0:00")
