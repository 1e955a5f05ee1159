"""Every kind of letter to the longest realistic addressees: window, folds and margins in mm, read back from the PDFs."""

from itertools import combinations
from typing import Any

import pytest

from notices.composing import compose, sender
from notices.engine import kinds
from notices.models import Notice
from notices.rendering.content import Addressee, Letter
from notices.rendering.pdf import render_pdfs
from tests.notices.letters import Ink, ink, text_of
from tests.notices.test_wording_kinds import every_kind_of_letter
from tests.support.world import World

HAIR = 0.1
PLACE = {
    "postal_code": "4350099",
    "address": "鹿児島県大島郡見本町大字見本字東見本1234番地56　見本ヒルズセントラルタワー28階2801号室",
}
LONGEST = (
    Addressee(**PLACE, name="一般社団法人見本地域情報基盤推進機構", honorific="御中", department="総務部", contact="勅使河原　龍之介"),
    Addressee(**PLACE, name="見本インターナショナルホールディングス㈱", honorific="御中"),
    Addressee(**PLACE, name="勅使河原　龍之介左衛門", honorific="様"),
)  # fmt: skip


@pytest.fixture
def letters(world: World) -> list[Letter]:
    """One letter of each kind on a real case, to each addressee, as it would be frozen."""
    every_kind_of_letter(world)
    latest = {notice.kind: notice for notice in Notice.objects.order_by("pk")}
    assert set(latest) == {kind.key for kind in kinds()}
    return [_to(notice, addressee) for notice in latest.values() for addressee in LONGEST]


def _to(notice: Notice, addressee: Addressee) -> Letter:
    letter, _ = compose(notice)
    return Letter(
        number=letter.number, dated=letter.dated, addressee=addressee, sender=sender(), content=letter.content
    )


def _overlap(one: Ink, other: Ink) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0.5 and down > 1.0


def _faults(letter: Letter, marks: list[Ink]) -> list[str]:
    found = []
    first = [mark for mark in marks if mark.page == 1]
    seen = [mark for mark in first if mark.left < 110 and mark.top < 57]
    if not (min(m.left for m in seen) >= 20 and max(m.right for m in seen) <= 85):
        found.append("the address leaves the safe area sideways")
    if not (min(m.top for m in seen) >= 12 and max(m.bottom for m in seen) <= 36):
        found.append("the address leaves the safe area upward or downward")
    if not text_of(seen).startswith("〒435-0099") or text_of(seen)[-1] not in "様中":
        found.append(f"the window shows {text_of(seen)}")
    folds = {round(m.top) for m in first if not m.text and m.right < 10}
    if folds != {99, 198}:
        found.append(f"folds at {folds}")
    body = [m for m in marks if m.text.strip() and m.top < 272 and (m.page > 1 or m.top > 100)]
    if (
        min(m.left for m in body) < 22 - HAIR
        or max(m.right for m in body) > 190 + HAIR
        or max(m.bottom for m in body) > 270
    ):
        found.append("the body leaves its margins")
    return found + _torn(marks)


def _torn(marks: list[Ink]) -> list[str]:
    """Characters printed over each other, page by page and line by line."""
    rows: dict[tuple[int, int], list[Ink]] = {}
    for mark in marks:
        if mark.text.strip():
            for row in {int(mark.top // 4), int(mark.bottom // 4)}:
                rows.setdefault((mark.page, row), []).append(mark)
    over = {f"{a.text}{b.text}" for row in rows.values() for a, b in combinations(row, 2) if a != b and _overlap(a, b)}
    return [f"printed over each other: {sorted(over)}"] if over else []


def test_every_kind_fits_its_boxes(letters: list[Letter]) -> None:
    assert len(letters) >= 40
    wrong: dict[Any, list[str]] = {}
    for letter, pdf in zip(letters, render_pdfs(letters), strict=True):
        if found := _faults(letter, ink(pdf)):
            wrong[letter.content.title, letter.addressee.name] = found
    assert wrong == {}


def test_what_is_over_something_is_found() -> None:
    a, b = Ink(1, "あ", 22, 117, 25.7, 120.7), Ink(1, "い", 23, 118, 26.7, 121.7)
    assert _torn([a, b]) == ["printed over each other: ['あい']"]
    assert _torn([a, Ink(1, "い", 25.7, 117, 29.4, 120.7)]) == []
