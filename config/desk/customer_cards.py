"""The customer card: everything about one customer on one page. Each room adds its own card; the desk knows none."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch

from config.desk import quick
from config.desk.pages import Button, card, list_url
from config.desk.press import permitted
from config.desk.registry import verb

Card = dict[str, Any]
Source = Callable[[Any], Card | None]
SHOWN = 10  # rows of a card; the rest stands in the list
_sources: list[tuple[int, Source]] = []
_acts: list[tuple[str, str]] = []


def register(rank: int, call: Source) -> None:
    """A room shows, as a card, what it holds of a customer; the lowest rank stands first."""
    _sources.append((rank, call))


def act(verb_key: str, parameter: str) -> None:
    """A verb on no row that may begin at a customer: its form finds the customer's number in `parameter`."""
    _acts.append((verb_key, parameter))


def acts(customer: Any, by: Any) -> list[Button]:
    """What the user may begin for this customer, as buttons, in the order in which the rooms named it."""
    held = [(verb(key), parameter) for key, parameter in _acts if permitted(verb(key), by)]
    return [quick.button(v, {name: customer.number}, customer) for v, name in held]


def cards(customer: Model) -> list[Card]:
    """The cards of all rooms."""
    ranked = sorted(_sources, key=lambda source: source[0])
    return [made for _, call in ranked if (made := call(customer)) is not None]


def family(customer: Any) -> list[int]:
    """The keys of this customer and of those that were merged into it: its card shows what hangs on any of them."""
    return list(customer.family_ids)


def rows_card(
    title: str,
    columns: list[str],
    rows: QuerySet[Any],
    cells: Callable[[Any], list[Any]],
    customer: Model,
    *,
    empty: str,
) -> Card:
    """A table of the first rows, with a link to the rest in their list."""
    shown = list(rows[: SHOWN + 1])
    total = rows.count() if len(shown) > SHOWN else len(shown)
    rest = _rest(rows.model, customer, total - SHOWN) if total > SHOWN else {}
    data = {"columns": columns, "rows": [cells(row) for row in shown[:SHOWN]]}
    return card(title, "table", data, count=f"{total}件", empty=empty, **rest)


def _rest(model: type[Model], customer: Model, left: int) -> dict[str, str]:
    """The way to the other rows; where they have no list of their own, at least how many they are."""
    keys = family(customer)
    whose = f"customer__id__in={','.join(map(str, keys))}" if len(keys) > 1 else f"customer__id__exact={customer.pk}"
    try:
        return {"more_url": f"{list_url(model)}?{whose}", "more_label": f"残り{left}件を表示"}
    except NoReverseMatch:
        return {"sub": f"新しい{SHOWN}件"}
