"""What stops a letter before it is laid out, whichever renderer is at work."""

from notices.envelopes.shapes import BY_KEY
from notices.rendering.blocks import letter_blocks
from notices.rendering.content import CannotRender, Letter
from notices.rendering.geometry import beside_seal_lines, window_lines
from notices.rendering.glyphs import missing_glyphs, require_glyphs


def check_letter(letter: Letter, secret: str | None = None) -> None:
    """Raise CannotRender, in words for staff, where the letter cannot be set.

    In the way are: an address too long for the window, a sender too long for its place, a character that the fonts
    lack, a secret for which no line waits.
    """
    require_secret(secret or "")
    blocks = letter_blocks(letter, secret)
    require_glyphs(blocks.title, "gothic")
    items = [text for item in blocks.items for text in (item.label, *item.lines)]
    places = [*window_lines(letter.addressee, BY_KEY[letter.envelope]), *beside_seal_lines(letter.sender)]
    require_glyphs("\n".join([blocks.number, *places, *blocks.paragraphs, *items]))


def require_secret(secret: str) -> None:
    """Raise CannotRender where the fonts lack a character of it. No character of a secret stands in any sentence or log."""
    if missing_glyphs(secret):
        raise CannotRender(
            "初期パスワードに、通知書の書体にない文字があります。この通知を止め、別の初期パスワードで送り直してください。"
        )
