"""What goes wrong with one letter, or with the machine: told in words for staff, the others go on, a retry works."""

import errno
from typing import Any

import pytest
from django.db import OperationalError

from notices import pump, rendering
from notices.models import Notice
from notices.rendering import geometry, glyphs
from tests.support.world import DEMAND, World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW, LATER = at("2026-11-02T10:00"), at("2026-11-02T11:00")


@pytest.fixture
def two(world: World) -> list[Any]:
    """Two cases whose notices are ordered, the first in trouble."""
    contract = world.subscription(NOW)
    cases = [world.case(NOW, contract) for _ in range(2)]
    for case in cases:
        order(world, case)
    return cases


def order(world: World, case: Any) -> None:
    world.press("violations.send_correction_notice", case, by="hana", at=NOW, channels=["email"], **DEMAND)


def test_a_template_that_raises(world: World, two: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    real, unlucky = rendering.letter_html, world.correction(two[0]).pk

    def raises(letter: Any, *given: Any) -> Any:
        if letter.number == Notice.objects.get(pk=unlucky).number:
            raise KeyError("values")
        return real(letter, *given)

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "letter_html", raises)
        world.pump(NOW)
    bad, good = (world.correction(case) for case in two)
    assert (bad.state, good.state) == ("void", "dispatched")
    assert "ひな型かプログラムに誤りがあります" in bad.closed_reason
    assert "values" not in bad.closed_reason
    order(world, two[0])
    world.pump(LATER)
    assert world.correction(two[0]).state == "dispatched"


def test_a_font_that_is_missing_voids_nothing(world: World, two: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(glyphs, "_FONT_FOLDERS", ())
        patch.setattr(glyphs, "_widths", glyphs._widths.__wrapped__)
        patch.setattr(geometry, "wrap", geometry.wrap.__wrapped__)
        world.pump(NOW)
    waiting = [world.correction(case) for case in two]
    assert [n.state for n in waiting] == ["numbered"] * 2
    assert all("書体" in n.closed_reason for n in waiting)
    world.pump(LATER)
    assert [(world.correction(case).state, world.correction(case).closed_reason) for case in two] == [
        ("dispatched", "")
    ] * 2


@pytest.mark.parametrize(
    "full", [OSError(errno.ENOSPC, "No space left on device"), OperationalError("database or disk is full")]
)
def test_a_full_disk(world: World, two: list[Any], monkeypatch: pytest.MonkeyPatch, full: Exception) -> None:
    real, unlucky = pump.freeze, world.correction(two[0]).pk

    def freeze(notice: Notice, *given: Any) -> Any:
        if notice.pk == unlucky:
            raise full
        return real(notice, *given)

    with monkeypatch.context() as patch:
        patch.setattr(pump, "freeze", freeze)
        world.pump(NOW)
    waits, good = (world.correction(case) for case in two)
    assert (waits.state, good.state) == ("numbered", "dispatched")
    assert "空きがない" in waits.closed_reason
    number = waits.number
    world.pump(LATER)
    again = world.correction(two[0])
    assert (again.state, again.number, again.closed_reason) == ("dispatched", number, "")
