"""Sheets of a grid as PDF, by WeasyPrint: a place for each character, the same sheets three times.

Call it outside every transaction: a sheet takes some tenths of a second.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from pypdf import PdfReader, PdfWriter
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from contracts.rules.naiyo import Form, Line
from notices.rendering.pdf import STYLES, NoFetcher

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "notices" / "certified"
COPIES = ("相手方に送るもの（内容文書）", "郵便局に残すもの（謄本）", "差出人に残すもの（謄本）")


def three_copies(of_sheets: tuple[tuple[Line, ...], ...], form: Form, title: str) -> bytes:
    """The sheets for the addressee, for the post office, for the sender, in this order; each copy has its bookmark."""
    once = PdfReader(BytesIO(_one_copy(of_sheets, form, title)))
    writer = PdfWriter()
    for name in COPIES:
        writer.append(once, outline_item=name, import_outline=False)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _one_copy(of_sheets: tuple[tuple[Line, ...], ...], form: Form, title: str) -> bytes:
    rows = [_columns(sheet, form) if form.vertical else _rows(sheet, form) for sheet in of_sheets]
    values = {"title": title, "key": form.key, "vertical": form.vertical, "sheets": rows, "several": len(rows) > 1}
    html = _engine().get_template("sheets.html").render(Context(values, autoescape=True, use_l10n=False, use_tz=False))
    styles, fonts = _styles()
    return bytes(HTML(string=html, url_fetcher=NoFetcher()).write_pdf(stylesheets=styles, font_config=fonts))


def _rows(sheet: tuple[Line, ...], form: Form) -> list[list[str]]:
    """The grid as it lies on the sheet, empty places as empty texts."""
    lines = [[cell.text for cell in line.cells] for line in sheet]
    lines += [[] for _ in range(form.per_sheet - len(lines))]
    return [line + [""] * (form.per_line - len(line)) for line in lines]


def _columns(sheet: tuple[Line, ...], form: Form) -> list[list[str]]:
    """Vertical writing: the first line stands at the right."""
    lines = _rows(sheet, form)[::-1]
    return [list(row) for row in zip(*lines, strict=True)]


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)])


@cache
def _styles() -> tuple[list[Any], Any]:
    fonts = FontConfiguration()
    css = (STYLES / "certified-page.css").read_text("utf-8")
    return [CSS(string=css, font_config=fonts, url_fetcher=NoFetcher())], fonts
