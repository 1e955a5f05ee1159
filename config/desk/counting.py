"""Many numbers in one query: the sidebar and the home page count a dozen tables on every page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value

Counted = int | QuerySet[Any]  # rows to be counted, or a number that is known already


def totals(asked: Iterable[Counted]) -> list[int]:
    """How many there are of each, in the order asked, in one query whatever their number."""
    all_of_them = list(asked)
    parts = [_part(place, rows) for place, rows in enumerate(all_of_them) if isinstance(rows, QuerySet)]
    found = dict(parts[0].union(*parts[1:], all=True)) if parts else {}
    return [rows if isinstance(rows, int) else found.get(place, 0) for place, rows in enumerate(all_of_them)]


def _part(place: int, rows: QuerySet[Any]) -> QuerySet[Any]:
    """One line: which it is, and how many."""
    base: QuerySet[Any] = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk")).order_by()
    counted: QuerySet[Any] = base.values(place=Value(place, IntegerField())).annotate(n=Count("pk"))
    return counted.values_list("place", "n")
