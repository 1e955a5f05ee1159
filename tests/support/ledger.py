"""What a clerk would write down of one case, letter by letter, to judge every step of the machine in test_stateful.

It imports nothing of the product: facts come in as they were told, dates come from the oracle.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.support.oracle import TOKYO, Dispatch, cure_clock

TRANSIT_DAYS = 3


def midnight_after(day: date) -> datetime:
    """24:00 JST of a day."""
    return datetime.combine(day + timedelta(days=1), time(), TOKYO)


@dataclass
class Letter:
    """One letter: the day for which it was planned, what it names, and what became of each of its ways."""

    planned: date
    ways: dict[str, Dispatch]
    items: frozenset[int] = frozenset()
    stopped: bool = False  # cancelled, replaced by a later letter, or (an end) posted without a power
    judged: bool = False  # an end that has left: its effect is settled
    met: bool = False
    extended_to: date | None = None
    named: date = field(init=False)

    def __post_init__(self) -> None:
        self.named = cure_clock(list(self.ways.values()), planned=self.planned, transit_days=TRANSIT_DAYS)[0]

    @classmethod
    def of(cls, planned: date, channels: Iterable[str], items: Iterable[int] = ()) -> "Letter":
        """Ordered, nothing of it has left."""
        ways: dict[str, Dispatch] = {}
        for name in channels:
            ways[name] = Dispatch(channel="email" if name == "email" else "post_ordinary")
        return cls(planned, ways, frozenset(items))

    def note(self, way: str, **facts: Any) -> None:
        """A fact about one way, as it was told."""
        channel: Any = "email" if way == "email" else "post_ordinary"
        self.ways[way] = replace(self.ways.get(way, Dispatch(channel=channel)), **facts)

    @property
    def has_left(self) -> bool:
        """By any way, come back or not."""
        return any(way.dispatched_at for way in self.ways.values())

    @property
    def standing(self) -> list[datetime]:
        """When each way left that did not come back."""
        return [w.dispatched_at for w in self.ways.values() if w.dispatched_at and not w.returned_at]

    @property
    def act_from(self) -> datetime | None:
        """The first moment at which the company may act on it."""
        ways = list(self.ways.values())
        reckoned = cure_clock(ways, planned=self.planned, transit_days=TRANSIT_DAYS)[1] if ways else None
        if reckoned is None:
            return None
        return max(reckoned, midnight_after(self.named), *[midnight_after(d) for d in [self.extended_to] if d])

    @property
    def counts(self) -> bool:
        """Whether a power may still rest on it."""
        return self.has_left and not self.stopped and not self.met


class Ledger:
    """One case: its correction letters by their key, the cures and the checks as they were told, and its ends."""

    def __init__(self) -> None:
        self.letters: dict[int, Letter] = {}
        self.ends: dict[int, Letter] = {}
        self.cured: dict[int, datetime] = {}
        self.checks: list[datetime] = []

    def order(self, key: int, letter: Letter) -> None:
        """A further letter takes the place of those that named the same and came back."""
        for old in self.letters.values():
            old.stopped |= bool(old.items & letter.items)
        self.letters[key] = letter

    def uncured(self, letter: Letter) -> set[int]:
        """What it named and what was not cured before its moment, whenever that became known."""
        moment = letter.act_from
        return {n for n in letter.items if n not in self.cured or (moment is not None and self.cured[n] >= moment)}

    def settle(self) -> None:
        """A letter of which all was cured in time has done its work."""
        for letter in self.letters.values():
            letter.met |= letter.counts and not self.uncured(letter)

    def ripe(self, at: datetime) -> list[Letter]:
        """Letters whose time has run out with something uncured."""
        return [x for x in self.letters.values() if x.counts and _by(x.act_from, at) and self.uncured(x)]

    def proven(self, at: datetime) -> bool:
        """Whether the contract may be ended: somebody looked after a letter had run out (23(1))."""
        return any(_by(x.act_from, check) for x in self.ripe(at) for check in self.checks if check <= at)

    def all_in_time(self) -> bool:
        """Whether nothing that was ever named is left, or was cured too late under a letter that counts."""
        named = {n for letter in self.letters.values() for n in letter.items}
        return named <= set(self.cured) and not any(x.counts and self.uncured(x) for x in self.letters.values())

    def ended_at(self) -> datetime | None:
        """The first dispatch of a termination that did not come back."""
        standing = [moment for x in self.ends.values() if not x.stopped for moment in x.standing]
        return min(standing) if standing else None


def _by(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at
