"""The clock for narrow screens: events one under the other in even steps, not to scale."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.safestring import SafeString

from contracts.deadlines.clock_model import (
    Clock,
    PostTrack,
    act_words,
    clock_sentence,
    day_words,
    moment_words,
    today_words,
    until_words,
)
from contracts.deadlines.clock_paint import (
    Box,
    check,
    diamond,
    dot,
    hatch,
    line,
    path,
    picture,
    rect,
    shorten,
    square,
    text_width,
    words,
)
from contracts.deadlines.clock_wide import pattern_id

WIDTH, LEAST_HEIGHT = 352.0, 368.0
TRACK_LEFT, TRACK_RIGHT = 18.0, 32.0
MIDDLE = 25.0
TEXT_X = 54.0
TEXT_ROOM = WIDTH - TEXT_X - 4
TOP = 11.0
FOOT = 3.0
LEAST_GAP = 12.0
JOINED_GAP = 6.0
START, POST, MET, NAMED, ACT, TODAY = range(6)


@dataclass(frozen=True, kw_only=True)
class _Event:
    """`above` and `below` are the room around the mark; `draw` gets the y of the mark."""

    at: datetime
    rank: int
    above: float
    below: float
    draw: Callable[[float], list[str]]


def clock_tall(clock: Clock) -> SafeString:
    """The clock as an SVG of 352 × 368 units (higher only where there are many events), all text escaped."""
    events = sorted(_events(clock), key=lambda event: (event.rank != START, event.at, event.rank))
    gap, height = _gap(events)
    marks = _places(events, gap)
    identity = pattern_id("t", clock)
    parts = [hatch(identity)]
    for (event, y), (after, y_after) in pairwise(zip(events, marks, strict=True)):
        parts += _stretch(clock, event, after, _track(y, y_after), identity)
    parts += _tail(clock, _track(marks[-1], height - 2), identity)
    for event, y in zip(events, marks, strict=True):
        parts += event.draw(y)
    return SafeString(picture("clk clk-tall", WIDTH, height, clock_sentence(clock), parts))


def _gap(events: list[_Event]) -> tuple[float, float]:
    """The even step between events and the height that it gives."""
    needed = sum(event.above + event.below for event in events) + TOP + FOOT
    joined = sum(_is_joined(*pair) for pair in pairwise(events))
    loose = len(events) - 1 - joined
    gap = max(LEAST_GAP, (LEAST_HEIGHT - needed - joined * JOINED_GAP) / max(loose, 1))
    return gap, max(LEAST_HEIGHT, needed + loose * gap + joined * JOINED_GAP)


def _is_joined(event: _Event, after: _Event) -> bool:
    """Whether two marks stand at one moment: the named day's end and the moment at which we may act often meet."""
    return event.rank == NAMED and after.rank == ACT and event.at == after.at


def _places(events: list[_Event], gap: float) -> list[float]:
    marks = [TOP + events[0].above]
    for event, after in pairwise(events):
        marks.append(marks[-1] + event.below + (JOINED_GAP if _is_joined(event, after) else gap) + after.above)
    return marks


# The track


def _track(top: float, bottom: float) -> Box:
    return Box(left=TRACK_LEFT, top=top, right=TRACK_RIGHT, bottom=bottom)


def _stretch(clock: Clock, event: _Event, after: _Event, box: Box, identity: str) -> list[str]:
    if _is_joined(event, after):
        return [line("clk-axis", MIDDLE, box.top, MIDDLE, box.bottom, stroke_width=2)]
    return _filled(clock, event.at + (after.at - event.at) / 2, box, identity)


def _filled(clock: Clock, moment: datetime, box: Box, identity: str) -> list[str]:
    """The track as it is at the moment."""
    if clock.met_at is not None:
        before = moment < clock.met_at
        return [rect("clk-done", box)] if before else [_sides("clk-ghost", box, stroke_dasharray="4 3")]
    if moment < clock.communicated_end:
        if moment < clock.now:
            return [rect("clk-past", box)]
        return [rect("clk-tint", box), _sides("clk-edge", box, stroke_width=1.5)]
    if clock.stopped:
        return [rect("clk-stopfill", box), _sides("clk-stopedge", box, stroke_width=1.2, stroke_dasharray="5 3")]
    if clock.act_from is None or moment < clock.act_from:
        return [rect("clk-hatchbox", box, fill=f"url(#{identity})")]
    return [_sides("clk-act", box, stroke_width=2)]


def _sides(color: str, box: Box, **attributes: float | str) -> str:
    d = f"M{box.left + 0.75:.2f} {box.top:.2f}V{box.bottom:.2f}M{box.right - 0.75:.2f} {box.top:.2f}V{box.bottom:.2f}"
    return path(color, d, **attributes)


def _tail(clock: Clock, box: Box, identity: str) -> list[str]:
    """What goes on after the last event; nothing where the clock has been met."""
    if clock.met_at is not None:
        return []
    after_all = max(clock.now, clock.communicated_end, clock.act_from or clock.communicated_end) + timedelta(days=1)
    return _filled(clock, after_all, box, identity)


# The events


def _events(clock: Clock) -> list[_Event]:
    events = [_start(clock), *(event for post in clock.posts for event in _post(clock, post)), _named(clock)]
    if clock.met_at is not None:
        events.append(_met(clock, clock.met_at))
    else:
        events.append(_act(clock))
    return [*events, _today(clock)]


def _two_lines(name: str, value: str, y: float, color: str = "clk-strong") -> list[str]:
    value = shorten(value, 15, TEXT_ROOM, bold=True)
    return [
        words("clk-label", shorten(name, 12, TEXT_ROOM), TEXT_X, y - 3),
        words(color, value, TEXT_X, y + 17, size=15, bold=True),
    ]


def _start(clock: Clock) -> _Event:
    value = moment_words(clock.started_at, clock.now)

    def draw(y: float) -> list[str]:
        mark = dot("clk-start clk-halo", MIDDLE, y, 7, stroke_width=2)
        return [mark, *_two_lines(clock.start_label, value, y)]

    return _Event(at=clock.started_at, rank=START, above=14, below=21, draw=draw)


def _post(clock: Clock, post: PostTrack) -> list[_Event]:
    posted = f"{day_words(post.posted_on, clock.now)}　{post.label} 差出し"
    if post.method and text_width(f"{posted}（{post.method}）", 12) <= TEXT_ROOM:  # 表で見る names it in any case
        posted = f"{posted}（{post.method}）"
    events = [_small(clock, clock.post_moment(post.posted_on), posted, "clk-label")]
    if post.end is not None:
        ended = f"{day_words(post.end, clock.now)}　{post.label} {post.outcome}"
        color = "clk-amber" if post.returned_on else "clk-label"
        events.append(_small(clock, clock.post_moment(post.end), ended, color))
    return events


def _small(clock: Clock, at: datetime, text: str, color: str) -> _Event:
    """A small dot and one line; light on the solid part of the track."""
    solid_to = clock.met_at or min(clock.now, clock.communicated_end)

    def draw(y: float) -> list[str]:
        inner = ("clk-ondone" if clock.met_at else "clk-onpast") if at < solid_to else "clk-accent"
        return [dot(inner, MIDDLE, y, 3), words(color, shorten(text, 12, TEXT_ROOM), TEXT_X, y + 4.3)]

    return _Event(at=at, rank=POST, above=9, below=9, draw=draw)


def _met(clock: Clock, at: datetime) -> _Event:
    def draw(y: float) -> list[str]:
        return [check(MIDDLE, y), *_two_lines(clock.met_label, moment_words(at, clock.now), y)]

    return _Event(at=at, rank=MET, above=14, below=21, draw=draw)


def _named(clock: Clock) -> _Event:
    met = clock.met_at is not None
    value = until_words(clock)

    def draw(y: float) -> list[str]:
        mark = diamond("clk-muted clk-halo" if met else "clk-mark clk-halo", MIDDLE, y, 8, stroke_width=2)
        lines = _two_lines(clock.communicated_label, value, y, "clk-muted" if met else "clk-strong")
        return [mark, *lines, *_days_left(clock, TEXT_X + text_width(value, 15, bold=True) + 12, y + 12)]

    return _Event(at=clock.communicated_end, rank=NAMED, above=14, below=21, draw=draw)


def _days_left(clock: Clock, x: float, y: float) -> list[str]:
    """The deadline chip beside the named day, while the period runs; the words are those of the lists."""
    if clock.state not in ("running", "stopped") or clock.days_left < 0:
        return []
    text = f"あと{clock.days_left}日" if clock.days_left else "本日"
    frame, color = _chip_colors(clock.days_left)
    box = Box(left=x, top=y - 11, right=x + 64, bottom=y + 11)
    if box.right > WIDTH:
        return []
    width = 2 if clock.days_left == 0 else 1
    label = words(color, text, x + 32, y + 4.3, bold=True, anchor="middle")
    return [rect(frame, box, rx=4, stroke_width=width), label]


def _chip_colors(days_left: int) -> tuple[str, str]:
    if days_left == 0:
        return "clk-today", "clk-red"
    return ("clk-stop", "clk-amber") if days_left <= 3 else ("clk-bracket", "clk-label")


def _act(clock: Clock) -> _Event:
    blocked = clock.act_from is None or bool(clock.stopped)
    note = clock.waiting_note if clock.has_wait and not blocked else ""
    last = max(clock.communicated_end, clock.now) + timedelta(days=1)
    at = clock.act_from if clock.act_from and not clock.stopped else last

    def draw(y: float) -> list[str]:
        lines = _two_lines(clock.act_label, act_words(clock), y, "clk-amber" if blocked else "clk-strong")
        mark = [] if blocked else [square("clk-mark clk-halo", MIDDLE, y, 6.5, stroke_width=2)]
        about = [words("clk-muted", shorten(f"{note}を含む", 12, TEXT_ROOM), TEXT_X, y + 36)] if note else []
        return [*mark, *lines, *about]

    return _Event(at=at, rank=ACT, above=14, below=40 if note else 21, draw=draw)


def _today(clock: Clock) -> _Event:
    text = f"本日 {day_words(clock.now, clock.now)}"
    right = TEXT_X + text_width(text, 13, bold=True) + 14

    def draw(y: float) -> list[str]:
        pill = rect("clk-todaypill", Box(left=TEXT_X, top=y - 13, right=right, bottom=y + 13), rx=4)
        label = words("clk-onpill", text, (TEXT_X + right) / 2, y + 4.7, size=13, bold=True, anchor="middle")
        about = shorten(today_words(clock), 12, WIDTH - right - 9)
        across = line("clk-today", 10, y, TEXT_X, y, stroke_width=2.5)
        return [across, pill, label, words("clk-label", about, right + 8, y + 4.3)]

    return _Event(at=clock.now, rank=TODAY, above=13, below=13, draw=draw)
