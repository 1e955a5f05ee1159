"""Many numbers in one query: the sidebar and the home page count a dozen tables on every page."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, IntegerField, QuerySet, Value

Counted = int | QuerySet[Any]  # rows to be counted, or a number that is known already
MOST_COUNTED = 10_000  # a list counts no further, so that none slows as its table grows
MOST_KEPT = 100
_kept: dict[Hashable, "Question"] = {}


@dataclass(frozen=True)
class Question:
    """What is to be counted, in the database's words; asked as often as one likes."""

    sql: str
    params: tuple[Any, ...]
    known: tuple[int, ...]  # what is known already of each sum

    def ask(self) -> list[int]:
        """The sums as they are now."""
        sums = list(self.known)
        for place, number in self._found():
            sums[place] += number
        return sums

    def _found(self) -> list[tuple[int, int]]:
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return list(cursor.fetchall())


def totals(asked: Iterable[Counted]) -> list[int]:
    """How many there are of each, in the order asked, in one query whatever their number."""
    return _question([[rows] for rows in asked]).ask()


def sums_kept(key: Hashable, asked: Callable[[], Sequence[Sequence[Counted]]]) -> list[int]:
    """How many there are of each group, in one query; to put it into words takes longer than to answer it, so it is kept.

    The key tells all that the rows asked for hang on (who looks, what they may do, the minute): numbers are never kept.
    """
    if (question := _kept.get(key)) is None:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        question = _kept[key] = _question(asked())
    return question.ask()


def counted_rows(rows: QuerySet[Any]) -> str:
    """How many there are, in the same words."""
    return counted(first_rows(rows).count())


def counted(number: int) -> str:
    """A number in words: 118, or 10,000以上 where nobody counted on."""
    return f"{MOST_COUNTED:,}以上" if number > MOST_COUNTED else f"{number:,}"


def first_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """As many of the rows as a list counts, and one more where there are more."""
    return rows.order_by()[: MOST_COUNTED + 1]


def _question(groups: Sequence[Sequence[Counted]]) -> Question:
    placed = [(place, rows) for place, group in enumerate(groups) for rows in group]
    parts = [_part(place, rows) for place, rows in placed if isinstance(rows, QuerySet)]
    known = tuple(sum(rows for rows in group if isinstance(rows, int)) for group in groups)
    try:
        sql, params = parts[0].union(*parts[1:], all=True).query.sql_with_params() if parts else ("", ())
    except EmptyResultSet:  # of rows that cannot be
        sql, params = "", ()
    return Question(sql, tuple(params), known)


def _part(place: int, rows: QuerySet[Any]) -> QuerySet[Any]:
    """One line: which it is, and how many."""
    found = rows if rows.query.is_sliced else rows.order_by()
    base: QuerySet[Any] = rows.model._base_manager.filter(pk__in=found.values("pk")).order_by()
    counted: QuerySet[Any] = base.values(place=Value(place, IntegerField())).annotate(n=Count("pk"))
    return counted.values_list("place", "n")
