"""Periods against an oracle that walks the days one by one and knows nothing of month arithmetic."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.rules.calendar import JST
from contracts.rules.periods import due_moment, last_day, latest_notice_day, nth_last_day

ONE_DAY = timedelta(days=1)
TOKYO = timezone(timedelta(hours=9))  # the oracle's own, without the time zone database
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
MOMENTS = st.datetimes(
    datetime.combine(date(1990, 1, 1), time.min),
    datetime.combine(date(2060, 12, 31), time.max),
    timezones=st.sampled_from([UTC, TOKYO, timezone(timedelta(hours=-8)), timezone(timedelta(hours=14))]),
)
MONTHS = st.integers(1, 40)
walked = settings(deadline=None, max_examples=300)


def is_month_end(day: date) -> bool:
    return (day + ONE_DAY).month != day.month


def walk_days(first: date, days: int) -> date:
    day, counted = first, 1
    while counted < days:
        day, counted = day + ONE_DAY, counted + 1
    return day


def walk_months(first: date, months: int) -> date:
    """On from the first counted day; each first of a month passed is one month."""
    day, passed = first, 0
    while True:
        tomorrow = day + ONE_DAY
        passed_tomorrow = passed + (tomorrow.day == 1)
        if passed_tomorrow == months and tomorrow.day == first.day:
            return day
        if passed == months and is_month_end(day):
            return day
        day, passed = tomorrow, passed_tomorrow


def walk_back_months(event: date, months: int) -> date:
    """Back to the event's day in an earlier month, or to that month's end; then one day more."""
    day, passed = event, 0
    while passed < months:
        passed += day.day == 1
        day -= ONE_DAY
    while day.day > event.day:
        day -= ONE_DAY
    return day - ONE_DAY


def first_counted(start: date, count_first_day: bool) -> date:
    return start if count_first_day else start + ONE_DAY


@walked
@given(DAYS, st.integers(1, 800), st.booleans())
def test_days_are_counted_one_by_one(start: date, days: int, counted: bool) -> None:
    assert last_day(start, days=days, count_first_day=counted) == walk_days(first_counted(start, counted), days)


@walked
@given(DAYS, MONTHS, st.booleans())
@example(date(2026, 11, 30), 1, False)
@example(date(2027, 2, 28), 12, False)
@example(date(2028, 2, 29), 12, True)
def test_months_end_before_the_corresponding_day(start: date, months: int, counted: bool) -> None:
    expected = walk_months(first_counted(start, counted), months)
    assert last_day(start, months=months, count_first_day=counted) == expected


def test_the_two_examples_of_the_readings() -> None:
    assert last_day(date(2026, 11, 30), months=1) == date(2026, 12, 31)
    assert last_day(date(2027, 2, 28), months=12) == date(2028, 2, 29)


@walked
@given(MOMENTS, st.integers(1, 60))
def test_a_moment_counts_by_its_day_in_tokyo(start: datetime, days: int) -> None:
    in_tokyo = start.astimezone(TOKYO)
    counted = in_tokyo.time() == time.min
    assert last_day(start, days=days) == walk_days(first_counted(in_tokyo.date(), counted), days)


@walked
@given(DAYS, st.integers(1, 60))
def test_midnight_in_tokyo_counts_its_day_and_a_bare_date_does_not(day: date, days: int) -> None:
    midnight = datetime.combine(day, time.min, tzinfo=TOKYO)
    assert last_day(midnight, days=days) == walk_days(day, days)
    assert last_day(midnight.astimezone(UTC), days=days) == walk_days(day, days)
    assert last_day(midnight + timedelta(microseconds=1), days=days) == walk_days(day + ONE_DAY, days)
    assert last_day(day, days=days) == walk_days(day + ONE_DAY, days)


def test_an_explicit_choice_overrules_article_140() -> None:
    midnight = datetime(2026, 4, 2, tzinfo=JST)
    assert last_day(midnight, days=14, count_first_day=False) == date(2026, 4, 16)
    assert last_day(midnight.replace(hour=10), days=14, count_first_day=True) == date(2026, 4, 15)


@walked
@given(DAYS, st.integers(1, 24), st.sampled_from([1, 3, 12]), st.booleans())
def test_renewals_are_anchored_to_the_first_start(start: date, n: int, months: int, counted: bool) -> None:
    expected = walk_months(first_counted(start, counted), n * months)
    assert nth_last_day(start, n, months=months, count_first_day=counted) == expected


@walked
@given(DAYS, st.integers(1, 12))
def test_renewals_leave_no_gap_and_never_overlap(start: date, n: int) -> None:
    ends = [nth_last_day(start, k) for k in range(1, n + 2)]
    lengths = [(later - earlier).days for earlier, later in zip(ends, ends[1:], strict=False)]
    assert all(28 <= length <= 31 for length in lengths)


def test_the_first_day_of_a_renewed_term_is_excluded_by_default() -> None:
    assert nth_last_day(date(2026, 4, 10), 1, months=12) == date(2027, 4, 10)
    assert nth_last_day(datetime(2026, 4, 9, 15, 0, tzinfo=UTC), 1, months=12) == date(2027, 4, 10)


@walked
@given(DAYS, st.integers(1, 800))
def test_all_the_days_lie_between_notice_and_event(event: date, days: int) -> None:
    between = (event - latest_notice_day(event, days=days)).days - 1
    assert between == days


@walked
@given(DAYS, MONTHS)
@example(date(2026, 8, 31), 6)
def test_months_before_an_event_are_walked_back(event: date, months: int) -> None:
    assert latest_notice_day(event, months=months) == walk_back_months(event, months)


@walked
@given(DAYS, MONTHS)
def test_a_notice_on_the_latest_day_leaves_the_whole_period(event: date, months: int) -> None:
    assert last_day(latest_notice_day(event, months=months), months=months) < event


def test_an_event_is_taken_by_its_day_in_tokyo() -> None:
    assert latest_notice_day(datetime(2026, 9, 30, 15, 0, tzinfo=UTC), months=6) == date(2026, 3, 31)


@given(MOMENTS, st.integers(0, 10_000))
def test_minutes_run_at_once(start: datetime, minutes: int) -> None:
    due = due_moment(start, minutes=minutes)
    assert due - start == timedelta(minutes=minutes)
    assert due.utcoffset() == timedelta(hours=9)


NAIVE = datetime(2026, 4, 1, 10, 0, tzinfo=JST).replace(tzinfo=None)
DAY = date(2026, 4, 1)


WRONG_LENGTHS = [{}, {"days": 1, "months": 1}, {"days": -1}, {"months": -1}, {"days": 3, "months": -1}]


@pytest.mark.parametrize("lengths", WRONG_LENGTHS)
@pytest.mark.parametrize("period", [last_day, latest_notice_day])
def test_a_length_must_be_one_positive_number(period, lengths: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="期間"):
        period(DAY, **lengths)


@pytest.mark.parametrize("months", [0, -1])
def test_a_renewal_needs_a_length(months: int) -> None:
    with pytest.raises(ValueError, match="期間"):
        nth_last_day(DAY, 1, months=months)


@pytest.mark.parametrize("n", [0, -1])
def test_renewals_are_numbered_from_one(n: int) -> None:
    with pytest.raises(ValueError, match="1以上"):
        nth_last_day(DAY, n)
    with pytest.raises(ValueError, match="1以上"):
        nth_last_day(DAY, n, months=-1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: last_day(NAIVE, days=1),
        lambda: last_day(NAIVE, days=1, count_first_day=True),
        lambda: nth_last_day(NAIVE, 1),
        lambda: latest_notice_day(NAIVE, days=1),
        lambda: due_moment(NAIVE, minutes=1),
    ],
)
def test_a_naive_datetime_is_refused(call) -> None:
    with pytest.raises(ValueError, match="タイムゾーン"):
        call()


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="負"):
        due_moment(datetime(2026, 4, 1, tzinfo=JST), minutes=-1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: last_day(date.max, days=1),
        lambda: last_day(DAY, days=10**12),
        lambda: last_day(DAY, months=10**6),
        lambda: latest_notice_day(date(1, 2, 1), months=2),
        lambda: due_moment(datetime(9999, 12, 30, tzinfo=JST), minutes=10**6),
    ],
)
def test_beyond_the_calendar_is_a_value_error(call) -> None:
    with pytest.raises(ValueError, match="暦"):
        call()
