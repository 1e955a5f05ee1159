"""The desk's clock: the one source of now, of `recorded_at` and of history dates.

In service it is the machine's. In stories, the demo and tests it stands where it is set. No rule, guard or verb reads it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

JST = ZoneInfo("Asia/Tokyo")
_standing: datetime | None = None  # one clock for the whole process, so that a test's web thread sees it too


def now() -> datetime:
    """The present moment, aware."""
    return _standing or timezone.now()


def today() -> date:
    """The present JST day."""
    return jst_day(now())


def jst_day(moment: datetime) -> date:
    """The JST calendar day of an aware moment."""
    return moment.astimezone(JST).date()


def is_standing() -> bool:
    """Whether the clock was set, that is: whether this is a story, a demo or a test."""
    return _standing is not None


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment."""
    global _standing
    if moment.tzinfo is None:
        raise ValueError("the clock takes an aware datetime")
    before, _standing = _standing, moment
    try:
        yield
    finally:
        _standing = before
