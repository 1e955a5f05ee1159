"""What is to be posted, as one PDF: in the order of numbers, dated anew where its day is over, secrets only in what is printed."""

import io
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from config.desk import clock
from notices import printing
from notices.models import Delivery, LetterContent, Notice
from tests.support.world import HAND_OVER, World, at

pytestmark = pytest.mark.django_db
NOON = at("2026-11-02T12:00")


@pytest.fixture
def pdf(settings: Any) -> None:
    settings.LETTER_RENDERER = "pdf"


def _texts(body: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]


def _waiting() -> list[Delivery]:
    return list(Delivery.objects.to_post().select_related("notice__content"))


def test_one_file_in_the_order_of_numbers(world: World, pdf: None) -> None:
    for _ in range(3):
        world.noticed_case(NOON, ["post"])
    with clock.standing_at(NOON):
        pages = _texts(printing.merged(_waiting()))
    numbers = [n.number for n in Notice.objects.filter(kind="violations.correction").order_by("number")]
    assert [number for number, text in zip(numbers, pages, strict=True) if number in text] == numbers


def test_a_letter_whose_day_is_over_is_dated_anew_before_it_is_printed(world: World, pdf: None) -> None:
    case = world.noticed_case(NOON, ["post"])
    old = world.correction(case)
    with clock.standing_at(at("2026-11-04T09:00")):
        assert printing.refresh_stale() == 1
        pages = _texts(printing.merged(_waiting()))
    new = world.correction(case)
    old.refresh_from_db()
    assert (old.state, new.state) == ("cancelled", "final")
    assert "作り直しました" in old.closed_reason
    assert new.planned_dispatch_on.isoformat() == "2026-11-04"
    assert len(pages) == 1
    assert new.number in pages[0]
    assert "2026年11月4日" in pages[0]


def test_the_password_is_in_the_print_and_in_nothing_that_is_kept(world: World, pdf: None) -> None:
    contract = world.formed(NOON)
    world.do("licenses.hand_over", contract, by="hana", at=NOON, channels=["post"], **HAND_OVER)
    with clock.standing_at(NOON):
        printed = _texts(printing.merged(_waiting()))
    kept = LetterContent.objects.latest("pk")
    assert HAND_OVER["password"] in printed[0]
    assert HAND_OVER["password"] not in _texts(bytes(kept.body))[0]
    assert HAND_OVER["password"] not in f"{kept.html}{kept.text}{kept.letter}"


def _client(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def test_printing_is_remembered_and_marks_nothing_as_posted(world: World, pdf: None) -> None:
    world.noticed_case(NOON, ["post"])
    with clock.standing_at(NOON):
        response = _client(world, "hana").post("/admin/notices/print/")
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Type"] == "application/pdf"
    assert len(_texts(response.content)) == 1
    delivery = Delivery.objects.get(channel="post")
    assert (delivery.state, delivery.printed_at) == ("queued", NOON)


def test_a_place_for_training_prints_nothing(world: World, settings: Any) -> None:
    settings.KIYAKU_MODE = "training"
    world.noticed_case(NOON, ["post"])
    response = _client(world, "hana").post("/admin/notices/print/", follow=True)
    assert "研修用の画面では印刷できません" in response.content.decode()
    assert Delivery.objects.get(channel="post").printed_at is None
