"""The outside vectors that concern periods, holidays and identifiers; they lie beside the repository."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.rules.calendar import holiday_name
from contracts.rules.identifiers import is_corporate_number, is_tracking_number
from contracts.rules.periods import compute, last_day, latest_notice_day, nth_last_day, roll
from tests.support.shared import SHARED

VECTORS = SHARED / "vectors.json"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip(f"NOT TESTED: the outside vectors are absent ({VECTORS.name} beside the repository)")
    loaded: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return loaded


def answers(rows: list[Row], answer: Callable[[Row], Any]) -> dict[str, Any]:
    assert rows, "an empty family proves nothing"
    return {row["id"]: answer(row) for row in rows}


def given_days(rows: list[Row], *columns: str) -> dict[str, Any]:
    return {row["id"]: tuple(row[column] for column in columns) for row in rows}


def test_cure_periods(vectors: dict[str, Any]) -> None:
    def cure(row: Row) -> tuple[str, str, str]:
        end = last_day(datetime.fromisoformat(row["sent"]), days=14)
        return end.isoformat(), roll(end, "statutory").isoformat(), roll(end, "business").isoformat()

    rows = vectors["cure_14d"]
    assert answers(rows, cure) == given_days(rows, "none", "statutory", "business")


def test_the_computation_agrees_with_the_cure_periods(vectors: dict[str, Any]) -> None:
    def computed(row: Row) -> tuple[str, ...]:
        done = compute(datetime.fromisoformat(row["sent"]), days=14, mode="business")
        return done.last_day.isoformat(), done.rolled.isoformat()

    rows = vectors["cure_14d"]
    assert answers(rows, computed) == given_days(rows, "none", "business")


def test_notice_before(vectors: dict[str, Any]) -> None:
    def latest(row: Row) -> tuple[str]:
        event = date.fromisoformat(row["effective"])
        return (latest_notice_day(event, days=row.get("days", 0), months=row.get("months", 0)).isoformat(),)

    rows = vectors["notice_before"]
    assert answers(rows, latest) == given_days(rows, "latest_notice_day")


def test_retention_after_the_term(vectors: dict[str, Any]) -> None:
    def kept(row: Row) -> tuple[str, str, str]:
        done = compute(date.fromisoformat(row["term_last_day"]), days=30, mode="none")
        backup = last_day(done.act_from.date(), days=7)
        return done.last_day.isoformat(), done.act_from.isoformat(), backup.isoformat()

    rows = vectors["retention_art23"]
    assert answers(rows, kept) == given_days(rows, "kept_through", "delete_from", "backup_delete_if_deleted_that_day")


def test_annual_terms(vectors: dict[str, Any]) -> None:
    def ends(row: Row) -> tuple[str, ...]:
        start = date.fromisoformat(row["start"])
        return tuple(last_day(start, months=12, count_first_day=counted).isoformat() for counted in (True, False))

    rows = [row for row in vectors["terms"] if row["months"] == 12]
    assert answers(rows, ends) == given_days(rows, "first_day_counted", "first_day_excluded_art140")


def test_monthly_terms(vectors: dict[str, Any]) -> None:
    def ends(row: Row) -> tuple[list[str], list[str]]:
        start = date.fromisoformat(row["start"])
        counted = [nth_last_day(start, n, count_first_day=True).isoformat() for n in range(1, 7)]
        return counted, [nth_last_day(start, n).isoformat() for n in range(1, 7)]

    rows = [row for row in vectors["terms"] if row["months"] == 1]
    assert answers(rows, ends) == given_days(rows, "last_days_anchored", "last_days_excluded")


def test_holidays_of_the_act(vectors: dict[str, Any]) -> None:
    def of_year(year: int) -> dict[str, Any]:
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
        named = {day: holiday_name(day) for day in days if day.year == year and holiday_name(day)}
        special = [f"{day:%m-%d}" for day, name in named.items() if name in ("振替休日", "国民の休日")]
        return {"count": len(named), "special": special}

    assert vectors["holidays"]
    assert {year: of_year(int(year)) for year in vectors["holidays"]} == vectors["holidays"]


@pytest.mark.parametrize(
    ("family", "check"), [("corporate_number", is_corporate_number), ("tracking", is_tracking_number)]
)
def test_check_digits(vectors: dict[str, Any], family: str, check: Callable[[str], bool]) -> None:
    rows = vectors[family]
    assert answers(rows, lambda row: (check(row["number"]),)) == given_days(rows, "valid")
    assert Counter(row["valid"] for row in rows).keys() == {True, False}
