"""The file for e内容証明: A4, 10.5 pt, wide margins, words only; the service sets no limit to characters and lines."""

from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from notices.certified.words import SPACE
from notices.rendering.blocks import Blocks, letter_blocks
from notices.rendering.content import Letter

FONT, POINTS = "ＭＳ 明朝", 10.5
MARGIN, BOTTOM = 2.0, 7.0  # cm: 1.5 to 7 at top and sides; below, the post office puts its own words


def word_file(letter: Letter) -> bytes:
    """The letter's words as .docx; the same letter gives the same words as its three copies on paper."""
    document = Document()
    _page(document)
    blocks = letter_blocks(letter)
    for text, side in [(blocks.title, "middle"), ("", ""), *_body(blocks), ("", ""), *_end(blocks)]:
        _add(document, text, side)
    about, moment = document.core_properties, datetime(letter.dated.year, letter.dated.month, letter.dated.day)  # noqa: DTZ001
    about.title, about.author, about.comments, about.created, about.modified = (
        blocks.title,
        letter.sender.company,
        "",
        moment,
        moment,
    )
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin = section.left_margin = section.right_margin = Cm(MARGIN)
    section.bottom_margin = Cm(BOTTOM)
    section.header_distance = section.footer_distance = Cm(0)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(POINTS)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)


def _body(blocks: Blocks) -> list[tuple[str, str]]:
    head = 1 if blocks.salutes else 0
    lines = [(text, "") for text in blocks.paragraphs[:head]] + [
        (SPACE + text, "") for text in blocks.paragraphs[head:]
    ]
    lines += [("敬具", "right")] if blocks.salutes else []
    if blocks.items:
        lines += [("記", "middle"), *_items(blocks), ("以上", "right")]
    return lines


def _items(blocks: Blocks) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for item in blocks.items:
        lines += [(f"{item.number}{SPACE}{item.label}", ""), *((SPACE + line, "") for line in item.lines)]
    return lines


def _end(blocks: Blocks) -> list[tuple[str, str]]:
    sender, addressee = ["差出人", *blocks.sender], ["受取人", *blocks.addressee]
    return [(text, "") for text in (f"通知番号{SPACE}{blocks.number}", blocks.dated, "", *sender, "", *addressee)]


def _add(document: Any, text: str, side: str) -> None:
    paragraph = document.add_paragraph(text)
    if side:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if side == "middle" else WD_ALIGN_PARAGRAPH.RIGHT
