"""The contracts that ended under a clause, and whose data are kept until a day (23(3), 23(4)), for the clause's page."""

from typing import Any

from django.db.models import Q, QuerySet

from config.desk import clause_cards, clock
from config.desk.clause_cards import lies_within
from config.desk.clausefilter import link
from config.desk.counting import counted_rows
from config.desk.jst import jday_year, jshort
from config.desk.pages import card, url_of
from contracts.closing.models import Closing
from contracts.closing.screens import chip

SHOWN = 10


def narrow(rows: QuerySet[Any], ref: str) -> QuerySet[Any]:
    """All ends for 23(3) and 23(4), which follow every end; else those that the clause ended."""
    if lies_within("23(3)", ref) or lies_within("23(4)", ref):
        return rows
    return rows.filter(Q(clause=ref) | Q(clause__startswith=f"{ref}("))


def under_clause(ref: str) -> dict[str, Any] | None:
    """Ends that stand; whose data are to be erased first, first."""
    rows = narrow(Closing.objects.filter(taken_back_at=None), ref)
    if not rows.exists():
        return None
    shown = rows.select_related("subscription", "customer").order_by("kept_through", "pk")[:SHOWN]
    cells = [
        [
            {"text": c.subscription.number, "url": url_of(c), "strong": True},
            {"text": str(c.customer), "url": url_of(c.customer)},
            {"text": jshort(c.ended_at), "sub": c.get_cause_display()},
            {"text": jday_year(c.kept_through), "chip": chip(c, clock.today())},
        ]
        for c in shown
    ]
    data = {"columns": ["契約", "利用者", "終了", "保存の最終日"], "rows": cells}
    return card(
        "利用終了", "table", data, count=f"{counted_rows(rows)}件", sub="保存の最終日の近い順", links=link(Closing, ref)
    )


def register_all() -> None:
    """Called once, when the room starts."""
    clause_cards.running(under_clause)
