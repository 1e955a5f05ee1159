"""The letter as simple HTML for the e-mail: the words of its text, no more and no fewer, nothing from outside, no color."""

import re
from functools import cache
from pathlib import Path

from django.template import Context, Engine

from notices.models import LetterContent
from notices.rendering.blocks import letter_blocks
from notices.rendering.content import letter_from_json

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "notices" / "mail"
_MARKUP = re.compile(r"<head>.*?</head>|<[^>]*>", re.DOTALL)
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&"}  # what Django writes; & last


def alternative(content: LetterContent, secret: str, text: str) -> str:
    """The HTML beside `text`. Empty where its words would differ (a letter fixed under an earlier version of this
    program): then the text alone leaves, since nobody may read two letters in one."""
    html = _html(content, secret)
    return html if words(html) == text.split() else ""


def words(html: str) -> list[str]:
    """The words that a reader of the HTML sees, in their order."""
    bare = _MARKUP.sub(" ", html)
    for reference, character in _REFERENCES.items():
        bare = bare.replace(reference, character)
    return bare.split()


def _html(content: LetterContent, secret: str) -> str:
    letter = letter_from_json(content.letter)
    values = {"letter": letter_blocks(letter, secret or None)}
    context = Context(values, autoescape=True, use_l10n=False, use_tz=False)
    return str(_engine().get_template("letter.html").render(context))


@cache
def _engine() -> Engine:
    """An engine of its own, as the letter on paper has: nothing of the site reaches it."""
    return Engine(dirs=[str(TEMPLATES)])
