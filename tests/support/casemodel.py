"""A small model of a case, for the simulation: what a clerk with the terms and a calendar would write on a card.

It imports nothing of the product; dates come from the oracle. One item, one correction notice, one clock.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from tests.support.oracle import TOKYO, Dispatch, cure_clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAST_DAY_OF_BEGINNING = 75


@dataclass(frozen=True, order=True)
class Event:
    """What happens at a moment; `fact` is the legal moment that is recorded, where it is another."""

    at: datetime
    what: str
    fact: datetime | None = field(default=None, compare=False)
    refused: bool = field(default=False, compare=False)  # the staff errs, and the desk must say no
    by: str = field(default="hana", compare=False)

    @property
    def moment(self) -> datetime:
        """The legal moment."""
        return self.fact or self.at


@dataclass(frozen=True)
class Plan:
    """What is known of a case in advance: how its notice goes, and what becomes of it."""

    starts_at: datetime
    channels: tuple[str, ...]
    postage: str
    posted_after: timedelta
    delivered_after: timedelta | None
    returned: str  # "", "email", "post"
    cured_on_day: int | None  # days after the start
    recorded_later: int
    pursued: bool
    ended_by_post: bool
    end_bounces: bool


def draw(seed: int, index: int, first_day: datetime) -> Plan:
    """The same seed and index give the same plan, whoever else is in the simulation."""
    dice = random.Random(f"{seed}:{index}")
    channels = dice.choice([("email",), ("email",), ("post",), ("email", "post"), ("email", "post")])
    starts_at = first_day + dice.randrange(LAST_DAY_OF_BEGINNING) * DAY + dice.randrange(9, 17) * HOUR
    returned = dice.choice(["", "", "", *channels])
    return Plan(
        starts_at=starts_at + dice.randrange(60) * timedelta(minutes=1),
        channels=channels,
        postage=dice.choice(["ordinary", "recorded"]),
        posted_after=dice.choice([HOUR, HOUR, DAY, 4 * DAY]),
        delivered_after=dice.choice([None, DAY, 2 * DAY, 6 * DAY]),
        returned=returned,
        cured_on_day=dice.choice([None, None, None, 0, 3, 10, 13, 14, 15, 17, 18, 22]),
        recorded_later=dice.choice([0, 0, 1, 6]),
        pursued=dice.random() < 0.8,
        ended_by_post=dice.random() < 0.3,
        end_bounces=dice.random() < 0.2,
    )


def midnight(moment: datetime) -> datetime:
    """24:00 JST of the moment's day."""
    return datetime.combine(moment.astimezone(TOKYO).date() + DAY, time(), TOKYO)


class Card:
    """One case as the model sees it: what comes next, and where it must stand."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.state, self.clock_state, self.contract = "unopened", "", "active"
        self.last_at = plan.starts_at
        self.dispatches: dict[str, Dispatch] = {}
        self.named: Any = None
        self.act_from: datetime | None = None
        self.lapsed_at: datetime | None = None
        self.cured_at: datetime | None = None
        self.after_end = False
        self.ended_at: datetime | None = None
        self.waiting = sorted(self._notice_events())
        self.step_of_end = ""

    # --- what happens -------------------------------------------------------------------------------------------

    def _notice_events(self) -> list[Event]:
        plan, start = self.plan, self.plan.starts_at
        events = [Event(start, "send")]
        if "post" in plan.channels:
            posted = start + plan.posted_after
            events.append(Event(posted, "posted"))
            if plan.returned == "post":
                events.append(Event(posted + 7 * DAY, "post back"))
            elif plan.delivered_after:
                events.append(Event(posted + plan.delivered_after + 2 * DAY, "arrived", posted + plan.delivered_after))
        if plan.returned == "email":
            events.append(Event(start + 10 * timedelta(minutes=1), "email back"))
        if plan.cured_on_day is not None:
            cured = start + plan.cured_on_day * DAY + 3 * HOUR
            events.append(Event(cured + plan.recorded_later * DAY, "cured", cured))
        return [*events, Event(start + 5 * HOUR, "propose", refused=True)]

    def next_event(self, until: datetime) -> Event | None:
        """The next thing to be done by this moment: what was planned, or what the staff does once the power has come."""
        planned = self.waiting[0] if self.waiting and self.waiting[0].at <= until else None
        chased = self._pursuit()
        if chased is not None and chased.at <= until and (planned is None or chased.at < planned.at):
            return chased
        return self.waiting.pop(0) if planned is not None else None

    def _pursuit(self) -> Event | None:
        if not self.plan.pursued or self.state not in ("curing", "terminating") or self.act_from is None:
            return None
        if self.cured_at is not None and self.step_of_end == "":
            return None  # the staff lets a late cure be
        base = max(self.act_from, self.last_at) if self.step_of_end else self.act_from + 9 * HOUR
        following = {
            "": Event(max(base, self.last_at + HOUR), "look"),
            "looked": Event(base + HOUR, "propose"),
            "proposed": Event(base + HOUR, "approve", refused=True),
            "denied": Event(base + 5 * HOUR, "approve", by="mio"),
            "approved": Event(base + 2 * DAY, "end posted"),
            "ended": None,
        }
        return following.get(self.step_of_end)

    # --- where it stands ----------------------------------------------------------------------------------------

    def happen(self, event: Event) -> bool:
        """Whether the event takes place at all; the card as it is afterwards."""
        self.last_at = event.at
        if not self._possible(event):
            return False
        if not event.refused:
            getattr(self, "_" + event.what.replace(" ", "_"))(event)
        elif event.what == "approve":
            self.step_of_end = "denied"
        return True

    def _possible(self, event: Event) -> bool:
        """A clerk posts no cancelled letter and cures nothing twice; an early try is early only before the power."""
        if event.what in ("posted", "arrived", "post back", "email back"):
            return self._letter_lives(event)
        if event.refused and event.what == "propose":
            return self.state in ("correction_ordered", "curing", "cured")
        return True

    def _letter_lives(self, event: Event) -> bool:
        way = self.dispatches.get("email" if event.what == "email back" else "post")
        if event.what == "posted":
            return way is not None and way.dispatched_at is None
        return way is not None and way.dispatched_at is not None and way.returned_at is None

    def _send(self, event: Event) -> None:
        self.state = "correction_ordered"
        self.planned = event.at.astimezone(TOKYO).date()
        for channel in self.plan.channels:
            kind: Any = "email" if channel == "email" else "post_ordinary"
            self.dispatches[channel] = Dispatch(channel=kind)
        if "email" in self.dispatches:
            self._left("email", event.at, "email")

    def _posted(self, event: Event) -> None:
        self._left("post", event.at, f"post_{self.plan.postage}")

    def _left(self, channel: str, at: datetime, kind: Any) -> None:
        self.dispatches[channel] = replace(self.dispatches[channel], channel=kind, dispatched_at=at)
        if self.state == "correction_ordered":
            self.state, self.clock_state = "curing", "running"
        self._reckon()

    def _arrived(self, event: Event) -> None:
        self.dispatches["post"] = replace(self.dispatches["post"], delivered_at=event.moment)
        self._reckon()

    def _post_back(self, event: Event) -> None:
        self.dispatches["post"] = replace(self.dispatches["post"], returned_at=event.moment)
        self._reckon()

    def _email_back(self, event: Event) -> None:
        self.dispatches["email"] = replace(self.dispatches["email"], returned_at=event.moment)
        self._reckon()

    def _reckon(self) -> None:
        """The clock moves while it is on file; what was late may be in time by it."""
        if self.clock_state not in ("running", "lapsed"):
            return
        ways = list(self.dispatches.values())
        self.named, self.act_from = cure_clock(ways, planned=self.planned)
        early = self.act_from is None or (self.lapsed_at is not None and self.lapsed_at < self.act_from)
        if self.clock_state == "lapsed" and early:
            self.clock_state, self.lapsed_at = "running", None
        if self.cured_at is not None and self.state in ("curing", "terminated"):
            self._judge()

    def _cured(self, event: Event) -> None:
        self.cured_at = event.moment
        if self.state == "correction_ordered":  # the letter that waits is recalled
            self.dispatches, self.state = {}, "cured"
            return
        self._judge()

    def _judge(self) -> None:
        """The fact decides: in time is before the moment from which we may act, whenever it is known."""
        assert self.cured_at is not None
        in_time = self.act_from is None or self.cured_at < self.act_from
        if in_time:
            self.clock_state = "met"
            self.after_end |= self.state == "terminated"
            self.state = "terminated" if self.state == "terminated" else "cured"
        elif self.state == "terminating":  # held: somebody must look again
            self.state, self.step_of_end = "curing", "denied"

    def _look(self, event: Event) -> None:
        self.step_of_end = "looked"

    def _propose(self, event: Event) -> None:
        self.step_of_end = "proposed"

    def _approve(self, event: Event) -> None:
        self.state, self.step_of_end = "terminating", "approved"
        if not self.plan.ended_by_post:
            self._ended(event.at)

    def _end_posted(self, event: Event) -> None:
        self._ended(event.at)

    def _ended(self, at: datetime) -> None:
        self.state, self.contract, self.ended_at, self.step_of_end = "terminated", "ended", at, "ended"
        if self.plan.end_bounces and not self.plan.ended_by_post:
            self.waiting = sorted([*self.waiting, Event(at + HOUR, "end back")])

    def _end_back(self, event: Event) -> None:
        """No end without a letter that arrived; the case goes on, and the staff lets it be."""
        self.contract, self.ended_at = "active", None
        self.state = "curing"

    def swept(self, at: datetime) -> None:
        """A clock whose moment has come runs out when the sweep comes by."""
        if self.clock_state == "running" and self.act_from is not None and self.act_from <= at:
            self.clock_state, self.lapsed_at = "lapsed", at

    def seen(self) -> dict[str, Any]:
        """What the product must show."""
        shown = self.clock_state != ""
        return {
            "case": self.state, "contract": self.contract, "ended_at": self.ended_at, "after_end": self.after_end,
            "clock": (self.clock_state, self.named, self.act_from) if shown else None,
        }  # fmt: skip
