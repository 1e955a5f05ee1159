"""A letter as it goes into the envelope: its secret stands in the print and in nothing that is kept."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from config.desk import clock
from notices import printing
from notices.models import LetterContent
from tests.support.world import HAND_OVER, World, at

pytestmark = pytest.mark.django_db
NOON = at("2026-11-02T12:00")


@pytest.fixture
def pdf(settings: Any) -> None:
    settings.LETTER_RENDERER = "pdf"


def _texts(body: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]


def test_the_password_is_in_the_print_and_in_nothing_that_is_kept(world: World, pdf: None) -> None:
    contract = world.formed(NOON)
    world.do("licenses.hand_over", contract, by="hana", at=NOON, channels=["post"], **HAND_OVER)
    with clock.standing_at(NOON):
        kept = LetterContent.objects.latest("pk")
        printed = _texts(printing.printable(kept.notice))
    assert HAND_OVER["password"] in printed[0]
    assert HAND_OVER["password"] not in _texts(bytes(kept.body))[0]
    assert HAND_OVER["password"] not in f"{kept.html}{kept.text}{kept.letter}"
