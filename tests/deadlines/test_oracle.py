"""The oracle of the cure clock against cases worked out by hand and the outside vectors."""

import ast
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support import oracle
from tests.support.oracle import Dispatch, cure_clock
from tests.support.shared import SHARED

JST = ZoneInfo("Asia/Tokyo")
VECTORS = SHARED / "vectors.json"


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=JST)


PLANNED = date(2026, 11, 12)
EMAIL = Dispatch(channel="email", dispatched_at=at(11, 12, 10, 42))
POSTED = at(11, 13, 15, 30)


def recorded(**facts: object) -> Dispatch:
    return Dispatch(channel="post_recorded", dispatched_at=POSTED, **facts)  # type: ignore[arg-type]


def ordinary(**facts: object) -> Dispatch:
    return Dispatch(channel="post_ordinary", dispatched_at=POSTED, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dispatches", "communicated_on", "act_from"),
    [
        pytest.param([EMAIL], (11, 26), at(11, 27), id="e-mail alone, a Thursday"),
        pytest.param([EMAIL, recorded(delivered_at=at(11, 14, 11))], (11, 30), at(12, 1), id="a Saturday rolls"),
        pytest.param([EMAIL, recorded()], (11, 30), None, id="a recorded letter on its way"),
        pytest.param([EMAIL, recorded(returned_at=at(11, 17))], (11, 30), at(12, 1), id="a return only warns"),
        pytest.param([EMAIL, recorded(waived=True)], (11, 30), at(12, 1), id="waived; the letter's day still binds"),
        pytest.param([recorded(returned_at=at(11, 17))], (11, 30), None, id="a return alone stops the clock"),
        pytest.param([EMAIL, ordinary()], (11, 30), at(12, 1), id="ordinary post: posting and transit, 30 November"),
        pytest.param([EMAIL, ordinary(delivered_at=at(11, 19))], (11, 30), at(12, 3), id="delivered at midnight"),
        pytest.param([EMAIL, ordinary(delivered_at=date(2026, 11, 19))], (11, 30), at(12, 4), id="a bare day: 3 Dec"),
        pytest.param([EMAIL, ordinary(delivered_at=at(11, 19, 9))], (11, 30), at(12, 4), id="a late delivery: 3 Dec"),
        pytest.param([EMAIL, Dispatch(channel="post_ordinary")], (11, 30), None, id="a queued channel blocks"),
        pytest.param(
            [Dispatch(channel="email", dispatched_at=at(11, 12), returned_at=at(11, 12, 1)), ordinary()],
            (11, 30),
            at(12, 1),
            id="a bounce; post goes on",
        ),
        pytest.param([Dispatch(channel="email", dispatched_at=at(11, 12))], (11, 26), at(11, 27), id="at 00:00:00"),
    ],
)
def test_the_default_reading(dispatches: list[Dispatch], communicated_on: tuple[int, int], act_from: datetime) -> None:
    assert cure_clock(dispatches, planned=PLANNED) == (date(2026, *communicated_on), act_from)


def test_the_literal_day_is_neither_rolled_nor_moved_by_post() -> None:
    delivered = recorded(delivered_at=at(11, 14, 11))
    assert cure_clock([EMAIL, delivered], planned=PLANNED, named_day="literal") == (date(2026, 11, 26), at(12, 1))


def test_closures_count_under_business_only() -> None:
    closures = {date(2026, 11, 26), date(2026, 11, 27)}
    assert cure_clock([EMAIL], planned=PLANNED, closures=closures) == (date(2026, 11, 30), at(12, 1))
    statutory = cure_clock([EMAIL], planned=PLANNED, closures=closures, rollover="statutory")
    assert statutory == (date(2026, 11, 26), at(11, 27))


def test_it_stands_apart_from_what_it_judges() -> None:
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert modules | names == {"collections.abc", "dataclasses", "datetime", "typing", "zoneinfo", "jpholiday"}


@pytest.mark.skipif(not VECTORS.exists(), reason="the outside vectors are not beside the work tree")
@pytest.mark.parametrize("rollover", ["none", "statutory", "business"])
def test_the_outside_vectors(rollover: oracle.Rollover) -> None:
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))["cure_14d"]
    assert cases
    for case in cases:
        sent = datetime.fromisoformat(case["sent"])
        day = sent.astimezone(JST).date()
        email = Dispatch(channel="email", dispatched_at=sent)
        early = day - timedelta(days=2)  # a letter that names an earlier day leaves the reckoned one to be seen
        _, act_from = cure_clock([email], planned=early, rollover=rollover, named_day="literal")
        last = date.fromisoformat(case[rollover])
        assert act_from == datetime.combine(last + timedelta(days=1), datetime.min.time(), JST), case["id"]
