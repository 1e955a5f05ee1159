"""Letters: from words (`content`) to markup, plain text and PDF. No database, no clock."""

import builtins
from dataclasses import dataclass

from django.conf import settings

from notices.rendering.check import check_letter
from notices.rendering.content import Letter
from notices.rendering.html import letter_html
from notices.rendering.text import letter_text

PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One letter as it is kept or sent: its bytes with their media type, and the same words as text and as markup."""

    bytes: builtins.bytes
    media_type: str
    text: str
    html: str


def render(letter: Letter, secret: str | None = None) -> Rendered:
    """Set the letter by `settings.LETTER_RENDERER`: "pdf" (default), or "text" for tests and stories.

    Without `secret` the placeholder stays: only this form may be stored. Raises CannotRender, by either renderer.
    """
    check_letter(letter, secret)
    html, text = letter_html(letter, secret), letter_text(letter, secret)
    if getattr(settings, "LETTER_RENDERER", "pdf") == "text":
        return Rendered(bytes=text.encode(), media_type=TEXT, text=text, html=html)
    from notices.rendering.pdf import render_pdf  # WeasyPrint takes long to load: only where it is used

    return Rendered(bytes=render_pdf(letter, secret), media_type=PDF, text=text, html=html)
