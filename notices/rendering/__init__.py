"""Letters: from words (`content`) to markup, plain text and PDF. No database, no clock."""

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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
    written = _in_words(letter, secret)
    if written.media_type == TEXT:
        return written
    from notices.rendering.pdf import render_pdf  # WeasyPrint takes long to load: only where it is used

    return replace(written, bytes=render_pdf(letter, secret))


def render_many(letters: Sequence[Letter]) -> list[Rendered | Exception]:
    """Each as by `render`, to the byte, but in a third of the time; what cannot be made stands as its exception in its
    place, and stops no other."""
    written = [_or_failure(_in_words, letter) for letter in letters]
    if not any(isinstance(one, Rendered) and one.media_type == PDF for one in written):
        return written
    from notices.rendering.pdf import render_pdfs

    whole = [n for n, one in enumerate(written) if isinstance(one, Rendered)]
    try:
        bodies = dict(zip(whole, render_pdfs([letters[n] for n in whole]), strict=True))
    except Exception:  # one of them: found by making each alone
        return [_or_failure(render, letters[n]) if n in whole else written[n] for n in range(len(letters))]
    return [replace(one, bytes=bodies[n]) if isinstance(one, Rendered) else one for n, one in enumerate(written)]


def _in_words(letter: Letter, secret: str | None = None) -> Rendered:
    """All but the bytes of the PDF."""
    check_letter(letter, secret)
    html, text = letter_html(letter, secret), letter_text(letter, secret)
    if getattr(settings, "LETTER_RENDERER", "pdf") == "text":
        return Rendered(bytes=text.encode(), media_type=TEXT, text=text, html=html)
    return Rendered(bytes=b"", media_type=PDF, text=text, html=html)


def _or_failure(make: Callable[[Letter], Rendered], letter: Letter) -> Rendered | Exception:
    try:
        return make(letter)
    except Exception as failure:
        return failure
