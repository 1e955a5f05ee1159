"""The custom of the trade: one honorific and the right one, the number as a QR code, the seal."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from notices.rendering.blocks import name_lines, place_lines
from notices.rendering.content import CannotRender
from notices.rendering.html import letter_html
from notices.rendering.pdf import NoFetcher, render_pdf
from notices.rendering.qr import QUIET, code
from tests.notices.letters import Ink, a_letter, ink

NUMBER = "N-2026-000482"
LEFT, TOP, SIDE = 170.0, 31.0, 20.0  # mm, where the code stands, its quiet zone included


@pytest.mark.parametrize(
    ("given", "last"),
    [
        ({"name": "株式会社見本"}, "株式会社見本　御中"),
        ({"name": "株式会社見本", "honorific": "様"}, "株式会社見本　御中"),
        ({"name": "株式会社見本御中"}, "株式会社見本　御中"),
        ({"name": "見本　花子様", "honorific": "様"}, "見本　花子　様"),
        ({"name": "見本　花子", "honorific": "様"}, "見本　花子　様"),
        ({"name": "見本花子先生", "honorific": "様"}, "見本花子　先生"),
        ({"name": "見本商店　関係者各位"}, "見本商店　関係者　各位"),
        ({"name": "株式会社花模様"}, "株式会社花模様　御中"),
        ({"name": "有限会社宮殿"}, "有限会社宮殿　御中"),
        ({"name": "㈱見本", "contact": "代表取締役"}, "代表取締役　殿"),
        ({"name": "㈱見本", "contact": "総務部長"}, "総務部長　殿"),
        ({"name": "㈱見本", "contact": "代表取締役　河合　由紀"}, "代表取締役　河合　由紀　様"),
        ({"name": "㈱見本", "contact": "河合由紀様"}, "河合由紀　様"),
        ({"name": "株式会社見本御中", "department": "総務部御中", "contact": "河合由紀"}, "総務部　河合由紀　様"),
        ({"name": "㈱見本", "department": "総務部"}, "総務部　御中"),
        ({"name": "㈱見本", "department": "代表取締役"}, "代表取締役　殿"),
    ],
)
def test_one_honorific_and_the_right_one(given: dict[str, str], last: str) -> None:
    lines = name_lines(a_letter(addressee={"department": "", "contact": "", "honorific": "御中"} | given).addressee)
    assert lines[-1] == last
    assert not any(line.endswith(("様", "御中", "殿")) for line in lines[:-1] if "模様" not in line)


def test_no_abbreviation_stands_anywhere_in_the_address_block() -> None:
    addressee = a_letter(
        addressee={"address": "東京都見本区1-2　㍿見本ビル", "name": "（一社）見本", "department": "(株)見本内", "contact": "見本"}
    ).addressee  # fmt: skip
    assert "株式会社見本ビル" in place_lines(addressee)[1]
    assert name_lines(addressee) == ("（一社）見本", "株式会社見本内　見本　様")
    assert name_lines(a_letter(addressee={"name": "（医）見本会", "contact": "", "department": ""}).addressee)[0] == "医療法人見本会　御中"  # fmt: skip


# --- the QR code ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return render_pdf(a_letter())


def _raster(pdf: bytes, scale: int) -> Image.Image:
    import pypdfium2

    return pypdfium2.PdfDocument(pdf)[0].render(scale=scale * 25.4 / 72).to_pil().convert("L")  # pixels a mm


def test_the_printed_code_is_that_of_the_number(sheet: bytes) -> None:
    """No decoder here: every module of the paper is compared with what segno makes of the number."""
    expected = [bytes(row) for row in segno.make(NUMBER, error="m", micro=False).matrix]
    modules, page = len(expected), _raster(sheet, 20)
    module = SIDE / (modules + 2 * QUIET)

    def dark(x: int, y: int) -> bool:
        place = (round(20 * (LEFT + (x + 0.5) * module)), round(20 * (TOP + (y + 0.5) * module)))
        return int(page.getpixel(place)) < 128  # type: ignore[arg-type]

    drawn = [[dark(x + QUIET, y + QUIET) for x in range(modules)] for y in range(modules)]
    assert drawn == [[bool(one) for one in row] for row in expected]
    quiet = [(n, side) for n in range(modules + 8) for side in (0, QUIET - 1, modules + QUIET, modules + 7)]
    assert not any(dark(*place) or dark(*place[::-1]) for place in quiet)
    assert code("N-2026-000483").path != code(NUMBER).path


def test_the_code_stands_where_nothing_else_does(sheet: bytes) -> None:
    marks = ink(sheet)
    inside = [m for m in marks if m.right > LEFT and m.left < LEFT + SIDE and m.bottom > TOP and m.top < TOP + SIDE]
    bars = [m for m in inside if not m.text]
    assert bars
    assert len(bars) == len(inside)  # no word reaches into it
    left, top, right, bottom = _hull(bars)
    quiet = QUIET * SIDE / code(NUMBER).size
    assert (left, top, right, bottom) == pytest.approx(
        (LEFT + quiet, TOP + quiet, LEFT + SIDE - quiet, TOP + SIDE - quiet), abs=0.1
    )
    assert SIDE >= 15
    assert LEFT > 110
    assert TOP + SIDE < 57 < 99  # above the sender and the fold


def _hull(marks: list[Ink]) -> tuple[float, float, float, float]:
    return (
        min(m.left for m in marks), min(m.top for m in marks), max(m.right for m in marks), max(m.bottom for m in marks),
    )  # fmt: skip


def test_before_it_is_numbered_a_frame_stands_in_its_place() -> None:
    draft = letter_html(a_letter(number=None))
    assert "letter-qr-empty" in draft
    assert "<svg" not in draft
    assert f"通知番号 {NUMBER} の二次元コード" in letter_html(a_letter())


# --- the seal ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def seal(tmp_path: Path, settings: Any) -> Path:
    path = tmp_path / "seal.png"
    Image.new("RGB", (40, 40), "#c00000").save(path)
    settings.SEAL = str(path)
    return path


def test_the_seal_is_printed_in_its_place_and_on_paper_only(seal: Path) -> None:
    letter = a_letter()
    pdf = render_pdf(letter)
    assert len(PdfReader(BytesIO(pdf)).pages[0].images) == 1
    import pypdfium2

    page = pypdfium2.PdfDocument(pdf)[0].render(scale=10 * 25.4 / 72).to_pil().convert("RGB")
    inside, outside = page.getpixel((1810, 770)), page.getpixel((1715, 770))
    assert (inside, outside) == ((192, 0, 0), (255, 255, 255))
    assert pdf == render_pdf(letter)
    assert "data:" not in letter_html(letter)
    assert not PdfReader(BytesIO(render_pdf_without(seal))).pages[0].images


def render_pdf_without(seal: Path) -> bytes:
    from django.test import override_settings

    with override_settings(SEAL=""):
        return render_pdf(a_letter())


def test_only_this_seal_is_handed_over(seal: Path) -> None:
    other = "data:image/png;base64," + b64encode(b"\x89PNG\r\n\x1a\nother").decode()
    with pytest.raises(FatalURLFetchingError):
        NoFetcher().fetch(other)


def test_a_seal_that_is_missing_or_no_png_stops_the_letter(seal: Path) -> None:
    seal.write_bytes(b"GIF89a")
    with pytest.raises(CannotRender, match="PNG"):
        render_pdf(a_letter())
    seal.unlink()
    with pytest.raises(CannotRender, match="社印の画像が見つかりません"):
        render_pdf(a_letter())
