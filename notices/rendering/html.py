"""The letter's markup: one and the same `<article class="letter">` for the PDF and for the preview on the screen."""

from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString

from notices.envelopes.barcode import barcode_html
from notices.envelopes.shapes import BY_KEY
from notices.rendering.blocks import letter_blocks
from notices.rendering.content import Letter
from notices.rendering.geometry import beside_seal_lines, window_lines
from notices.rendering.qr import code
from notices.rendering.seal import seal_url

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "letters"

_LABEL_LENGTH = 5  # characters that stand in one line of the usual label column (22 mm)


def letter_html(
    letter: Letter, secret: str | None = None, *, pages: int | None = None, on_paper: bool = False
) -> SafeString:
    """The letter as safe HTML, styled by `notices/letter.css` alone (millimetres on paper, container units on screen).

    Every value is escaped; nothing in it is read as markup, template or address of a file. `pages` (from
    `pdf.page_count`) puts the foot line into a preview; on paper the page itself carries it.
    `on_paper`: with the seal, where one is set; the screen shows its frame.
    Raises CannotRender where addressee or sender do not fit their places.
    """
    blocks, envelope = letter_blocks(letter, secret), BY_KEY[letter.envelope]
    lines = window_lines(letter.addressee, envelope)
    values: dict[str, Any] = {
        "letter": blocks,
        "final": letter.number is not None,
        "addressee": lines,
        "barcode": barcode_html(letter, len(lines)),
        "folds": envelope.folds,
        "sender": beside_seal_lines(letter.sender),
        "wide_labels": any(len(item.label) > _LABEL_LENGTH for item in blocks.items),
        "qr": code(letter.number) if letter.number else None,
        "seal": seal_url() if on_paper else "",
        "pages": "" if pages is None else str(pages),
    }
    return _engine().get_template("letter.html").render(Context(values, autoescape=True, use_l10n=False, use_tz=False))


@cache
def _engine() -> Engine:
    """An engine of its own: no setting, tag library or context processor of the site reaches a letter."""
    return Engine(dirs=[str(TEMPLATES)])
