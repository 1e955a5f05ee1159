"""Envelopes as data: what the window shows follows from the measures, and the PDF keeps to it, measured in mm."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from notices.envelopes import barcode
from notices.envelopes.shapes import ENVELOPES, KAKU2_PLAIN, NAGA3, NAGA3_PLAIN, Area
from notices.rendering.content import CannotRender, Letter, letter_from_json
from notices.rendering.geometry import ADDRESS_LEFT, ADDRESS_TOP, address_room, fitting, window_lines
from notices.rendering.html import letter_html
from notices.rendering.pdf import render_pdf
from tests.notices.letters import Ink, a_letter, ink, text_of
from tests.support.world import World, at

HAIR = 0.1
TOO_LONG = {"address": "鹿児島県大島郡見本町大字見本字東見本1234番地56　見本ヒルズセントラルタワー28階2801号室", "contact": "",
            "name": "一般社団法人見本地域情報基盤推進機構", "department": "総務部総務課文書管理担当第二係内見本地域情報基盤推進準備室気付"}  # fmt: skip

WIDE = {"address": "静岡県浜松市中央区見本町一丁目2番3号　見本インターナショナル第二ビル4階"}


def letter(envelope: str = "naga3", *, barcode: bool = False, **changes: Any) -> Letter:
    return replace(a_letter(**changes), envelope=envelope, barcode=barcode)


def test_the_window_of_the_design() -> None:
    """長形3号, 90 × 45 at 20 and 12: the sheet slips 25 mm sideways and 21 down."""
    assert NAGA3.slip == (25, 21)
    assert NAGA3.safe == Area(left=20, top=12, width=65, height=24)
    assert (NAGA3.seen.right, NAGA3.seen.bottom, NAGA3.seen.left, NAGA3.seen.top) == (110, 57, 0, 0)
    assert address_room(NAGA3) == (64, 5)


def test_another_window_moves_the_safe_area_and_the_lines() -> None:
    narrow = replace(NAGA3, window=Area(left=20, top=12, width=80, height=40))
    assert address_room(narrow) == (54, 4)
    with pytest.raises(CannotRender, match="4行に収まりません"):
        window_lines(letter(addressee=WIDE).addressee, narrow)
    assert len(window_lines(letter(addressee=WIDE).addressee)) == 5


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_the_address_of_the_sheet_begins_inside_every_safe_area(envelope: Any) -> None:
    assert envelope.safe.left <= ADDRESS_LEFT
    assert envelope.safe.top <= ADDRESS_TOP
    assert envelope.seen.right <= 115  # number and sender begin there
    assert envelope.seen.bottom <= 60


def test_an_address_that_does_not_fit_says_which_envelope_takes_it() -> None:
    addressee = letter(addressee=TOO_LONG).addressee
    assert fitting(addressee) == (NAGA3_PLAIN, KAKU2_PLAIN)
    with pytest.raises(
        CannotRender, match=r"長形3号（窓付き）の5行.*長形3号（窓なし）・角形2号（窓なし）で送ってください"
    ):
        window_lines(addressee)
    assert len(window_lines(addressee, KAKU2_PLAIN)) <= 9
    with pytest.raises(CannotRender, match="どの封筒にも収まりません"):
        window_lines(letter(addressee={"address": "見本" * 300}).addressee)


def test_a_letter_keeps_its_envelope_and_old_letters_have_the_usual_one() -> None:
    kept = letter("kaku2_plain", barcode=True).as_json()
    assert letter_from_json(kept) == letter("kaku2_plain", barcode=True)
    old = {name: value for name, value in kept.items() if name not in ("envelope", "barcode")}
    assert letter_from_json(old).envelope == "naga3"


# --- measured in the PDF ------------------------------------------------------------------------------------------


def lines_of(marks: list[Ink]) -> list[Ink]:
    return [mark for mark in marks if not mark.text and mark.page == 1]


def folds(marks: list[Ink]) -> list[int]:
    return sorted({round(mark.top) for mark in lines_of(marks) if mark.left < 5 and mark.top > 60})  # 0.2 mm thick


def bars(marks: list[Ink]) -> list[Ink]:
    """Each bar by itself, or one path of them all."""
    return [mark for mark in lines_of(marks) if mark.left > 15 and mark.right < 110 and mark.top < 57]


def test_folds_stand_on_a_folded_sheet_only() -> None:
    assert folds(ink(render_pdf(letter()))) == [99, 198]
    assert folds(ink(render_pdf(letter("kaku2_plain")))) == []


def test_the_barcode_in_its_measures_and_clear_of_the_address() -> None:
    """10 pt: 79.8 × 3.6 mm; 2 mm clear; 10 mm from the edges."""
    marks = ink(render_pdf(letter("kaku2_plain", barcode=True)))
    found = bars(marks)
    left, right = min(m.left for m in found), max(m.right for m in found)
    top, bottom = min(m.top for m in found), max(m.bottom for m in found)
    assert (right - left, bottom - top) == pytest.approx((79.8, 3.6), abs=HAIR)
    address = [m for m in marks if m.text and m.page == 1 and m.left < 110 and m.bottom < 57]
    assert top - max(m.bottom for m in address) >= 2 - HAIR
    assert left >= 10
    assert right + 2 <= KAKU2_PLAIN.safe.right
    assert bottom + 2 <= KAKU2_PLAIN.safe.bottom
    assert text_of(address).endswith("様")


def test_no_barcode_where_there_is_no_room_or_nobody_asked() -> None:
    assert not barcode.has_room(NAGA3, 1)
    assert not barcode.has_room(KAKU2_PLAIN, 9)
    html = {key: letter_html(letter(key, barcode=True)) for key in ("naga3", "kaku2_plain")}
    assert ["customer-barcode" in html[key] for key in ("naga3", "kaku2_plain")] == [False, True]
    assert "customer-barcode" not in letter_html(letter("kaku2_plain"))
    post_office = letter("kaku2_plain", barcode=True, addressee={"postal_code": "435-8700"})
    assert "customer-barcode" not in letter_html(post_office)


# --- the house's choice -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_setting_goes_into_letters_and_their_previews(world: World) -> None:
    noon = at("2026-11-24T12:00")
    before = world.correction(world.noticed_case(noon, ["post"]))
    world.set_house(noon, envelope="角形2号（窓なし）", customer_barcode="付ける")
    after = world.correction(world.noticed_case(noon, ["post"]))
    kept = [(n.content.letter["envelope"], n.content.letter["barcode"]) for n in (before, after)]
    assert kept == [("naga3", False), ("kaku2_plain", True)]
    case = world.case(noon)
    client = Client()
    client.force_login(world.staff["hana"])
    shown = client.get(f"/admin/verb/violations.send_correction_notice/{case.pk}/").content.decode()
    assert "A4　角形2号（窓なし）・折らない" in shown
    with pytest.raises(Exception, match="か「"):
        world.set_house(noon, envelope="封筒")
