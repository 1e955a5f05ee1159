"""The computation with its reasoning: what screens and letters show of a period."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.rules.calendar import JST
from contracts.rules.periods import Step, compute, last_day, roll

DAYS = st.dates(date(2016, 1, 1), date(2035, 12, 31))
MODES = st.sampled_from(["none", "statutory", "business"])


@settings(deadline=None)
@given(DAYS, st.integers(1, 60), MODES, st.none() | st.booleans())
def test_a_computation_is_its_parts(start: date, days: int, mode, counted: bool | None) -> None:
    done = compute(start, days=days, mode=mode, count_first_day=counted)
    assert done.last_day == last_day(start, days=days, count_first_day=counted)
    assert done.rolled == roll(done.last_day, mode)
    assert done.act_from == datetime.combine(done.rolled, time.min, tzinfo=JST) + timedelta(days=1)
    assert done.act_from.tzinfo is JST


def test_the_steps_of_a_cure_period() -> None:
    done = compute(date(2026, 11, 28), days=14, event="差出し", length_basis="規約第23条第1項")
    assert done.act_from == datetime(2026, 12, 15, tzinfo=JST)
    assert done.steps == (
        Step("初日は算入しない", "民法第140条", "2026年11月28日（土）差出し", "11月29日（日）を1日目とする"),
        Step("期間は14日", "規約第23条第1項", "11月29日から14日目", "12月12日（土）"),
        Step(
            "末日が休業日なら繰り下げる",
            "民法第142条・読み方：営業日",
            "12月12日（土） → 12月13日（日）",
            "12月14日（月）",
        ),
        Step("末日が終わってから措置できる", "民法第141条", "2026年12月14日（月）24:00", "12月15日（火）0:00"),
    )


MIDNIGHT_IN_UTC = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "counted", "expected"),
    [
        (MIDNIGHT_IN_UTC, None, "初日を算入する 民法第140条ただし書 2026年4月2日（木）0:00 4月2日（木）"),
        (
            MIDNIGHT_IN_UTC + timedelta(seconds=1),
            None,
            "初日は算入しない 民法第140条 2026年4月2日（木）0:00過ぎ 4月3日（金）",
        ),
        (
            datetime(2026, 4, 2, 9, 5, tzinfo=JST),
            None,
            "初日は算入しない 民法第140条 2026年4月2日（木）9:05 4月3日（金）",
        ),
        (date(2026, 4, 2), False, "初日は算入しない 民法第140条 2026年4月2日（木） 4月3日（金）"),
        (date(2026, 4, 2), True, "初日を算入する 読み方：初日 2026年4月2日（木） 4月2日（木）"),
        (MIDNIGHT_IN_UTC, False, "初日は算入しない 読み方：初日 2026年4月2日（木）0:00 4月3日（金）"),
        (date(2026, 12, 31), None, "初日は算入しない 民法第140条 2026年12月31日（木） 2027年1月1日（金）"),
    ],
)
def test_the_first_step_says_which_day_counts_and_why(start, counted, expected: str) -> None:
    step = compute(start, days=14, count_first_day=counted).steps[0]
    assert f"{step.rule} {step.basis} {step.given} {step.result}" == f"{expected}を1日目とする"


def test_a_month_names_the_corresponding_day_or_its_absence() -> None:
    with_match = compute(date(2026, 12, 30), months=1).steps[1]
    assert with_match == Step(
        "期間は1か月", "民法第143条", "12月31日から1か月（2027年1月31日の前日）", "2027年1月30日（土）"
    )
    without = compute(date(2026, 1, 30), months=1, length_basis="規約第22条第3項").steps[1]
    assert without == Step(
        "期間は1か月", "規約第22条第3項・民法第143条", "1月31日から1か月（2月31日はないので月の末日）", "2月28日（土）"
    )


def test_holidays_and_closures_are_named_in_the_roll() -> None:
    step = compute(date(2026, 4, 19), days=14, closures=[date(2026, 5, 7)]).steps[2]
    assert step.given.split(" → ") == [
        "5月3日（日・憲法記念日）",
        "5月4日（月・みどりの日）",
        "5月5日（火・こどもの日）",
        "5月6日（水・振替休日）",
        "5月7日（木・会社の休業日）",
    ]
    assert step.result == "5月8日（金）"


def test_a_last_day_that_stays_says_so() -> None:
    assert compute(date(2026, 4, 1), days=14).steps[2].result == "休業日ではないので、そのまま末日とする"
    unrolled = compute(date(2026, 4, 19), days=14, mode="none")
    assert unrolled.rolled == date(2026, 5, 3)
    assert unrolled.steps[2].rule == "末日は繰り下げない"


def forecast_steps(**options) -> list[Step]:
    done = compute(date(2026, 9, 24), months=36, **options)  # K is the 25th: ends on 24 September 2029
    steps = [step for step in done.steps if "予測" in step.rule]
    assert done.forecast == bool(steps)
    return steps


def test_an_equinox_beyond_the_next_calendar_year_is_a_forecast() -> None:
    assert forecast_steps() == [
        Step(
            "春分の日と秋分の日は予測",
            "国民の祝日に関する法律第2条",
            "公表は2027年12月31日まで",
            "公表により9月25日（火）は変わることがある",
        )
    ]
    assert forecast_steps(known_through=date(2028, 12, 31)) != []
    assert forecast_steps(known_through=date(2029, 9, 24)) != []
    assert forecast_steps(known_through=date(2029, 9, 25)) == []
    assert forecast_steps(mode="none") == []


def test_equinoxes_up_to_the_next_calendar_year_are_known() -> None:
    assert not compute(date(2026, 3, 20), months=12).forecast
    assert compute(date(2026, 3, 20), months=24).forecast
    assert not compute(date(2026, 6, 20), months=24).forecast


@pytest.mark.parametrize(("month", "first", "last"), [(3, 19, 23), (9, 21, 25)])
def test_only_a_last_day_that_an_equinox_could_move_is_a_forecast(month: int, first: int, last: int) -> None:
    """A Sunday just before rolls into the days around the equinox, so it counts too."""
    flagged = [day for day in range(1, 29) if compute(date(2026, month, day), months=36, mode="statutory").forecast]
    on_the_way = [day for day in flagged if day < first]
    assert flagged[len(on_the_way) :] == list(range(first, last + 1))
    assert all(date(2029, month, day).weekday() == 6 for day in on_the_way)


@pytest.mark.parametrize("lengths", [{}, {"days": 1, "months": 1}, {"days": -1}, {"months": -1}])
def test_a_length_must_be_one_positive_number(lengths: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="期間"):
        compute(date(2026, 4, 1), **lengths)


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="タイムゾーン"):
        compute(datetime(2026, 4, 1, tzinfo=JST).replace(tzinfo=None), days=14)
