"""What stands below the axis of the wide picture: today's pill, letters on their way, the time that we wait."""

from dataclasses import dataclass, field

from config.desk.jst import jst_day
from contracts.deadlines.clock_axis import LEFT, RIGHT, Scale
from contracts.deadlines.clock_model import Clock, PostTrack, as_moment, post_line, short_day
from contracts.deadlines.clock_paint import Box, line, path, rect, shorten, text_box, text_width, words

LEAST_HEIGHT = 172.0
BRACKET_TOP, BRACKET_FOOT = 112.0, 128.0
ROW = 18.0
GAP = 8.0


@dataclass(kw_only=True)
class Floor:
    """The drawn parts and the room that they take, so that later ones can step aside."""

    parts: list[str] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    def free(self, box: Box) -> bool:
        """Whether the box lies in view and clear of all that stands here."""
        in_view = box.left >= LEFT - 1 and box.right <= RIGHT + 1
        return in_view and not any(box.hits(other, GAP) for other in self.taken)

    def put(self, box: Box, *parts: str) -> None:
        """Take the room."""
        self.taken.append(box)
        self.parts += parts

    @property
    def height(self) -> float:
        """The picture's height: 172, or more where much had to step down."""
        return max([LEAST_HEIGHT, *(box.bottom + 3 for box in self.taken)])


def draw_below(clock: Clock, scale: Scale) -> Floor:
    """Draw it all; brackets first, so that the pill covers what it crosses."""
    floor, pill = Floor(), _pill(clock, scale)
    floor.taken.append(pill.room)
    _draw_wait(clock, scale, floor)
    ways = [_Way.of(clock, scale, post, index) for index, post in enumerate(_in_order(clock.posts))]
    for way in ways:
        way.draw_bracket(floor)
    for way in ways:
        way.draw_text(floor)
    floor.parts += pill.parts
    return floor


@dataclass(frozen=True, kw_only=True)
class _Pill:
    room: Box
    parts: tuple[str, ...]


def _pill(clock: Clock, scale: Scale) -> _Pill:
    shown = scale.shows(clock.now)
    text = f"本日 {_today_short(clock, scale)}" + ("" if shown else " →" if jst_day(clock.now) > scale.last else " ←")
    half = text_width(text, 13, bold=True) / 2 + 9
    x = scale.x(clock.now)
    middle = min(max(x, LEFT + half), RIGHT - half)
    room = Box(left=middle - half, top=120, right=middle + half, bottom=144)
    arrow = (path("clk-todaypill", f"M{x:.2f} 113l7.5 8h-15z"),) if shown else ()
    label = words("clk-onpill", text, middle, 136.8, size=13, bold=True, anchor="middle")
    return _Pill(room=room, parts=(*arrow, rect("clk-todaypill", room, rx=3), label))


def _today_short(clock: Clock, scale: Scale) -> str:
    today = jst_day(clock.now)
    year = "" if today.year in (scale.first.year, scale.last.year) else f"{today.year}/"
    return f"{year}{short_day(today)}"


def _draw_wait(clock: Clock, scale: Scale, floor: Floor) -> None:
    if clock.act_from is None or not clock.has_wait or clock.stopped or clock.state == "met":
        return
    left, right = scale.x(clock.communicated_end), scale.x(clock.act_from)
    d = f"M{left:.2f} 128H{right:.2f}M{left:.2f} 124v8M{right:.2f} 124v8"
    floor.put(Box(left=left, top=124, right=right, bottom=132), path("clk-bracket", d, stroke_width=1.2))
    texts = [shorten(text, 12, RIGHT - LEFT) for text in (clock.waiting_label, clock.waiting_note) if text]
    y = _wait_text_y(texts, (left + right) / 2, floor)
    for index, (text, color) in enumerate(zip(texts, ("clk-label", "clk-muted"), strict=False)):
        middle = _held((left + right) / 2, text)
        box = text_box(text, middle, y + ROW * index, 12, anchor="middle")
        floor.put(box, words(color, text, middle, y + ROW * index, anchor="middle"))


def _wait_text_y(texts: list[str], middle: float, floor: Floor) -> float:
    # 149 as drawn in the design; one step lower where today's pill would cover the words.
    boxes = [text_box(text, _held(middle, text), 149, 12, anchor="middle") for text in texts[:1]]
    return 149 if all(floor.free(box) for box in boxes) else 158


def _held(middle: float, text: str) -> float:
    half = text_width(text, 12) / 2
    return min(max(middle, LEFT + half), RIGHT - half)


def _in_order(posts: tuple[PostTrack, ...]) -> list[PostTrack]:
    return sorted(posts, key=lambda post: as_moment(post.posted_on))


@dataclass(frozen=True, kw_only=True)
class _Way:
    """A letter's bracket from posting to its end, each further letter a row deeper."""

    post: PostTrack
    left: float
    right: float
    foot: float

    @classmethod
    def of(cls, clock: Clock, scale: Scale, post: PostTrack, index: int) -> "_Way":
        left = scale.x(clock.post_moment(post.posted_on))
        right = scale.x(clock.post_moment(post.end)) if post.end else max(scale.x(clock.now), left + 12)
        return cls(post=post, left=left, right=right, foot=BRACKET_FOOT + ROW * index)

    def draw_bracket(self, floor: Floor) -> None:
        # Dashed while the letter is still on its way.
        dashes = "none" if self.post.arrived_on or self.post.returned_on else "3 3"
        posted = line("clk-bracket", self.left, BRACKET_TOP, self.left, self.foot, stroke_width=1.2)
        d = f"M{self.left:.2f} {self.foot:.0f}H{self.right:.2f}V{BRACKET_TOP:.0f}"
        way = path("clk-bracket", d, stroke_width=1.2, stroke_dasharray=dashes)
        floor.put(Box(left=self.left, top=self.foot - 1, right=self.right, bottom=self.foot + 1), posted, way)
        for x in (self.left, self.right):
            floor.taken.append(Box(left=x, top=BRACKET_TOP, right=x, bottom=self.foot))

    def draw_text(self, floor: Floor) -> None:
        color = "clk-amber" if self.post.returned_on else "clk-label"
        text = shorten(post_line(self.post), 12, RIGHT - LEFT)
        x, y = self._text_place(floor, text)
        floor.put(text_box(text, x, y, 12), words(color, text, x, y))

    def _text_place(self, floor: Floor, text: str) -> tuple[float, float]:
        """Beside the bracket, else below it, else as many rows further down as it takes."""
        width = text_width(text, 12)
        under = max(min(self.left, RIGHT - width), LEFT)
        for x, y in ((self.right + 10, self.foot + 4), (self.left - 10 - width, self.foot + 4)):
            if floor.free(text_box(text, x, y, 12)):
                return x, y
        y = self.foot + ROW
        while not floor.free(text_box(text, under, y, 12)):
            y += ROW
        return under, y
