"""Envelopes as data (mm): size, window, folds; what of the sheet is always seen follows from how far it may slip."""

from dataclasses import dataclass

SHEET_WIDTH, SHEET_HEIGHT = 210.0, 297.0  # A4
HEAD_RIGHT, HEAD_BOTTOM = 110.0, 57.0  # the place of the address in a letter's head; number and sender stand outside it


@dataclass(frozen=True, kw_only=True)
class Area:
    """A rectangle from the top left corner of what it lies on."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """`window` None: the address goes on a label. `folds`: where the sheet is folded, from its top; none: it lies flat."""

    key: str
    name: str
    width: float
    height: float
    window: Area | None
    folds: tuple[float, ...]

    @property
    def slip(self) -> tuple[float, float]:
        """How far the folded sheet may move in the envelope, to the right and down."""
        return self.width - SHEET_WIDTH, self.height - (self.folds[0] if self.folds else SHEET_HEIGHT)

    @property
    def safe(self) -> Area:
        """The part of the sheet that the window shows wherever the sheet lies; without a window, all of the address's place."""
        if self.window is None:
            return Area(left=20, top=12, width=HEAD_RIGHT - 20, height=HEAD_BOTTOM - 12)
        across, down = self.slip
        window = self.window
        return Area(left=window.left, top=window.top, width=window.width - across, height=window.height - down)

    @property
    def seen(self) -> Area:
        """The part of the sheet that the window shows at times: nothing but the address may stand in it."""
        if self.window is None:
            return Area(left=0, top=0, width=0, height=0)
        across, down = self.slip
        left, top = max(0.0, self.window.left - across), max(0.0, self.window.top - down)
        return Area(left=left, top=top, width=self.window.right - left, height=self.window.bottom - top)

    @property
    def note(self) -> str:
        """A4　長形3号（窓付き）・三つ折り."""
        return f"A4　{self.name}・{'三つ折り' if self.folds else '折らない'}"


NAGA3 = Envelope(
    key="naga3", name="長形3号（窓付き）", width=235, height=120, window=Area(left=20, top=12, width=90, height=45), folds=(99, 198)
)  # fmt: skip
NAGA3_PLAIN = Envelope(key="naga3_plain", name="長形3号（窓なし）", width=235, height=120, window=None, folds=(99, 198))
KAKU2_PLAIN = Envelope(key="kaku2_plain", name="角形2号（窓なし）", width=240, height=332, window=None, folds=())
ENVELOPES = (NAGA3, NAGA3_PLAIN, KAKU2_PLAIN)
BY_KEY = {envelope.key: envelope for envelope in ENVELOPES}
BY_NAME = {envelope.name: envelope for envelope in ENVELOPES}
