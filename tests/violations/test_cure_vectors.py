"""The outside cure vectors through `press`, pump and sweep, and every way in which a letter can go against the oracle.

Those sent at 00:00:00 JST are held to the day that the letter names, which counts from a bare date.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from config.desk.clock import JST
from config.desk.refusal import Refused
from contracts.deadlines.models import Deadline
from tests.support.oracle import Dispatch, cure_clock
from tests.support.ways import (
    MIDNIGHT,
    MISHAPS,
    NAMED_DAYS,
    READINGS,
    ROLLOVERS,
    WAYS,
    Reckoned,
    Way,
    cure_vectors,
    day_of,
    midnight_after,
    read_anew,
    sent_at,
)
from tests.support.world import World

BEGIN = datetime(2024, 1, 9, 10, tzinfo=JST)
SECOND = timedelta(seconds=1)
LONGEST = {"P05", "P19"}  # under the other readings: sent at midnight; over the New Year
HARD = {
    "P05",
    "P13",
    "P15",
    "P19",
}  # midnight, Golden Week, New Year's Eve, the long New Year: each has a rule of its own

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vectors() -> list[dict[str, str]]:
    rows = cure_vectors()
    assert {row["id"] for row in rows} >= HARD
    return rows


def propose(world: World, case: Any, at: datetime) -> Any:
    given = {"reason": "是正がない", "channels": ["email"]}
    return world.press("violations.propose_termination", case, by="hana", at=at, **given)


# --- e-mail alone: the vectors themselves -----------------------------------------------------------------------


@pytest.mark.parametrize("named_day", NAMED_DAYS)
@pytest.mark.parametrize("rollover", ROLLOVERS)
def test_the_power_comes_at_the_vector_s_moment(
    db: None, vectors: list[dict[str, str]], rollover: str, named_day: str
) -> None:
    world = World(rollover=rollover, named_day=named_day)
    contract = world.subscription(BEGIN)
    reckoned, wanted = {}, {}
    asked = (
        vectors if (rollover, named_day) == ("business", "safe") else [row for row in vectors if row["id"] in LONGEST]
    )
    for row in asked:
        sent = datetime.fromisoformat(row["sent"])
        case = world.curing_case(sent, subscription=contract)
        act_from = world.ripe(case)
        assert world.delivery(case, "email").dispatched_at == sent
        reckoned[row["id"]] = act_from
        wanted[row["id"]] = _wanted(row, rollover, named_day, world.cure(case))
        _refused_until(world, case, act_from)
    assert reckoned == wanted


def _wanted(row: dict[str, str], rollover: str, named_day: str, cure: Deadline) -> datetime:
    """The day after the vector's last day; sent at 00:00:00, the day after the one that the letter names."""
    last = date.fromisoformat(row[rollover])
    if row["id"] not in MIDNIGHT:
        return midnight_after(last)
    named, _ = cure_clock([Dispatch(channel="email")], planned=day_of(datetime.fromisoformat(row["sent"])),
                          rollover=rollover, named_day=named_day)  # type: ignore[arg-type]  # fmt: skip
    assert cure.communicated_on == named > date.fromisoformat(row["none"])
    return midnight_after(max(last, named))


def _refused_until(world: World, case: Any, act_from: datetime) -> None:
    """A second too early: refused under 23(1), naming the moment. At the moment, with 未是正確認: it passes."""
    early = act_from - SECOND
    assert world.sweep(early).lapsed == []
    with pytest.raises(Refused) as refused:
        propose(world, case, early)
    assert refused.value.clause == "23(1)"
    day = act_from.astimezone(JST)
    assert f"{day.month}月{day.day}日" in refused.value.message
    with pytest.raises(Refused, match="確認が、記録されていません"):
        propose(world, case, act_from)
    assert world.sweep(act_from).lapsed == [case.number]
    world.press("violations.confirm_uncured", case, by="hana", at=act_from, checked_at=act_from, how="接続記録を確認")
    assert propose(world, case, act_from).state == "proposed"


# --- every other way, against the oracle ------------------------------------------------------------------------


@pytest.mark.parametrize("name", WAYS)
def test_every_way_agrees_with_the_oracle(world: World, vectors: list[dict[str, str]], name: str) -> None:
    """Each act through `press`; over all ways, the hard vectors and the readings meet in turn."""
    contract, turn = world.subscription(BEGIN), list(WAYS).index(name)
    told, wanted = {}, {}
    hard = [row for row in vectors if row["id"] in HARD]
    for n, row in enumerate((hard[turn % 4], hard[(turn + 1) % 4])):
        rollover, named_day = READINGS[(2 * turn + 3 * n) % 6]
        world.read(rollover=rollover, named_day=named_day)
        told[row["id"]], wanted[row["id"]] = _both_ways(
            world, WAYS[name], datetime.fromisoformat(row["sent"]), contract, rollover, named_day
        )
    assert len(told) == 2
    assert told == wanted


def _both_ways(
    world: World, way: Way, sent: datetime, contract: Any, rollover: Any, named_day: Any
) -> tuple[Reckoned, Reckoned]:
    case = way.play(world, sent, contract)
    clock = world.cure(case)
    if clock.act_from is None:
        _never_ripe(world, case, sent + timedelta(days=400))
    assert clock.communicated_on is not None
    return (clock.communicated_on, clock.act_from), way.oracle(sent, rollover, named_day)


def _never_ripe(world: World, case: Any, late: datetime) -> None:
    """Stopped or blocked: not even a year later."""
    assert case.number not in world.sweep(late).lapsed
    with pytest.raises(Refused) as refused:
        propose(world, case, late)
    assert refused.value.clause == "23(1)"


# --- every vector, every reading, every mishap of the issue, against the oracle ---------------------------------


@pytest.mark.parametrize("name", MISHAPS)
def test_every_vector_under_every_reading(world: World, vectors: list[dict[str, str]], name: str) -> None:
    """The letter goes once, through `press`; moved to each vector's moment, its clock is started under each reading.

    That a clock which follows its deliveries one by one comes to the same is what the test above shows.
    """
    way = WAYS[name]
    case = way.play(world, datetime.fromisoformat(vectors[0]["sent"]), world.subscription(BEGIN))
    told, wanted = {}, {}
    for rollover, named_day in READINGS:
        with read_anew(world, rollover, named_day):
            for row in vectors:
                sent, here = datetime.fromisoformat(row["sent"]), (row["id"], rollover, named_day)
                cure = sent_at(world, case, way, sent)
                told[here], wanted[here] = (cure.communicated_on, cure.act_from), way.oracle(sent, rollover, named_day)
    assert len(told) == len(vectors) * len(READINGS) >= 72
    assert told == wanted
