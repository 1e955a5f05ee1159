"""What this room adds to the desk: its line of the sidebar, numbers for the search, its card of a customer."""

from typing import Any

from config.desk import customer_cards, nav, search
from config.desk.chips import Chip, state_chip
from config.desk.jst import jshort
from config.desk.pages import url_of
from contracts.measures.models import Measure
from contracts.rules.powers import POWERS

TONES = {
    "proposed": "approval",
    "ordered": "running",
    "in_force": "running",
    "lifted": "done",
    "withdrawn": "withdrawn",
}


def chip(measure: Measure) -> Chip:
    """Where the measure stands."""
    tone: Any = TONES[measure.state]
    return state_chip(tone, measure.get_state_display())


def of_customer(customer: Any) -> dict[str, Any] | None:
    """措置 on the customer card, where there are any."""
    rows = Measure.objects.filter(customer=customer).select_related("subscription").order_by("-pk")
    if not rows.exists():
        return None
    columns = ["措置", "状態", "契約", "実施"]
    return customer_cards.rows_card("措置", columns, rows, _cells, customer, empty="措置はありません。")


def _cells(measure: Measure) -> list[Any]:
    number = {"text": measure.number, "url": url_of(measure), "strong": True, "sub": POWERS[measure.power].label}
    contract = {"text": measure.subscription.number, "url": url_of(measure.subscription)}
    since = jshort(measure.in_force_at) if measure.in_force_at else "—"
    return [number, {"chip": chip(measure), "text": ""}, contract, since]


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("M", Measure)
    customer_cards.register(35, of_customer)
    customer_cards.act("measures.propose_credential_suspension", "customer")
    nav.register(
        nav.Entry(
            group="規約違反",
            label="措置",
            url_name="admin:measures_measure_changelist",
            permission="measures.view_measure",
            count=lambda: Measure.objects.living().count(),
            order=55,
        )
    )
