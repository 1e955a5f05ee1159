"""Lists of the admin: tabs, buttons, what belongs to the rows of one page, and a filter for days."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property

from config.desk import clock
from config.desk.clock import JST
from config.desk.counting import MOST_COUNTED, counted, first_rows, totals
from config.desk.jst import jshort, jst_day


def short(moment: date | datetime) -> str:
    """11/20（金）16:22, a day 11/20（金）; of another year than this, with its year."""
    year = f"{jst_day(moment).year}/" if jst_day(moment).year != clock.today().year else ""
    return f"{year}{jshort(moment)}"


class FirstRows(Paginator):  # type: ignore[type-arg]
    """The pages of the first 10,000 rows: what lies behind them is found by search, filter or the other order.

    `count` is one more where there are more rows.
    """

    @cached_property
    def count(self) -> int:
        """How many rows there are, as far as anybody counts."""
        return first_rows(self.object_list).count()  # type: ignore[arg-type]

    @cached_property
    def num_pages(self) -> int:
        """How many pages one can turn."""
        return max(1, -(-min(self.count, MOST_COUNTED) // self.per_page))


class PageOfRows(ChangeList):
    """A list whose rows get what belongs to them in a few queries for the whole page."""

    def get_results(self, request: HttpRequest) -> None:
        """Hand the rows of the page to the admin."""
        super().get_results(request)
        self.result_list = self.model_admin.with_related(list(self.result_list))  # type: ignore[attr-defined]


class ListPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """What a list may have above its rows: buttons and tabs. Filters and columns are the stock admin's."""

    empty_value_display = ""
    paginator = FirstRows
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the whole table
    list_legend: tuple[Mapping[str, str], ...] = ()
    search_placeholder = "番号・名称などで検索"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Our list."""
        return PageOfRows

    def with_related(self, rows: list[Any]) -> list[Any]:
        """Add to the rows of one page what their columns show."""
        return rows

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Buttons: label, url, style."""
        return []

    def tabs(self, request: HttpRequest) -> list[tuple[str, str, QuerySet[Any], bool]]:
        """Tabs: label, query string, the rows that it counts, whether their number is an alarm."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list with its tabs and buttons."""
        more = {
            "list_buttons": self.list_buttons(request),
            "cl_tabs": _tabs(request, self.tabs(request)),
            "list_legend": self.list_legend,
        }
        return super().changelist_view(request, more | (extra_context or {}))


def _tabs(request: HttpRequest, tabs: Iterable[tuple[str, str, QuerySet[Any], bool]]) -> list[dict[str, Any]]:
    here, asked = request.GET.urlencode(), list(tabs)
    numbers = totals(first_rows(rows) for _, _, rows, _ in asked)
    return [
        {
            "label": label, "url": f"?{query}", "count": counted(number), "alert": alarm and bool(number), "current": here == query,
        }
        for (label, query, _, alarm), number in zip(asked, numbers, strict=True)
    ]  # fmt: skip


class DaysFilter(admin.FieldListFilter):
    """From a JST day to a JST day, both included. What is no day is passed over."""

    template = "admin/date_range_filter.html"

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        """The two days from the address."""
        self.from_name, self.to_name = f"{field_path}_from", f"{field_path}_to"
        super().__init__(field, request, params, model, model_admin, field_path)
        self.from_value, self.to_value = self._day(self.from_name), self._day(self.to_name)
        others = [(name, value) for name, values in request.GET.lists() for value in values]
        self.kept = [(name, value) for name, value in others if name not in (self.from_name, self.to_name, "p", "e")]

    def _day(self, name: str) -> str:
        given = self.used_parameters.get(name) or [""]
        text = str(given[-1] if isinstance(given, list) else given)
        return text if _parsed(text) else ""

    def expected_parameters(self) -> list[str | None]:
        """The names of the two days."""
        return [self.from_name, self.to_name]

    def choices(self, changelist: Any) -> Any:
        """None: the template has two fields."""
        return iter(())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows between the days."""
        first, last = _parsed(self.from_value), _parsed(self.to_value)
        if first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": self._bound(first)})
        if last and last < date.max:
            queryset = queryset.filter(**{f"{self.field_path}__lt": self._bound(last + timedelta(days=1))})
        return queryset

    def _bound(self, day: date) -> date | datetime:
        if not isinstance(self.field, DateTimeField):
            return day
        return datetime.combine(day, time(), JST) if day > date(1, 1, 2) else datetime.min.replace(tzinfo=UTC)


def _parsed(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
