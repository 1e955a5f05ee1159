"""A letter as it goes into the envelope; secrets are filled only into the bytes that leave."""

from django.conf import settings

from notices import secrets
from notices.models import Notice
from notices.rendering.check import require_secret
from notices.rendering.content import CannotRender, letter_from_json
from notices.rendering.glyphs import FontMissing
from notices.rendering.pdf import render_pdf


def printable(notice: Notice) -> bytes:
    """The letter as it goes into the envelope."""
    secret = secrets.read(notice)
    if secret or settings.LETTER_RENDERER != "pdf":
        return render_pdf(letter_from_json(notice.content.letter), secret or None)
    return bytes(notice.content.body)


def secret_why_not(notice: Notice) -> str:
    """Why its initial password cannot be set, without any of it; "" where it can, or there is none."""
    try:
        require_secret(secrets.read(notice))
    except FontMissing:
        raise
    except CannotRender as refused:
        return str(refused)
    return ""
