"""Letters made together are, to the byte, the letters made alone: each complete in itself, with nothing of its neighbors."""

from io import BytesIO

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from notices.rendering import pdf as making
from notices.rendering.content import Letter, LetterItem
from notices.rendering.pdf import render_pdf, render_pdfs
from notices.rendering.truetype import CannotCut
from tests.notices.letters import a_letter

SCALE = 100 / 72  # dots a point: 100 dpi
MOST_OFF = 2  # of 255: what two ways of writing the same outlines may differ by in a dot

LETTERS = (
    a_letter(number="N-2026-000001"),
    a_letter(number="N-2026-000002", paragraphs=("見本の段落です。" * 12,) * 12),  # two pages
    a_letter(number="N-2026-000003", title="髙﨑邉の件", addressee={"name": "髙﨑邉①商店"}, formal=False),
    a_letter(number="N-2026-000004", items=(LetterItem(label="仮の値について", lines=("甲", "乙")),)),
)


@pytest.fixture(scope="module")
def together() -> list[bytes]:
    return render_pdfs(LETTERS)


@pytest.mark.parametrize("n", range(len(LETTERS)))
def test_the_same_bytes_as_alone(together: list[bytes], n: int) -> None:
    assert together[n] == render_pdf(LETTERS[n])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_the_same_page_as_weasyprint_draws(together: list[bytes], n: int) -> None:
    """What cutting and parting must not change: text and raster of the PDF that WeasyPrint itself writes."""
    plain = plainly(LETTERS[n])
    assert text(together[n]) == text(plain)
    ours, theirs = raster(together[n]), raster(plain)
    assert len(ours) == len(theirs) == (2 if n == 1 else 1)
    for one, other in zip(ours, theirs, strict=True):
        assert len(one) == len(other)
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= MOST_OFF


def plainly(letter: Letter) -> bytes:
    return bytes(making._layout([(letter, None)], counted=True).write_pdf())


def text(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def raster(pdf: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [bytes(page.render(scale=SCALE, grayscale=True).buffer) for page in opened]


def test_no_letter_carries_the_glyphs_of_another(together: list[bytes]) -> None:
    for n, pdf in enumerate(together):
        shown = set("".join(text(pdf)))
        for font in fonts(pdf):
            assert font["maxp"].numGlyphs <= len(shown) + 20
            assert len(font.getGlyphOrder()) == font["maxp"].numGlyphs
        assert len(pdf) < 60_000, n


def fonts(pdf: bytes) -> list[TTFont]:
    found = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    below = [font.get_object()["/DescendantFonts"][0].get_object() for font in found]
    return [TTFont(BytesIO(one["/FontDescriptor"]["/FontFile2"].get_data())) for one in below]


def test_what_cannot_be_parted_is_written_one_by_one(monkeypatch: pytest.MonkeyPatch, together: list[bytes]) -> None:
    def refuses(*given: object) -> list[bytes]:
        raise CannotCut("something new")

    monkeypatch.setattr(making, "part", refuses)
    assert [text(pdf) for pdf in render_pdfs(LETTERS[:2])] == [text(pdf) for pdf in together[:2]]
