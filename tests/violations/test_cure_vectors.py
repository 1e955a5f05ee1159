"""The outside cure vectors through `press`, pump and sweep, and every way in which a letter can go against the oracle.

Those sent at 00:00:00 JST are held to the day that the letter names, which counts from a bare date.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.desk.clock import JST
from config.desk.refusal import Refused
from contracts.deadlines.models import Deadline
from tests.support.oracle import Dispatch, cure_clock
from tests.support.world import World

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors.json"
BEGIN = datetime(2024, 1, 9, 10, tzinfo=JST)
SECOND = timedelta(seconds=1)
MIDNIGHT = {"P05", "P09", "P21"}
HARD = {
    "P05",
    "P13",
    "P15",
    "P19",
}  # midnight, Golden Week, New Year's Eve, the long New Year: the others add no new rule
ROLLOVERS, NAMED_DAYS = ("none", "statutory", "business"), ("safe", "literal")
READINGS = [(rollover, named_day) for rollover in ROLLOVERS for named_day in NAMED_DAYS]
Reckoned = tuple[date, datetime | None]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vectors() -> list[dict[str, str]]:
    if not VECTORS.exists():
        pytest.skip(f"NOT TESTED: the outside vectors are absent ({VECTORS.name} beside the repository)")
    rows: list[dict[str, str]] = json.loads(VECTORS.read_text(encoding="utf-8"))["cure_14d"]
    assert {row["id"] for row in rows} >= MIDNIGHT | HARD
    return rows


def day_of(moment: datetime) -> date:
    return moment.astimezone(JST).date()


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), JST)


def propose(world: World, case: Any, at: datetime) -> Any:
    given = {"reason": "是正がない", "channels": ["email"]}
    return world.press("violations.propose_termination", case, by="hana", at=at, **given)


# --- e-mail alone: the vectors themselves -----------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize("named_day", NAMED_DAYS)
@pytest.mark.parametrize("rollover", ROLLOVERS)
def test_the_power_comes_at_the_vector_s_moment(
    db: None, vectors: list[dict[str, str]], rollover: str, named_day: str
) -> None:
    world = World(rollover=rollover, named_day=named_day)
    contract = world.subscription(BEGIN)
    reckoned, wanted = {}, {}
    for row in vectors:
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


@dataclass(frozen=True)
class Way:
    """How a letter goes: on which channels, how the post is recorded, and what comes back."""

    channels: tuple[str, ...]
    postage: str = ""
    posted_after: timedelta = timedelta(hours=5)
    events: tuple[tuple[str, str, timedelta], ...] = field(default=())  # verb, channel, after the order

    def play(self, world: World, sent: datetime, contract: Any) -> Any:
        case = world.noticed_case(sent, self.channels, subscription=contract)
        notice = world.correction(case)
        acts = [(after, verb, channel) for verb, channel, after in self.events]
        acts += [(self.posted_after, "mark_posted", "post")] if self.postage else []
        for after, verb, channel in sorted(acts):
            record(world, notice, verb, channel, sent + after, self.postage)
        return case

    def dispatches(self, sent: datetime) -> list[Dispatch]:
        made = []
        if "email" in self.channels:
            made.append(
                Dispatch(channel="email", dispatched_at=sent, returned_at=self._when("record_return", "email", sent))
            )
        if "post" in self.channels:
            made.append(self._posted(sent))
        return made

    def _posted(self, sent: datetime) -> Dispatch:
        channel: Any = "post_ordinary" if self.postage in ("", "ordinary") else "post_recorded"
        return Dispatch(
            channel=channel,
            dispatched_at=sent + self.posted_after if self.postage else None,
            delivered_at=self._when("record_delivery", "post", sent),
            returned_at=self._when("record_return", "post", sent),
        )

    def _when(self, verb: str, channel: str, sent: datetime) -> datetime | None:
        return next((sent + after for v, c, after in self.events if (v, c) == (verb, channel)), None)


def record(world: World, notice: Any, verb: str, channel: str, at: datetime, postage: str) -> None:
    given = {
        "mark_posted": {"posted_at": at, "postage": postage},
        "record_delivery": {"channel": channel, "delivered_at": at},
        "record_return": {"channel": channel, "returned_at": at, "reason": "あて所に尋ねあたりません"},
    }
    world.do(f"notices.{verb}", notice, by="hana", at=at, **given[verb])


HOURS, DAYS = (lambda n: timedelta(hours=n)), (lambda n: timedelta(days=n))
WAYS = {
    "ordinary post alone": Way(("post",), "ordinary"),
    "ordinary post, known to be late": Way(("post",), "ordinary", events=(("record_delivery", "post", DAYS(6)),)),
    "ordinary post, delivered the next day": Way(("post",), "ordinary", events=(("record_delivery", "post", DAYS(1)),)),
    "recorded post, on its way": Way(("post",), "recorded"),
    "recorded post, delivered": Way(("post",), "recorded", events=(("record_delivery", "post", DAYS(2)),)),
    "registered post, late": Way(("post",), "registered", events=(("record_delivery", "post", DAYS(9)),)),
    "recorded post, returned": Way(("post",), "recorded", events=(("record_return", "post", DAYS(8)),)),
    "delivered, then returned": Way(
        ("post",), "recorded", events=(("record_delivery", "post", DAYS(2)), ("record_return", "post", DAYS(3)))
    ),
    "both, post not yet posted": Way(("email", "post")),
    "both, ordinary": Way(("email", "post"), "ordinary"),
    "both, recorded, on its way": Way(("email", "post"), "recorded"),
    "both, recorded, delivered the next day": Way(
        ("email", "post"), "recorded", events=(("record_delivery", "post", DAYS(1)),)
    ),
    "both, posted two days later": Way(("email", "post"), "ordinary", posted_after=DAYS(2)),
    "both, post returned": Way(("email", "post"), "recorded", events=(("record_return", "post", DAYS(8)),)),
    "both, e-mail bounced": Way(("email", "post"), "ordinary", events=(("record_return", "email", HOURS(1)),)),
    "both came back": Way(
        ("email", "post"), "recorded", events=(("record_return", "email", HOURS(1)), ("record_return", "post", DAYS(8)))
    ),
    "e-mail alone, bounced": Way(("email",), events=(("record_return", "email", HOURS(1)),)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_every_way_agrees_with_the_oracle(world: World, vectors: list[dict[str, str]], way: Way) -> None:
    contract = world.subscription(BEGIN)
    told, wanted = {}, {}
    for rollover, named_day in READINGS:
        world.read(rollover=rollover, named_day=named_day)
        for row in (row for row in vectors if row["id"] in HARD):
            here = (row["id"], rollover, named_day)
            told[here], wanted[here] = _both_ways(
                world, way, datetime.fromisoformat(row["sent"]), contract, rollover, named_day
            )
    assert len(told) == len(HARD) * len(READINGS)
    assert told == wanted


def _both_ways(
    world: World, way: Way, sent: datetime, contract: Any, rollover: Any, named_day: Any
) -> tuple[Reckoned, Reckoned]:
    case = way.play(world, sent, contract)
    clock = world.cure(case)
    if clock.act_from is None:
        _never_ripe(world, case, sent + timedelta(days=400))
    oracle = cure_clock(
        way.dispatches(sent), planned=day_of(sent), rollover=rollover, named_day=named_day, transit_days=3
    )
    assert clock.communicated_on is not None
    return (clock.communicated_on, clock.act_from), oracle


def _never_ripe(world: World, case: Any, late: datetime) -> None:
    """Stopped or blocked: not even a year later."""
    assert case.number not in world.sweep(late).lapsed
    with pytest.raises(Refused) as refused:
        propose(world, case, late)
    assert refused.value.clause == "23(1)"
