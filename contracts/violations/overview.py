"""違反の概況: figures over twelve months of cases, each with the query string of the list that it counts.

The date is always a parameter. A figure is one COUNT; only the spans of cure are rows, of the cases of twelve months.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from config.desk.clock import jst_day
from contracts.rules.clauses import BREACHES, ClauseRef
from contracts.violations import figures
from contracts.violations.models import Violation

MONTHS = 12


@dataclass(frozen=True)
class Figure:
    """A label, how many cases, and the list's query string. `share` is the bar: 0–100 of the highest."""

    label: str
    count: int
    query: str
    share: int = 0
    clause: str = ""


@dataclass(frozen=True)
class Month:
    """What happened in a JST month."""

    first: date
    opened: Figure
    cured: Figure
    ended: Figure

    @property
    def label(self) -> str:
        """2026年11月."""
        return f"{self.first.year}年{self.first.month}月"

    @property
    def parts(self) -> tuple[Figure, Figure, Figure]:
        """In the order of the columns."""
        return self.opened, self.cured, self.ended


@dataclass(frozen=True)
class Cure:
    """How periods came out: cases cured in time, not in time, and the median of days from first dispatch to cure."""

    in_time: Figure
    late: Figure
    median_days: float | None

    @property
    def decided(self) -> int:
        """Cases whose period has come out."""
        return self.in_time.count + self.late.count

    @property
    def percent(self) -> int | None:
        """Share cured in time, rounded down; None where nothing has come out."""
        return self.in_time.count * 100 // self.decided if self.decided else None

    @property
    def days(self) -> str:
        """The median in words: 7, 7.5, or empty."""
        return "" if self.median_days is None else f"{self.median_days:g}"


@dataclass(frozen=True)
class Overview:
    """All figures. `first` and `last` are the days of the twelve months in which cases were opened."""

    first: date
    last: date
    opened: Figure
    open_now: Figure
    cure: Cure
    clauses: list[Figure]
    states: list[Figure]
    left: list[Figure]
    months: list[Month]


def overview(until: date, at: datetime) -> Overview:
    """The twelve months that end with the month of `until`, as things stand at `at`."""
    after = figures.month_after(until.replace(day=1))
    first, last = figures.month_after(after, -MONTHS), after - timedelta(days=1)
    days = {"opened_at_from": first.isoformat(), "opened_at_to": last.isoformat()}
    cases = _opened(first, after)
    return Overview(
        first=first,
        last=last,
        opened=Figure("登録した案件", cases.count(), urlencode(days)),
        open_now=Figure("対応中の案件", Violation.objects.open().count(), "open=yes"),
        cure=_cure(cases, days, at),
        clauses=_with_bars(_by_clause(cases, days)),
        states=_with_bars(_by_state(cases, days)),
        left=_with_bars(_by_left(jst_day(at))),
        months=_months(cases, first, at),
    )


def _opened(first: date, after: date) -> QuerySet[Violation]:
    return Violation.objects.filter(opened_at__gte=figures.day_start(first), opened_at__lt=figures.day_start(after))


def _by_clause(cases: QuerySet[Violation], days: dict[str, str]) -> Iterator[Figure]:
    """Cases with a breach of each clause, most first, in one query; a case on two clauses counts under both."""
    items = figures.breaches_with_text().filter(case__in=cases.order_by().values("pk"))
    counts = {f"n{i}": Count("case", distinct=True, filter=figures.names(c)) for i, c in enumerate(BREACHES)}
    found = items.aggregate(**counts)
    numbered = sorted(((found[f"n{i}"], -i, clause) for i, clause in enumerate(BREACHES)), reverse=True)
    for count, _, clause in numbered:
        if count:
            yield Figure(ClauseRef.parse(clause).label(), count, urlencode({"clause": clause} | days), clause=clause)


def _by_state(cases: QuerySet[Violation], days: dict[str, str]) -> Iterator[Figure]:
    found = dict(cases.order_by().values_list("state").annotate(n=Count("pk")))
    for state in Violation.State:
        yield Figure(str(state.label), found.get(state.value, 0), urlencode({"state__exact": state.value} | days))


def _by_left(today: date) -> Iterator[Figure]:
    for key, label in figures.LEFT.items():
        rows = figures.with_left(Violation.objects.all(), key, today)
        yield Figure(label, rows.count(), urlencode({"left": key}))


def _cure(cases: QuerySet[Violation], days: dict[str, str], at: datetime) -> Cure:
    in_time = figures.with_outcome(cases, "in_time", at)
    late = figures.with_outcome(cases, "late", at)
    spans = [(jst_day(z) - jst_day(a)).days for a, z in figures.cure_spans(in_time)]
    return Cure(
        in_time=Figure(figures.OUTCOMES["in_time"], in_time.count(), urlencode({"outcome": "in_time"} | days)),
        late=Figure(figures.OUTCOMES["late"], late.count(), urlencode({"outcome": "late"} | days)),
        median_days=median(spans) if spans else None,
    )


def _months(cases: QuerySet[Violation], first: date, at: datetime) -> list[Month]:
    """Three queries for the twelve months."""
    opened = _per_month(cases, "opened_at", first, moments=True)
    cured = _per_month(figures.cured(at), "cured_last", first, moments=True)
    ended = _per_month(figures.ended(), "ended_on", first, moments=False)
    return [
        _month(figures.month_after(first, n), *counts)
        for n, counts in enumerate(zip(opened, cured, ended, strict=True))
    ]


def _per_month(rows: QuerySet[Any], field: str, first: date, *, moments: bool) -> list[int]:
    """How many fall into each of the months from `first` on."""
    edges: list[Any] = [figures.month_after(first, n) for n in range(MONTHS + 1)]
    edges = [figures.day_start(day) for day in edges] if moments else edges
    rows = rows.filter(**{f"{field}__gte": edges[0], f"{field}__lt": edges[-1]}).order_by()
    parts = [Q(**{f"{field}__gte": a, f"{field}__lt": z}) for a, z in pairwise(edges)]
    found = rows.aggregate(**{f"m{n}": Count("pk", filter=part) for n, part in enumerate(parts)})
    return [found[f"m{n}"] for n in range(MONTHS)]


def _month(first: date, opened: int, cured: int, ended: int) -> Month:
    last, name = figures.month_after(first) - timedelta(days=1), f"{first:%Y-%m}"
    days = {"opened_at_from": first.isoformat(), "opened_at_to": last.isoformat()}
    return Month(
        first=first,
        opened=Figure("登録", opened, urlencode(days)),
        cured=Figure("期間内に是正", cured, urlencode({"cured": name})),
        ended=Figure("契約終了", ended, urlencode({"ended": name})),
    )


def _with_bars(rows: Iterable[Figure]) -> list[Figure]:
    rows = list(rows)
    highest = max((row.count for row in rows), default=0) or 1
    return [Figure(r.label, r.count, r.query, round(100 * r.count / highest), r.clause) for r in rows]
