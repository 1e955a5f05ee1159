"""What stops a letter before it is laid out, whichever renderer is at work."""

from notices.envelopes.shapes import BY_KEY
from notices.rendering.blocks import letter_blocks
from notices.rendering.content import Letter
from notices.rendering.geometry import beside_seal_lines, window_lines
from notices.rendering.glyphs import require_glyphs


def check_letter(letter: Letter, secret: str | None = None) -> None:
    """Raise CannotRender, in words for staff, where the letter cannot be set.

    In the way are: an address too long for the window, a sender too long for its place, a character that the fonts
    lack, a secret for which no line waits.
    """
    blocks = letter_blocks(letter, secret)
    require_glyphs(blocks.title, "gothic")
    items = [text for item in blocks.items for text in (item.label, *item.lines)]
    places = [*window_lines(letter.addressee, BY_KEY[letter.envelope]), *beside_seal_lines(letter.sender)]
    require_glyphs("\n".join([blocks.number, *places, *blocks.paragraphs, *items]))
