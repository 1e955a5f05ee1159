"""The time axis of the wide picture: where a moment stands, day numbers, closed days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from math import ceil

from config.desk.jst import jst_day
from contracts.deadlines.clock_model import DAY, Clock, as_moment, midnight
from contracts.deadlines.clock_paint import Box, path, rect, text_width, words

WIDTH, PAD = 1000.0, 16.0
LEFT, RIGHT = PAD, WIDTH - PAD
TRACK_TOP, TRACK_BOTTOM = 68.0, 86.0
NUMBERS_Y = 107.0
DAILY_UP_TO = 31
OPEN_END_DAYS = 8
LEAST_SHADED_COLUMN = 4.0
LEAST_TICK_ROOM = 46.0


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Whole JST days side by side between the pads; a day's end is the next column's left edge."""

    first: date
    last: date

    @classmethod
    def of(cls, clock: Clock) -> "Scale":
        """From the day before the start to three days after the moment at which we may act."""
        ends = [clock.communicated_on + OPEN_END_DAYS * DAY]
        if clock.act_from is not None:
            ends = [jst_day(clock.act_from) + 3 * DAY, clock.communicated_on + DAY]
        if clock.met_at is not None:
            ends.append(jst_day(clock.met_at) + DAY)
        ends += [jst_day(post.end) + 2 * DAY for post in clock.posts if post.end]
        return cls(first=jst_day(clock.started_at) - DAY, last=max(ends))

    @property
    def count(self) -> int:
        """How many days are in view."""
        return (self.last - self.first).days + 1

    @property
    def column(self) -> float:
        """The width of a day."""
        return (RIGHT - LEFT) / self.count

    @property
    def daily(self) -> bool:
        """Whether every day has a number; else there are ticks a week or several weeks apart."""
        return self.count <= DAILY_UP_TO

    def x(self, moment: date) -> float:
        """Where a moment stands, held within the view."""
        days = (as_moment(moment) - midnight(self.first)) / DAY
        return LEFT + min(max(days, 0), self.count) * self.column

    def shows(self, moment: datetime) -> bool:
        """Whether the moment is in view."""
        return midnight(self.first) <= moment < midnight(self.last + DAY)

    def days(self) -> Iterator[date]:
        """Every day in view."""
        return (self.first + index * DAY for index in range(self.count))

    def ticks(self) -> list[date]:
        """The days that carry a number: all, or whole weeks apart beginning with the start day."""
        if self.daily:
            return list(self.days())
        step = 7 * ceil(LEAST_TICK_ROOM / (7 * self.column))
        return [self.first + index * DAY for index in range(1, self.count, step)]


def axis(clock: Clock, scale: Scale) -> list[str]:
    """Closed days, the base line with its ticks, and the numbers."""
    return [*closed_days(clock, scale), _base_line(scale), *_numbers(clock, scale)]


def closed_days(clock: Clock, scale: Scale) -> list[str]:
    """The shade of closed days, where a day is wide enough to be seen."""
    if scale.column < LEAST_SHADED_COLUMN:
        return []
    lefts = [scale.x(midnight(day)) for day in scale.days() if day in clock.closed]
    return [rect("clk-closed", Box(left=x, top=58, right=x + scale.column, bottom=116)) for x in lefts]


def _base_line(scale: Scale) -> str:
    ticks = "".join(f"M{scale.x(midnight(day)):.2f} {TRACK_BOTTOM:.0f}v5" for day in scale.ticks())
    return path("clk-axis", f"M{LEFT:.0f} {TRACK_BOTTOM:.0f}H{RIGHT:.0f}{ticks}", stroke_width=1)


def _numbers(clock: Clock, scale: Scale) -> list[str]:
    ticks = scale.ticks()
    rooms = [scale.x(midnight(after)) - scale.x(midnight(day)) for day, after in pairwise(ticks)] + [scale.column]
    return [_number(clock, scale, day, room) for day, room in zip(ticks, rooms, strict=True)]


def _number(clock: Clock, scale: Scale, day: date, room: float) -> str:
    x = scale.x(midnight(day)) + scale.column / 2
    text = _number_words(day, scale, room)
    if not scale.daily:  # the last weekly number may stand near the edge
        half = text_width(text, 12) / 2
        return words("clk-label", text, min(x, RIGHT - half), NUMBERS_Y, anchor="middle")
    if day == jst_day(clock.now):
        return words("clk-red", text, x, NUMBERS_Y, bold=True, anchor="middle")
    return words("clk-muted" if day in clock.closed else "clk-label", text, x, NUMBERS_Y, anchor="middle")


def _number_words(day: date, scale: Scale, room: float) -> str:
    if scale.daily and day.day != 1 and day != scale.first:
        return str(day.day)
    text = f"{day.month}/{day.day}"
    dated = f"{day.year}/{text}"
    before = "31" if scale.daily else "12/31"
    fits = (text_width(dated, 12) + text_width(before, 12)) / 2 + 2 <= room
    new_year = day.year != scale.first.year and _tick_before(day, scale).year != day.year
    return dated if new_year and fits else text


def _tick_before(day: date, scale: Scale) -> date:
    ticks = scale.ticks()
    return ticks[max(ticks.index(day) - 1, 0)]
