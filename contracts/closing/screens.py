"""What this room adds to the desk: its line of the sidebar, and its part of the customer card."""

from datetime import date
from typing import Any

from config.desk import customer_cards, nav
from config.desk.chips import Chip, deadline_chip, state_chip
from config.desk.clock import today
from config.desk.jst import jday_year, jshort
from config.desk.pages import url_of
from contracts.closing.models import Closing


def chip(closing: Closing, on: date) -> Chip:
    """How far the last day of keeping its data is away; then they are to be erased (23(4))."""
    return state_chip("waiting", "削除の時期") if closing.kept_through < on else deadline_chip(closing.kept_through, on)


def closings_card(customer: Any) -> dict[str, Any] | None:
    """利用終了 on the customer card; nothing where no contract ended."""
    rows = (
        Closing.objects.filter(customer__in=customer_cards.family(customer))
        .select_related("subscription")
        .order_by("-pk")
    )
    if not rows.exists():
        return None
    return customer_cards.rows_card(
        "利用終了", ["契約", "終了", "種類", "保存の最終日"], rows, _cells, customer, empty=""
    )


def _cells(closing: Closing) -> list[Any]:
    number = {"text": closing.subscription.number, "url": url_of(closing), "strong": True}
    return [
        number,
        jshort(closing.ended_at),
        {"text": closing.get_cause_display(), "clause": closing.clause},
        {"text": jday_year(closing.kept_through), "chip": chip(closing, today())},
    ]


def register_all() -> None:
    """Called once, when the room starts."""
    customer_cards.register(15, closings_card)
    nav.register(
        nav.Entry(
            group="契約",
            label="利用終了",
            url_name="admin:closing_closing_changelist",
            permission="closing.view_closing",
        )
    )
