"""A filter of lists by the clause on which rows rest: shown only where a clause's page leads to the list."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from config.desk.clause_cards import lies_within
from config.desk.kinds_index import Kind
from config.desk.pages import list_url
from contracts.rules.clauses import ClauseRef

PARAMETER = "under"
Narrow = Callable[[QuerySet[Any], str], QuerySet[Any]]


class UnderClause(admin.SimpleListFilter):
    """条項, in the sidebar only where an address names one."""

    title = "条項"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The clause that is asked for."""
        parsed = parsed_or_none(self.value())
        return [(str(parsed), parsed.full_label())] if parsed else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What rests on the clause or on a part of it."""
        parsed = parsed_or_none(self.value())
        return self.narrow(queryset, str(parsed)) if parsed else queryset

    def narrow(self, rows: QuerySet[Any], ref: str) -> QuerySet[Any]:
        """The rows under the clause."""
        raise NotImplementedError


def parsed_or_none(text: str | None) -> ClauseRef | None:
    """The clause of an address; None for what is none."""
    try:
        return ClauseRef.parse(str(text or ""))
    except ValueError:
        return None


def by(narrow: Narrow) -> type[UnderClause]:
    """The filter of one list."""
    return type("RowsUnderClause", (UnderClause,), {"narrow": lambda self, rows, ref: narrow(rows, ref)})


def keys_within(kinds: Iterable[Kind], ref: str) -> list[str]:
    """The keys of the kinds that rest on the clause or on a part of it."""
    return [kind.key for kind in kinds if lies_within(kind.clause, ref)]


def by_kind(kinds: Callable[[], Iterable[Kind]]) -> type[UnderClause]:
    """For the rows of an engine, by the clause of their kind."""
    return by(lambda rows, ref: rows.filter(kind__in=keys_within(kinds(), ref)))


def link(model: type[Model], ref: str, **more: str) -> list[Mapping[str, str]]:
    """一覧で見る: the list of the model under this clause."""
    rest = "".join(f"&{name}={value}" for name, value in more.items())
    return [{"label": "一覧で見る", "url": f"{list_url(model)}?{PARAMETER}={ref.replace(' ', '+')}{rest}"}]
