"""The clock for wide screens: a track under the exact time, one column a day."""

from dataclasses import dataclass, replace
from hashlib import sha256

from django.utils.safestring import SafeString

from contracts.deadlines.clock_axis import LEFT, RIGHT, TRACK_BOTTOM, TRACK_TOP, WIDTH, Scale, axis
from contracts.deadlines.clock_below import draw_below
from contracts.deadlines.clock_model import Clock, act_words, clock_sentence, left_words, moment_words, until_words
from contracts.deadlines.clock_paint import (
    Anchor,
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

MARK_Y = 50.0
LABEL_GAP = 14.0
LABELS_RIGHT = RIGHT + 10
MEETING = 13.0
LINE_Y = 81.5


def clock_wide(clock: Clock) -> SafeString:
    """The clock as an SVG of 1000 × 172 units (higher only where many letters need rows), all text escaped."""
    scale = Scale.of(clock)
    identity = pattern_id("w", clock)
    floor = draw_below(clock, scale)
    parts = [hatch(identity), *axis(clock, scale), *_track(clock, scale, identity)]
    parts += [*_marks(clock, scale), *_labels(clock, scale), *_today_line(clock, scale), *floor.parts]
    return SafeString(picture("clk clk-wide", WIDTH, floor.height, clock_sentence(clock), parts))


def pattern_id(shape: str, clock: Clock) -> str:
    """An id for the hatch that no other picture on the page has; `Clock.key` tells equal clocks apart."""
    return f"clk-hatch-{shape}-{sha256(repr(clock).encode()).hexdigest()[:10]}"


def _span(left: float, right: float) -> Box:
    return Box(left=left, top=TRACK_TOP, right=right, bottom=TRACK_BOTTOM)


def _inset(box: Box, by: float) -> Box:
    return Box(left=box.left + by, top=box.top + by, right=box.right - by, bottom=box.bottom - by)


# The track, from left to right


def _track(clock: Clock, scale: Scale, identity: str) -> list[str]:
    if clock.state == "met":
        return _met_track(clock, scale)
    return [*_period(clock, scale), *_after(clock, scale, identity)]


def _met_track(clock: Clock, scale: Scale) -> list[str]:
    start, met = scale.x(clock.started_at), scale.x(clock.met_at or clock.now)
    planned = max(clock.communicated_end, clock.act_from or clock.communicated_end)
    ghost = []
    if scale.x(planned) > met:
        ghost = [rect("clk-ghost", _inset(_span(met, scale.x(planned)), 0.5), stroke_dasharray="4 3")]
    done = _span(start, met)
    return [*ghost, rect("clk-done", done), *_first_fit("clk-ondone", _period_names(clock), done, None)]


def _period(clock: Clock, scale: Scale) -> list[str]:
    start, end = scale.x(clock.started_at), scale.x(clock.communicated_end)
    now = min(max(scale.x(clock.now), start), end)
    past, rest = _span(start, now), _span(now, end)
    drawn = []
    if end > now:
        drawn.append(rect("clk-rest", _inset(rest, 0.6), stroke_width=1.2))
    if now > start:
        drawn.append(rect("clk-past", past))
    named = _first_fit("clk-onpast", _period_names(clock), past, None)
    left = left_words(clock)
    remaining = [left] if named else [*(f"{name}　{left}" for name in _period_names(clock)), left]
    return [*drawn, *named, *_first_fit("clk-accent", remaining, rest, None, bold=True)]


def _period_names(clock: Clock) -> list[str]:
    return [clock.period_label, clock.period_label.split("（")[0]]


def _after(clock: Clock, scale: Scale, identity: str) -> list[str]:
    today = scale.x(clock.now) if scale.shows(clock.now) else None
    end = scale.x(clock.communicated_end)
    if clock.stopped:
        box = _span(end, RIGHT)
        drawn = rect("clk-stop", _inset(box, 0.6), stroke_width=1.2, stroke_dasharray="5 3")
        return [drawn, *_first_fit("clk-amber", [clock.stopped], box, today, bold=True)]
    act = scale.x(clock.act_from) if clock.act_from is not None else RIGHT
    wait = [rect("clk-hatchbox", _span(end, act), fill=f"url(#{identity})")] if act > end else []
    if clock.act_from is None:
        return wait
    frame = path("clk-act", f"M{RIGHT:.0f} 69H{act:.2f}V85H{RIGHT:.0f}", stroke_width=2)
    return [*wait, frame, *_first_fit("clk-strong", [clock.open_label], _span(act, RIGHT), today, bold=True)]


def _first_fit(color: str, texts: list[str], box: Box, today: float | None, *, bold: bool = False) -> list[str]:
    """The first of the texts that fits into the box, in the wider part where today's line cuts it; or nothing."""
    if today is not None and box.left < today < box.right:
        sides = [replace(box, right=today), replace(box, left=today)]
        box = max(sides, key=lambda side: side.right - side.left)
    for text in texts:
        if text and text_width(text, 12.5, bold=bold) + 10 <= box.right - box.left:
            middle = (box.left + box.right) / 2
            return [words(color, text, middle, LINE_Y, size=12.5, bold=bold, anchor="middle")]
    return []


# Marks, their labels, and today


def _marks(clock: Clock, scale: Scale) -> list[str]:
    start, end = scale.x(clock.started_at), scale.x(clock.communicated_end)
    met = clock.met_at is not None
    act = scale.x(clock.act_from) if clock.act_from is not None and not (met or clock.stopped) else None
    meet = act is not None and act - end < MEETING
    named_y = MARK_Y - 3 if meet else MARK_Y
    drawn = [_stem("clk-stem", start, MARK_Y), dot("clk-start", start, MARK_Y)]
    drawn += [_stem("clk-bracket" if met else "clk-stem", end, named_y)]
    drawn += [diamond("clk-muted" if met else "clk-mark", end, named_y, 5.5)]
    if act is not None:
        drawn += [_stem("clk-stem", act, MARK_Y), square("clk-mark", act, MARK_Y + 8.5 if meet else MARK_Y)]
    if clock.met_at is not None:
        drawn += [_stem("clk-stem", scale.x(clock.met_at), MARK_Y), check(scale.x(clock.met_at), MARK_Y)]
    return drawn


def _stem(color: str, x: float, y: float) -> str:
    return line(color, x, y, x, TRACK_BOTTOM, stroke_width=1.5)


@dataclass(frozen=True, kw_only=True)
class _Label:
    name: str
    value: str
    at: float
    centered: bool = False
    color: str = "clk-strong"
    name_color: str = "clk-label"

    @property
    def width(self) -> float:
        return max(text_width(self.name, 12), text_width(self.value, 15, bold=True))

    @property
    def wish(self) -> float:
        return self.at - self.width / 2 if self.centered else self.at - 1


def _labels(clock: Clock, scale: Scale) -> list[str]:
    labels = sorted(_label_list(clock, scale), key=lambda label: label.at)
    room = (LABELS_RIGHT - LEFT - LABEL_GAP * (len(labels) - 1)) / len(labels)
    labels = [
        replace(one, name=shorten(one.name, 12, room), value=shorten(one.value, 15, room, bold=True)) for one in labels
    ]
    drawn = []
    for label, left in zip(labels, _spread(labels), strict=True):
        x = left + label.width / 2 if label.centered else left
        anchor: Anchor = "middle" if label.centered else "start"
        drawn.append(words(label.name_color, label.name, x, 16, anchor=anchor))
        drawn.append(words(label.color, label.value, x, 36, size=15, bold=True, anchor=anchor))
    return drawn


def _label_list(clock: Clock, scale: Scale) -> list[_Label]:
    start, end = scale.x(clock.started_at), scale.x(clock.communicated_end)
    started = _Label(name=clock.start_label, value=moment_words(clock.started_at, clock.now), at=start)
    named = _Label(name=clock.communicated_label, value=until_words(clock), at=end, centered=True)
    if clock.met_at is not None:
        value = moment_words(clock.met_at, clock.now)
        met = _Label(name=clock.met_label, value=value, at=scale.x(clock.met_at), centered=True)
        return [started, met, replace(named, color="clk-muted")]
    blocked = clock.act_from is None or bool(clock.stopped)
    act = scale.x(clock.act_from) if clock.act_from is not None else RIGHT - 4 * scale.column
    color = "clk-amber" if blocked else "clk-strong"
    return [started, named, _Label(name=clock.act_label, value=act_words(clock), at=act, color=color)]


def _spread(labels: list[_Label]) -> list[float]:
    """Left edges as near to the wishes as the order allows: the later label stays, the earlier one steps aside."""
    lefts: list[float] = []
    limit = LABELS_RIGHT
    for label in reversed(labels):
        lefts.insert(0, min(label.wish, limit - label.width))
        limit = lefts[0] - LABEL_GAP
    limit = LEFT
    for index, label in enumerate(labels):
        lefts[index] = max(lefts[index], limit)
        limit = lefts[index] + label.width + LABEL_GAP
    return lefts


def _today_line(clock: Clock, scale: Scale) -> list[str]:
    if not scale.shows(clock.now):
        return []
    x = scale.x(clock.now)
    return [line("clk-today", x, 58, x, 92, stroke_width=2.5)]
