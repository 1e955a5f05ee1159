"""What a clock picture shows, in words: the data, the sentence for screen readers and the rows of the table.

All moments are shown as JST. Nothing here reads the time or the database; `now` is passed in.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from config.desk.jst import JST, jday, jday_year, jst_day, jtime, weekday

DAY = timedelta(days=1)
State = Literal["running", "waiting", "open", "stopped", "met"]


@dataclass(frozen=True, kw_only=True)
class PostTrack:
    """One letter on its way. A `datetime` in place of a day is drawn at its exact time, a bare day at noon."""

    label: str
    posted_on: date
    arrived_on: date | None = None
    expected_on: date | None = None
    returned_on: date | None = None
    method: str = ""
    waived: bool = False

    @property
    def end(self) -> date | None:
        """The day on which the way ended or is expected to end; None while nothing is known."""
        return self.returned_on or self.arrived_on or self.expected_on

    @property
    def outcome(self) -> str:
        """What became of the letter, in one Japanese word."""
        if self.returned_on:
            return "返戻"
        if self.arrived_on:
            return "配達"
        if self.waived:
            return "配達を待たない"
        return "配達見込み" if self.expected_on else "配達の記録待ち"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A period that runs for a customer, from the first dispatch to the first moment at which the company may act.

    `communicated_on` is the last day that the letter names; `act_from` is None while a channel blocks or stops it.
    `closed` are the closed days to shade. `key` tells two pictures with equal content on one page apart.
    Raises ValueError for a naive moment: the day of such a moment would be a guess.
    """

    started_at: datetime
    start_label: str
    period_label: str
    communicated_on: date
    communicated_label: str = "是正期限（通知に記載）"
    act_from: datetime | None
    act_label: str = "措置可能"
    open_label: str = "措置できる"
    waiting_label: str = "措置を待つ期間"
    stopped: str = ""
    waiting_for: str = ""
    met_at: datetime | None = None
    met_label: str = "是正を確認"
    now: datetime
    posts: tuple[PostTrack, ...] = ()
    waiting_note: str = ""
    agreed_on: date | None = None  # the later last day that was agreed with the customer
    closed: Collection[date] = ()
    key: str = ""

    def __post_init__(self) -> None:
        posts = [day for post in self.posts for day in (post.posted_on, post.end)]
        for moment in (self.started_at, self.act_from, self.met_at, self.now, *posts):
            if isinstance(moment, datetime) and moment.utcoffset() is None:
                raise ValueError("a clock needs aware moments")

    @property
    def communicated_end(self) -> datetime:
        """24:00 JST of the day that the letter names."""
        return midnight(self.communicated_on + DAY)

    @property
    def state(self) -> State:
        """Where the clock stands at `now`; a met clock stays met, a stopped one stays stopped."""
        if self.met_at is not None:
            return "met"
        if self.stopped:
            return "stopped"
        if self.act_from is not None and self.now >= self.act_from:
            return "open"
        return "waiting" if self.now >= self.communicated_end else "running"

    @property
    def days_left(self) -> int:
        """Calendar days from today to the day that the letter names, or the later one agreed; negative when it has passed."""
        return (max(self.communicated_on, self.agreed_on or self.communicated_on) - jst_day(self.now)).days

    def post_moment(self, day: date) -> datetime:
        """Where a letter's day is drawn: never before the clock began, though a bare day stands at noon."""
        return max(as_moment(day), self.started_at)

    @property
    def has_wait(self) -> bool:
        """Whether time lies between the end of the named day and the moment at which we may act."""
        return self.act_from is not None and self.act_from > self.communicated_end


def midnight(day: date) -> datetime:
    """00:00 JST at the beginning of the day."""
    return datetime.combine(day, time(), JST)


def as_moment(day: date) -> datetime:
    """The moment at which a day is drawn: noon, unless the exact time is known."""
    return day if isinstance(day, datetime) else midnight(day) + timedelta(hours=12)


def day_words(day: date, now: datetime) -> str:
    """11月26日（木）, with its year where it is not this year."""
    return jday(day) if jst_day(day).year == jst_day(now).year else jday_year(day)


def moment_words(moment: datetime, now: datetime) -> str:
    """11月12日（木）10:42 in JST."""
    return day_words(moment, now) + jtime(moment)


def short_day(day: date) -> str:
    """11/26."""
    day = jst_day(day)
    return f"{day.month}/{day.day}"


def until_words(clock: Clock) -> str:
    """The last day that the letter names, as people say it."""
    return f"{day_words(clock.communicated_on, clock.now)}まで"


def act_words(clock: Clock) -> str:
    """The first moment at which we may act, or what that moment waits for."""
    if clock.act_from is not None and not clock.stopped:
        return f"{moment_words(clock.act_from, clock.now)} から"
    return clock.waiting_for or ("別の方法の発送を待つ" if clock.stopped else "配達の記録を待つ")


def left_words(clock: Clock) -> str:
    """How many days are left; empty after the named day."""
    if clock.days_left < 0:
        return ""
    return f"残り {clock.days_left}日" if clock.days_left else "本日まで"


def period_name(clock: Clock) -> str:
    """The period's name without its length: 是正期間."""
    return clock.period_label.partition("（")[0].split(maxsplit=1)[0] if clock.period_label.strip() else ""


def today_words(clock: Clock) -> str:
    """What today is to this clock, in a few words; nothing once it has been met."""
    if clock.state == "running":
        return _nth_day(clock)
    return {"waiting": clock.waiting_label, "open": clock.open_label, "stopped": clock.stopped, "met": ""}[clock.state]


def _nth_day(clock: Clock) -> str:
    # Civil Code 140: the day of the dispatch counts only where the period began at 00:00:00 exactly.
    start = clock.started_at.astimezone(JST)
    counted = 1 if start.time() == time() else 0
    nth = (jst_day(clock.now) - start.date()).days + counted
    return f"{period_name(clock)} {nth}日目" if nth > 0 else "初日（算入しない）"


def post_line(post: PostTrack) -> str:
    """郵送分：11/13 差出し → 11/14（土）配達."""
    start = f"{post.label}：{short_day(post.posted_on)} 差出し"
    if post.end is None:
        return f"{start}（{post.outcome}）"
    return f"{start} → {short_day(post.end)}（{weekday(post.end)}）{post.outcome}"


def post_rows(post: PostTrack, now: datetime) -> list[tuple[str, str]]:
    """The two ends of a letter's way as rows of a table."""
    method = f"（{post.method}）" if post.method else ""
    rows = [(f"{post.label} 差出し{method}", day_words(post.posted_on, now))]
    result = day_words(post.end, now) if post.end else "まだありません"
    return [*rows, (f"{post.label} {post.outcome}", result)]


def clock_rows(clock: Clock) -> list[tuple[str, str]]:
    """What the picture shows as rows of (name, value), for 表で見る; the same for the wide and the tall picture."""
    now = clock.now
    rows = [(clock.start_label, moment_words(clock.started_at, now)), ("期間", clock.period_label)]
    for post in clock.posts:
        rows += post_rows(post, now)
    if clock.met_at is not None:
        rows.append((clock.met_label, moment_words(clock.met_at, now)))
    rows.append((clock.communicated_label, until_words(clock)))
    if clock.state != "met":
        rows.append((clock.act_label, act_words(clock)))
        if clock.waiting_note:
            rows.append((clock.waiting_label, clock.waiting_note))
    rows.append(("本日", f"{day_words(now, now)} {today_words(clock)}".rstrip()))
    if clock.state == "running":
        rows.append(("残り", left_words(clock).removeprefix("残り ")))
    return [(name, value) for name, value in rows if name and value]


def clock_sentence(clock: Clock) -> str:
    """The picture in words, for people who do not see it."""
    return f"{period_name(clock)}の図。" + "".join(f"{name}：{value}。" for name, value in clock_rows(clock))
