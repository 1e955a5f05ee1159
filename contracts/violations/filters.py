"""Filters of the list of cases: what the figures of the overview lead to."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.desk import clock
from contracts.rules.clauses import BREACHES, ClauseRef
from contracts.violations import figures
from contracts.violations.models import Violation


def month_of(text: str | None) -> date | None:
    """2026-11 → 1 November 2026; what is no month of this age: None."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if 2000 <= first.year < 2200 else None


class OpenFilter(admin.SimpleListFilter):
    """対応中か."""

    title = "対応"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Open or ended in some way."""
        return [("yes", "対応中"), ("no", "終わった案件")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """As chosen."""
        still = Violation.objects.open().order_by().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=still)
        return queryset.exclude(pk__in=still) if self.value() == "no" else queryset


class ClauseFilter(admin.SimpleListFilter):
    """違反した条項."""

    title = "違反した条項"
    parameter_name = "clause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every clause that can be breached."""
        return [(clause, ClauseRef.parse(clause).label()) for clause in BREACHES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Cases with a breach of it."""
        value = self.value()
        return figures.on_clause(queryset, value) if value in BREACHES else queryset


class OutcomeFilter(admin.SimpleListFilter):
    """是正の結果."""

    title = "是正の結果"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """In time or not."""
        return list(figures.OUTCOMES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Cases that came out so by now."""
        value = self.value()
        return figures.with_outcome(queryset, value, clock.now()) if value in figures.OUTCOMES else queryset


class LeftFilter(admin.SimpleListFilter):
    """是正期限までの日数."""

    title = "是正期限まで"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """How far."""
        return list(figures.LEFT.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Cases whose period runs, so far from its day."""
        value = self.value()
        return figures.with_left(queryset, value, clock.today()) if value in figures.LEFT else queryset


class MonthFilter(admin.SimpleListFilter):
    """A month, in the sidebar only where an address names one: the overview leads here."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The month that is asked for."""
        month = month_of(self.value())
        return [(str(self.value()), f"{month.year}年{month.month}月")] if month else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The cases of the month."""
        month = month_of(self.value())
        if month is None:
            return queryset
        return queryset.filter(pk__in=self.of_month(month, figures.month_after(month)).values("pk"))

    def of_month(self, first: date, after: date) -> QuerySet[Violation]:
        """From the first day to the day before `after`."""
        raise NotImplementedError


class CuredFilter(MonthFilter):
    """期間内に是正された月."""

    title = "期間内に是正された月"
    parameter_name = "cured"

    def of_month(self, first: date, after: date) -> QuerySet[Violation]:
        """By the day of the last cure."""
        rows = figures.cured(clock.now())
        return rows.filter(cured_last__gte=figures.day_start(first), cured_last__lt=figures.day_start(after))


class EndedFilter(MonthFilter):
    """契約が終了した月."""

    title = "契約が終了した月"
    parameter_name = "ended"

    def of_month(self, first: date, after: date) -> QuerySet[Violation]:
        """By the day of the end."""
        return figures.ended().filter(ended_on__gte=first, ended_on__lt=after)
