"""Dates in the words of a letter, in 西暦 or 和暦 as the house has set it (社内の取扱い).

    values = {"是正期限": f"{letter_day(plan.communicated_on)}まで"}

`content_of` asks the setting once a letter, so that its date and all the days in it agree.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from config.desk import house
from config.desk.jst import jst_day, jtime, weekday
from notices.rendering.years import ERAS, WESTERN, Years, day_in

SETTING = "letter_years"
house.define(house.Policy(SETTING, "通知書の年の書き方", WESTERN, choices=(WESTERN, ERAS)))
_chosen: ContextVar[Years | None] = ContextVar("kiyaku_letter_years", default=None)


def years() -> Years:
    """How years are written now: by the letter that is being made, else by the setting."""
    return _chosen.get() or (ERAS if house.get(SETTING) == ERAS else WESTERN)


@contextmanager
def agreed(chosen: Years | None = None) -> Iterator[Years]:
    """While a letter is made every date of it is written alike; `chosen`: otherwise than the house has set."""
    token = _chosen.set(chosen or years())
    try:
        yield years()
    finally:
        _chosen.reset(token)


def letter_day(day: date | datetime) -> str:
    """2026年11月25日（水）, 令和8年11月25日（水）: the JST day of a day or a moment."""
    return f"{day_in(jst_day(day), years())}（{weekday(day)}）"


def letter_moment(moment: datetime) -> str:
    """2026年11月25日（水）15:08, in JST; a naive moment raises ValueError."""
    return f"{letter_day(moment)}{jtime(moment)}"
