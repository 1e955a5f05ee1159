"""An oracle for the cure clock: the same law and readings as the product, told once more by walking day by day.

It imports nothing of `contracts`, and asks jpholiday where the product asks holidays, so that the two err apart.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import jpholiday

TOKYO = ZoneInfo("Asia/Tokyo")
ONE = timedelta(days=1)
Channel = Literal["email", "post_ordinary", "post_recorded"]
Rollover = Literal["none", "statutory", "business"]
NamedDay = Literal["safe", "literal"]


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """One channel of a correction notice. `dispatched_at` None: it has not left; leave a cancelled channel out.

    A bare day as `delivered_at` never counts itself. `returned_at` is a return or a bounce. `waived`: two people
    decided not to wait for this recorded letter.
    """

    channel: Channel
    dispatched_at: datetime | None = None
    delivered_at: date | None = None
    returned_at: datetime | None = None
    waived: bool = False

    @property
    def queued(self) -> bool:
        """Still to leave, therefore blocking."""
        return self.dispatched_at is None


def cure_clock(
    dispatches: Sequence[Dispatch],
    *,
    planned: date,
    days: int = 14,
    rollover: Rollover = "business",
    named_day: NamedDay = "safe",
    transit_days: int = 3,
    closures: Collection[date] = (),
) -> tuple[date, datetime | None]:
    """(the last day that the letter names, the first moment at which we may act or None while blocked or stopped)."""
    rests = _resting(rollover, closures)
    communicated_on = _named(dispatches, planned, days, named_day, transit_days, rests)
    ends = _ends(dispatches, days, transit_days, rests)
    if ends is None:
        return communicated_on, None
    # What the letter names binds us: a fast delivery or a dispatch at 00:00:00 shortens nothing promised.
    return communicated_on, datetime.combine(max([*ends, communicated_on]) + ONE, time(), TOKYO)


Rests = Callable[[date], bool]


def _named(
    dispatches: Sequence[Dispatch], planned: date, days: int, named_day: NamedDay, transit_days: int, rests: Rests
) -> date:
    """Reckoned when the letter is made, from bare days: nothing has left yet, and the first day never counts."""
    if named_day == "literal":
        return _walk(planned, days)
    ends = []
    for dispatch in dispatches:  # planned post of any kind counts with the transit days
        arrives = planned if dispatch.channel == "email" else _walk(planned, transit_days)
        ends.append(_roll(_walk(arrives, days), rests))
    return max(ends)


def _ends(dispatches: Sequence[Dispatch], days: int, transit_days: int, rests: Rests) -> list[date] | None:
    """Each channel's own last day, rolled; None while a channel blocks or no channel is left to count."""
    if any(dispatch.queued for dispatch in dispatches):
        return None
    ends = []
    for dispatch in dispatches:
        if dispatch.returned_at or (dispatch.waived and not dispatch.delivered_at):
            continue  # counts for neither date; while another channel stands, it only warns
        start = _start(dispatch, transit_days)
        if start is None:
            return None  # a recorded letter on its way
        ends.append(_roll(_last_day(start, days), rests))
    return ends or None


def _start(dispatch: Dispatch, transit_days: int) -> datetime | date | None:
    """What a channel's count begins with: a moment, or a bare day where only the day is reckoned."""
    if dispatch.channel == "email":
        return dispatch.dispatched_at
    if dispatch.delivered_at is not None:
        return dispatch.delivered_at
    if dispatch.channel == "post_recorded" or dispatch.dispatched_at is None:
        return None
    return _walk(dispatch.dispatched_at.astimezone(TOKYO).date(), transit_days)


def _last_day(start: datetime | date, days: int) -> date:
    """Civil Code 140: the first day does not count, unless the period begins at 00:00:00 exactly."""
    if not isinstance(start, datetime):
        return _walk(start, days)
    local = start.astimezone(TOKYO)
    day_before_first = local.date() - ONE if local.time() == time() else local.date()
    return _walk(day_before_first, days)


def _walk(day: date, steps: int) -> date:
    for _ in range(steps):
        day += ONE
    return day


def _roll(day: date, rests: Rests) -> date:
    while rests(day):
        day += ONE
    return day


def _resting(rollover: Rollover, closures: Collection[date]) -> Rests:
    """On which days a last day may not fall (Civil Code 142), under the reading taken."""

    def statutory(day: date) -> bool:
        return day.isoweekday() == 7 or bool(jpholiday.is_holiday(day))

    def business(day: date) -> bool:
        new_year = (day.month, day.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
        return statutory(day) or day.isoweekday() == 6 or new_year or day in closures

    return {"none": lambda day: False, "statutory": statutory, "business": business}[rollover]
