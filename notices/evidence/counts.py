"""The yearly count of numbers: how many were taken, and what became of each."""

from dataclasses import dataclass

from django.db.models import Count

from config.desk.models import Counter
from notices.models import Notice


@dataclass(frozen=True, kw_only=True)
class YearCount:
    """One year. `issued` comes from the counter, the others from the letters: they must add up to it."""

    year: int
    issued: int
    dispatched: int = 0
    cancelled: int = 0
    void: int = 0
    waiting: int = 0

    @property
    def known(self) -> int:
        """The letters that carry a number of the year."""
        return self.dispatched + self.cancelled + self.void + self.waiting

    @property
    def agrees(self) -> bool:
        """Whether every number taken stands on a letter."""
        return self.known == self.issued


WAITING = ("ordered", "numbered", "final")


def yearly() -> list[YearCount]:
    """Every year in which a number was taken, newest first; one query a year."""
    issued = dict(Counter.objects.filter(series="N").values_list("year", "last"))
    return [_year(year, issued[year]) for year in sorted(issued, reverse=True)]


def _year(year: int, issued: int) -> YearCount:
    rows = Notice.objects.filter(number__startswith=f"N-{year}-").order_by()
    by_state = dict(rows.values_list("state").annotate(n=Count("pk")))
    waiting = sum(by_state.get(state, 0) for state in WAITING)
    return YearCount(
        year=year, issued=issued, dispatched=by_state.get("dispatched", 0), cancelled=by_state.get("cancelled", 0),
        void=by_state.get("void", 0), waiting=waiting,
    )  # fmt: skip
