"""What this room adds to the desk: its line of the sidebar, numbers for the search, its card of a customer."""

from collections.abc import Callable
from typing import Any

from config.desk import customer_cards, nav, search, side_cards
from config.desk.chips import Chip, state_chip
from config.desk.jst import jshort
from config.desk.pages import card, url_of
from contracts.licenses.models import LeakReport
from contracts.measures.models import Measure
from contracts.measures.workflow import CONSENT_VERB
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
    rows = (
        Measure.objects.filter(customer__in=customer_cards.family(customer))
        .select_related("subscription")
        .order_by("-pk")
    )
    if not rows.exists():
        return None
    columns = ["措置", "状態", "契約", "実施"]
    return customer_cards.rows_card("措置", columns, rows, _cells, customer, empty="措置はありません。")


def _cells(measure: Measure) -> list[Any]:
    number = {"text": measure.number, "url": url_of(measure), "strong": True, "sub": POWERS[measure.power].label}
    contract = {"text": measure.subscription.number, "url": url_of(measure.subscription)}
    since = jshort(measure.in_force_at) if measure.in_force_at else "—"
    return [number, {"chip": chip(measure), "text": ""}, contract, since]


def of_report(row: Any) -> dict[str, Any] | None:
    """この連絡による停止, at the side of a report of a leak."""
    if not isinstance(row, LeakReport):
        return None
    rows = [
        [
            {"text": m.number, "url": url_of(m), "strong": True, "sub": m.get_basis_display()},
            {"chip": chip(m), "text": ""},
        ]
        for m in row.measures.order_by("-pk")
    ]
    data = {"columns": ["措置", "状態"], "rows": rows}
    return card("この連絡による停止", "table", data, count=f"{len(rows)}件", empty="停止していません。")


PROPOSE = "measures.propose_credential_suspension"
IN_THE_WAY = {PROPOSE: ("proposed", "ordered", "in_force"), CONSENT_VERB: ("in_force",)}


def _begins(key: str) -> Callable[[Any], dict[str, str] | None]:
    """A stop begun at a report finds its ground and facts filled in; not where one is under way."""

    def begins(row: Any) -> dict[str, str] | None:
        if not isinstance(row, LeakReport) or row.state == LeakReport.State.CLOSED:
            return None
        under_way = Measure.objects.filter(subscription=row.subscription_id, state__in=IN_THE_WAY[key])
        return None if under_way.exists() else {"leak_report": row.number}

    return begins


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("M", Measure)
    customer_cards.register(35, of_customer)
    side_cards.register(40, of_report)
    for key in (PROPOSE, CONSENT_VERB):
        customer_cards.act(key, "customer")
        side_cards.act(key, _begins(key))
    nav.register(
        nav.Entry(
            group="規約違反",
            label="措置",
            url_name="admin:measures_measure_changelist",
            permission="measures.view_measure",
            count=lambda: Measure.objects.living(),
            order=55,
        )
    )
