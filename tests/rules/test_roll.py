"""Days off and rolling (Civil Code 142) against jpholiday, on every day of 2016–2035."""

from datetime import UTC, date, datetime, timedelta

import jpholiday
import pytest

from contracts.rules.calendar import JST, day_off_reason, holiday_name, jst_date, weekday, written
from contracts.rules.periods import roll

ONE_DAY = timedelta(days=1)
YEARS = (date(2016, 1, 1), date(2035, 12, 31))
NEW_YEAR_CLOSE = {"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"}


def every_day() -> list[date]:
    first, last = YEARS
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def is_off(day: date, mode: str) -> bool:
    statutory = f"{day:%a}" == "Sun" or jpholiday.is_holiday(day)
    return statutory or (mode == "business" and (f"{day:%a}" == "Sat" or f"{day:%m-%d}" in NEW_YEAR_CLOSE))


def rolled_by_oracle(day: date, mode: str) -> date:
    while is_off(day, mode):
        day += ONE_DAY
    return day


@pytest.mark.parametrize("mode", ["statutory", "business"])
def test_roll_agrees_with_jpholiday(mode) -> None:
    assert [day for day in every_day() if roll(day, mode) != rolled_by_oracle(day, mode)] == []


def test_holidays_agree_with_jpholiday() -> None:
    assert [day for day in every_day() if bool(holiday_name(day)) != jpholiday.is_holiday(day)] == []


def test_none_rolls_no_day() -> None:
    assert all(roll(day, "none", closures=[day]) == day for day in every_day())


def test_closures_count_under_business_only() -> None:
    closures = [date(2026, 8, 13), date(2026, 8, 14)]  # Thursday and Friday before a weekend
    assert roll(date(2026, 8, 13), "business", closures) == date(2026, 8, 17)
    assert roll(date(2026, 8, 13), "statutory", closures) == date(2026, 8, 13)
    assert roll(date(2026, 8, 13), "none", closures) == date(2026, 8, 13)


def test_an_aware_datetime_is_off_by_its_day_in_tokyo() -> None:
    """15:00 UTC on the eve is already the holiday in Tokyo; the library alone would take the UTC date."""
    eve_in_utc = datetime(2026, 5, 2, 15, 0, tzinfo=UTC)
    assert roll(eve_in_utc, "statutory") == date(2026, 5, 7)
    assert holiday_name(eve_in_utc) == "憲法記念日"
    last_hour_in_utc = datetime(2026, 5, 6, 15, 0, tzinfo=UTC)  # 7 May in Tokyo, still the substitute holiday in UTC
    assert holiday_name(last_hour_in_utc) == ""
    assert roll(last_hour_in_utc, "business") == date(2026, 5, 7)
    assert day_off_reason(datetime(2026, 12, 11, 15, 0, tzinfo=UTC), "business") == "土曜日"


def test_an_unknown_mode_and_a_naive_datetime_are_refused() -> None:
    with pytest.raises(ValueError, match="末日の扱い"):
        roll(date(2026, 4, 1), "bank")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="タイムゾーン"):
        roll(datetime(2026, 4, 1, tzinfo=JST).replace(tzinfo=None), "none")


@pytest.mark.parametrize("year", [1948, 2100])
def test_years_without_known_holidays_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="1949年から2099年"):
        roll(date(year, 6, 1), "statutory")


def test_reasons_are_told_in_japanese() -> None:
    reasons = {
        date(2026, 5, 6): "振替休日",
        date(2026, 9, 22): "国民の休日",
        date(2026, 12, 12): "土曜日",
        date(2026, 12, 13): "日曜日",
        date(2026, 12, 30): "年末年始",
        date(2026, 8, 13): "会社の休業日",
        date(2026, 8, 12): "",
    }
    assert {day: day_off_reason(day, "business", [date(2026, 8, 13)]) for day in reasons} == reasons


def test_days_are_written_with_their_weekday() -> None:
    assert written(date(2026, 11, 26)) == "2026年11月26日（木）"
    assert written(date(2026, 11, 26), beside=date(2026, 1, 1)) == "11月26日（木）"
    assert written(date(2027, 1, 4), beside=date(2026, 12, 31)) == "2027年1月4日（月）"
    assert [weekday(date(2026, 11, 23) + n * ONE_DAY) for n in range(7)] == list("月火水木金土日")


def test_a_date_stands_for_itself() -> None:
    assert jst_date(date(2026, 4, 1)) == date(2026, 4, 1)
    assert jst_date(datetime(2026, 4, 1, 14, 59, 59, tzinfo=UTC)) == date(2026, 4, 1)
    assert jst_date(datetime(2026, 4, 1, 15, 0, tzinfo=UTC)) == date(2026, 4, 2)
