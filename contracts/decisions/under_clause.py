"""The decisions that wait under a clause, for the clause's page."""

from typing import Any

from config.desk import clause_cards
from config.desk.clausefilter import keys_within, link
from config.desk.counting import counted_rows
from config.desk.jst import jshort
from config.desk.pages import card, url_of
from contracts.decisions.engine import kinds, label
from contracts.decisions.home import chip
from contracts.decisions.models import Decision

SHOWN = 10


def under_clause(ref: str) -> dict[str, Any] | None:
    """Those that are proposed, sent back, or approved and not yet carried out; the oldest first."""
    keys = keys_within(kinds(), ref)
    if not keys:
        return None
    rows = Decision.objects.filter(kind__in=keys, state__in=["proposed", "returned", "approved"])
    shown = rows.select_related("customer", "proposed_by").order_by("proposed_at", "pk")[:SHOWN]
    cells = [
        [
            {"chip": chip(d), "text": ""},
            {"text": label(d.kind), "url": url_of(d), "strong": True, "sub": d.number},
            {"text": str(d.customer), "url": url_of(d.customer)},
            {"text": str(d.proposed_by), "sub": jshort(d.proposed_at)},
        ]
        for d in shown
    ]
    data = {"columns": ["状態", "決裁", "利用者", "起案"], "rows": cells}
    return card(
        "途中の決裁",
        "table",
        data,
        count=f"{counted_rows(rows)}件",
        empty="途中の決裁はありません。",
        links=link(Decision, ref),
    )


def register_all() -> None:
    """Called once, when the engine starts."""
    clause_cards.running(under_clause)
