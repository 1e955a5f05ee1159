"""What stands in the way of a letter, in words for staff; the log has the rest."""

import errno

from django.db import DatabaseError

from notices.rendering.content import CannotRender
from notices.rendering.glyphs import FontMissing

_FULL = "保存先に空きがないため、書面を保存できませんでした。空きができると、自動でもう一度作ります。システムの担当者に知らせてください。"
_UNSTORED = "書面を保存できませんでした。自動でもう一度作ります。続くときは、システムの担当者に知らせてください。"
_BROKEN = (
    "書面のひな型かプログラムに誤りがあります。システムの担当者に知らせ、直ってから、同じ操作をもう一度してください。"
)
_NO_SPACE = ("disk is full", "no space left", "disk full", "could not extend file")  # as the databases say it


def in_words(failure: Exception) -> str:
    """Our own sentences as they are; of the machine's troubles what they mean for the letter."""
    if isinstance(failure, CannotRender):
        return str(failure)
    if isinstance(failure, OSError | DatabaseError):
        return _FULL if _is_full(failure) else _UNSTORED
    return _BROKEN


def _is_full(failure: Exception) -> bool:
    said = str(failure).lower()
    return getattr(failure, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or any(words in said for words in _NO_SPACE)


def passes(failure: Exception) -> bool:
    """Whether the machine is in the way and not the letter: then the letter waits, and is tried again by itself."""
    return isinstance(failure, OSError | DatabaseError | FontMissing)
