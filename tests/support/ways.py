"""Every way in which a letter can go, played through the world, and the same told to the oracle."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from config.desk import clock
from config.desk.clock import JST
from config.desk.step import step
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.terms import stories as terms
from notices.models import Delivery, Notice
from tests.support.oracle import Dispatch, cure_clock
from tests.support.shared import SHARED
from tests.support.world import World

VECTORS = SHARED / "vectors.json"
MIDNIGHT = {"P05", "P09", "P21"}
ROLLOVERS, NAMED_DAYS = ("none", "statutory", "business"), ("safe", "literal")
READINGS = [(rollover, named_day) for rollover in ROLLOVERS for named_day in NAMED_DAYS]
Reckoned = tuple[date, datetime | None]


def cure_vectors() -> list[dict[str, str]]:
    """The outside vectors; skips, loudly, where they are absent."""
    if not VECTORS.exists():
        pytest.skip(f"NOT TESTED: the outside vectors are absent ({VECTORS.name} beside the repository)")
    rows: list[dict[str, str]] = json.loads(VECTORS.read_text(encoding="utf-8"))["cure_14d"]
    assert {row["id"] for row in rows} >= MIDNIGHT
    return rows


def day_of(moment: datetime) -> date:
    """Its JST day."""
    return moment.astimezone(JST).date()


def midnight_after(day: date) -> datetime:
    """24:00 JST."""
    return datetime.combine(day + timedelta(days=1), time(), JST)


@dataclass(frozen=True)
class Way:
    """How a letter goes: on which channels, how the post is recorded, and what comes back."""

    channels: tuple[str, ...]
    postage: str = ""
    posted_after: timedelta = timedelta(hours=5)
    events: tuple[tuple[str, str, timedelta], ...] = field(default=())  # verb, channel, after the order

    def oracle(self, sent: datetime, rollover: Any, named_day: Any) -> Reckoned:
        """What the oracle says of it."""
        return cure_clock(
            self.dispatches(sent), planned=day_of(sent), rollover=rollover, named_day=named_day, transit_days=3
        )

    def play(self, world: World, sent: datetime, contract: Any) -> Any:
        """A case whose notice was ordered at `sent` and went this way."""
        case = world.noticed_case(sent, self.channels, subscription=contract)
        notice = world.correction(case)
        acts = [(after, verb, channel) for verb, channel, after in self.events]
        acts += [(self.posted_after, "mark_posted", "post")] if self.postage else []
        for after, verb, channel in sorted(acts):
            record(world, notice, verb, channel, sent + after, self.postage)
        return case

    def dispatches(self, sent: datetime) -> list[Dispatch]:
        """The same, for the oracle."""
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
    """One thing that becomes of the letter."""
    given = {
        "mark_posted": {"posted_at": at, "postage": postage},
        "record_delivery": {"channel": channel, "delivered_at": at},
        "record_return": {"channel": channel, "returned_at": at, "reason": "あて所に尋ねあたりません"},
    }
    world.do(f"notices.{verb}", notice, by="hana", at=at, **given[verb])


HOURS, DAYS = (lambda n: timedelta(hours=n)), (lambda n: timedelta(days=n))
WAYS = {
    "e-mail alone": Way(("email",)),
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
# The seven, and the returns of a letter that went alone.
MISHAPS = (
    "e-mail alone", "ordinary post alone", "recorded post, delivered", "both, posted two days later", "registered post, late",
    "both, post returned", "both, e-mail bounced", "recorded post, returned", "e-mail alone, bounced",
)  # fmt: skip


class _Undo(Exception):
    """Rolls back what was tried."""


@contextmanager
def read_anew(world: World, rollover: str, named_day: str) -> Iterator[None]:
    """The terms read so from their first day on, within one signed step of which nothing stays."""
    moment = datetime(2000, 1, 1, tzinfo=JST)
    with suppress(_Undo), step("test.again", at=moment):
        with clock.standing_at(moment):
            terms.read_as("rollover", rollover)
            terms.read_as("named_day", named_day)
        yield
        raise _Undo


def sent_at(world: World, case: Any, way: Way, sent: datetime) -> Deadline:
    """The case's letter moved to another moment, with all that became of it; its clock is started from it anew."""
    notice = world.correction(case)
    for delivery in notice.deliveries.all():
        moved = {
            name: getattr(delivery, name) + (sent - notice.ordered_at)
            for name in ("dispatched_at", "delivered_at", "returned_at")
            if getattr(delivery, name)
        }
        Delivery.objects.filter(pk=delivery.pk).update(**moved)
    Deadline.objects.filter(notice=notice).delete()
    plan = deadlines.plan_for("violations.cure", case, planned=day_of(sent), channels=list(way.channels))
    Notice.objects.filter(pk=notice.pk).update(communicated_on=plan.communicated_on, ordered_at=sent)
    return deadlines.start(
        "violations.cure", case, customer=case.customer, at=sent, notice=Notice.objects.get(pk=notice.pk)
    )
