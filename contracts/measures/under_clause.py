"""The measures that are proposed or in force under a clause, for the clause's page."""

from typing import Any

from django.db.models import QuerySet

from config.desk import clause_cards
from config.desk.clause_cards import lies_within
from config.desk.clausefilter import link
from config.desk.counting import counted_rows
from config.desk.jst import jshort
from config.desk.pages import card, url_of
from contracts.measures.models import Measure
from contracts.measures.screens import chip
from contracts.measures.workflow import label_of
from contracts.rules.powers import POWERS

SHOWN = 10


def narrow(rows: QuerySet[Any], ref: str) -> QuerySet[Any]:
    """Those whose power, or a ground of it, stands in the clause."""
    return rows.filter(power__in=_powers(ref))


def _powers(ref: str) -> list[str]:
    """By the power's own clause, or by where its grounds stand."""
    places = {key: (power.clause, *(ground.clause for ground in power.grounds)) for key, power in POWERS.items()}
    return [key for key, clauses in places.items() if any(lies_within(clause, ref) for clause in clauses)]


def under_clause(ref: str) -> dict[str, Any] | None:
    """Proposed, ordered or in force; newest first."""
    rows = narrow(Measure.objects.living(), ref)
    if not _powers(ref) or not narrow(Measure.objects.all(), ref).exists():
        return None
    shown = rows.select_related("customer", "owner").order_by("-proposed_at", "-pk")[:SHOWN]
    cells = [
        [
            {"chip": chip(m), "text": ""},
            {"text": label_of(m), "url": url_of(m), "strong": True, "sub": m.number},
            {"text": str(m.customer), "url": url_of(m.customer)},
            {"text": m.get_ground_display() or m.get_basis_display(), "sub": f"起案 {jshort(m.proposed_at)}"},
        ]
        for m in shown
    ]
    data = {"columns": ["状態", "措置", "利用者", "事由"], "rows": cells}
    return card(
        "措置",
        "table",
        data,
        count=f"{counted_rows(rows)}件",
        empty="進行中の措置はありません。",
        links=link(Measure, ref),
    )


def register_all() -> None:
    """Called once, when the room starts."""
    clause_cards.running(under_clause)
