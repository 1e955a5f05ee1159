"""The letter as PDF, by WeasyPrint.

Call it outside every transaction (it takes some 70 ms), in a worker that is recycled (it leaks memory).
"""

from functools import cache
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from notices.rendering.check import check_letter
from notices.rendering.content import Letter
from notices.rendering.html import page_html
from notices.rendering.seal import seal_bytes, seal_url

STYLES = Path(__file__).resolve().parents[1] / "static" / "notices"


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
    return bytes(_layout(letter, secret).write_pdf())


def page_count(letter: Letter) -> int:
    """How many sheets the letter takes; same errors as `render_pdf`."""
    return len(_layout(letter, None).pages)


def _layout(letter: Letter, secret: str | None) -> Document:
    check_letter(letter, secret)
    styles, fonts = _styles()
    document = HTML(string=page_html(letter, secret), url_fetcher=NoFetcher())
    return document.render(stylesheets=styles, font_config=fonts)


@cache
def _styles() -> tuple[list[CSS], FontConfiguration]:
    """Parsed once a process: half of the time of a letter otherwise."""
    fonts = FontConfiguration()
    sheets = [STYLES / "letter-sheet.css", STYLES / "letter-page.css"]
    return [CSS(string=sheet.read_text("utf-8"), font_config=fonts, url_fetcher=NoFetcher()) for sheet in sheets], fonts
