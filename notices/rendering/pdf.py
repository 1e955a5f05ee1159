"""Letters as PDF, by WeasyPrint: many are laid out as one document, then parted (notices/rendering/parting.py).

Call it outside every transaction (a letter takes some 30 ms). A letter has the same bytes, made alone or among others.
"""

import gc
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import cssselect2
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from notices.rendering.check import check_letter
from notices.rendering.content import Letter, one_line
from notices.rendering.html import letter_html
from notices.rendering.parting import Part, part
from notices.rendering.seal import seal_bytes, seal_url
from notices.rendering.truetype import CannotCut

log = logging.getLogger("kiyaku.letters")
STYLES = Path(__file__).resolve().parents[1] / "static" / "notices"
TOGETHER = 32  # letters laid out as one document: more gain nothing, and take more memory

# A letter begins on a page of its own. Among others its foot says "1 / 1" until the layout shows that it takes more.
_AMONG_OTHERS = """
.letter { break-before: page; }
.letter-foot-page { string-set: letter-page content(text); }
@page { @bottom-center { content: string(letter-page); } }
"""
_SVG = re.compile(r"<svg(?![^>]*\sxmlns=)")
_LANG = re.compile(r"(<article\b[^>]*?) lang=\"ja\"")


class NoFetcher(URLFetcher):  # type: ignore[misc]
    """A letter is complete in itself: whatever asks for a file or an address stops the rendering. Only the seal, which the
    letter carries as data, is handed over."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:image/png") and url == seal_url():
            return URLFetcherResponse(url, seal_bytes(), {"Content-Type": "image/png"})
        raise FatalURLFetchingError(f"A letter fetches nothing, asked for {url!r}")


def render_pdf(letter: Letter, secret: str | None = None) -> bytes:
    """The letter as PDF (A4). The same letter gives the same bytes.

    Raises CannotRender, before anything is laid out, where the fonts lack a character or the address does not fit.
    """
    check_letter(letter, secret)
    return _parted([(letter, secret)])[0]


def page_count(letter: Letter) -> int:
    """How many sheets the letter takes; same errors as `render_pdf`."""
    check_letter(letter)
    return len(_layout([(letter, None)], counted=False).pages)


def render_pdfs(letters: Sequence[Letter]) -> list[bytes]:
    """Many letters, none of which needs a secret: each the same bytes as from `render_pdf`, in a third of the time.

    Raises what the first of them raises that cannot be made; the caller makes the others one by one.
    """
    for letter in letters:
        check_letter(letter)
    groups = (letters[first : first + TOGETHER] for first in range(0, len(letters), TOGETHER))
    return [pdf for group in groups for pdf in _parted([(letter, None) for letter in group])]


Sheet = tuple[Letter, str | None]  # a letter, and the secret that is filled in


def _parted(sheets: Sequence[Sheet]) -> list[bytes]:
    """Each as a PDF of its own; those that take more than one page are laid out again, each with its own count."""
    with _collecting_later():
        laid_out = _layout(sheets, counted=False)
        begins = [number for number, page in enumerate(laid_out.pages) if page.bookmarks]
        if len(begins) != len(sheets):
            return [_counted(sheet) for sheet in sheets]
        spans = list(pairwise([*begins, len(laid_out.pages)]))
        short = [n for n, (first, end) in enumerate(spans) if end - first == 1]
        made = dict(zip(short, _written(laid_out, [(sheets[n], spans[n]) for n in short]), strict=True))
        return [made[n] if n in made else _counted(sheet) for n, sheet in enumerate(sheets)]


def _counted(sheet: Sheet) -> bytes:
    """One letter, whose pages are counted at its foot."""
    laid_out = _layout([sheet], counted=True)
    return _written(laid_out, [(sheet, (0, len(laid_out.pages)))])[0]


def _written(laid_out: Document, placed: Sequence[tuple[Sheet, tuple[int, int]]]) -> list[bytes]:
    if not placed:
        return []
    parts = [Part(first=first, end=end, title=_title(sheet)) for sheet, (first, end) in placed]
    try:
        return part(laid_out.write_pdf(), parts)
    except CannotCut as unknown:
        log.info("letters written one by one: %s", unknown)
        return [bytes(laid_out.copy(laid_out.pages[p.first : p.end]).write_pdf()) for p in parts]


def _title(sheet: Sheet) -> str:
    letter = sheet[0]
    return f"{one_line(letter.content.title)} {letter.shown_number}"


def _layout(sheets: Sequence[Sheet], *, counted: bool) -> Document:
    styles, fonts = _styles(counted)
    return _Sheets(sheets, counted=counted).render(stylesheets=styles, font_config=fonts)


class _Sheets(HTML):  # type: ignore[misc]
    """Letters one below the other, read as XML where they are: seven times as fast as by the rules of HTML."""

    def __init__(self, sheets: Sequence[Sheet], *, counted: bool) -> None:
        body = "".join(_article(sheet, counted=counted) for sheet in sheets)
        page = f'<html lang="ja"><head><title></title></head><body>{body}</body></html>'
        try:
            tree = ElementTree.fromstring(_SVG.sub(r"<svg xmlns='http://www.w3.org/2000/svg'", page))
        except ElementTree.ParseError:
            super().__init__(string=page, url_fetcher=NoFetcher())
            return
        self.base_url, self.url_fetcher, self.media_type = None, NoFetcher(), "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def _article(sheet: Sheet, *, counted: bool) -> str:
    """Without its language, which the whole has: WeasyPrint shares the styles of elements that say nothing of their own."""
    return _LANG.sub(r"\1", letter_html(*sheet, pages=None if counted else 1, on_paper=True), count=1)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """A layout makes some 10,000 objects a letter, all garbage in the end: looked through once, not again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.collect(0)


@cache
def _styles(counted: bool) -> tuple[list[CSS], FontConfiguration]:
    """Parsed once a process: half of the time of a letter otherwise."""
    fonts = FontConfiguration()
    sheets = [(STYLES / name).read_text("utf-8") for name in ("letter-sheet.css", "letter-page.css")]
    sheets += [] if counted else [_AMONG_OTHERS]
    return [CSS(string=sheet, font_config=fonts, url_fetcher=NoFetcher()) for sheet in sheets], fonts
