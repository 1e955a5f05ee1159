"""Where a person goes on with a letter that came back: sent anew by another way, or to the page where it is dealt with."""

from datetime import datetime
from typing import Any

from config.desk.pages import url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from notices.engine import kind_of
from notices.models import Notice


def next_of(notice: Notice, by: Any, at: datetime) -> tuple[str, str]:
    """(label, address). A kind that no verb sends anew leads to the letter itself, where the answer to it is recorded."""
    resend = kind_of(notice).resend_verb
    if not resend:
        return "通知を開く", url_of(notice)
    may = by is not None and permitted(verb(resend), by, at)
    if may and verb(resend).why_not(notice.subject, by=by, at=at) is None:
        return "別の方法で送る", verb_url(resend, notice.subject)
    return "内容を開く", url_of(notice.subject)
