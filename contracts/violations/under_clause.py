"""The open cases under a clause: that cite it as breached, or that stand on it as a whole (17(1), 23(1))."""

from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from config.desk import clause_cards
from config.desk.clause_cards import lies_within
from config.desk.clausefilter import link
from config.desk.counting import counted_rows
from config.desk.jst import jshort
from config.desk.pages import card, url_of
from contracts.rules.clauses import BREACHES
from contracts.violations.models import Violation, ViolationItem
from contracts.violations.screens import chip

SHOWN = 10
WHOLE = ("23(1)",)  # what every case stands on


def concerns(ref: str) -> bool:
    """Whether cases can stand under the clause at all."""
    return any(lies_within(clause, ref) for clause in (*WHOLE, *BREACHES))


def narrow(rows: QuerySet[Any], ref: str) -> QuerySet[Any]:
    """All cases for 23(1); else those with a standing item that cites the clause or a part of it."""
    if any(lies_within(clause, ref) for clause in WHOLE):
        return rows
    written = Cast("clauses", TextField())  # ["9(2)"]: read as text, since SQLite cannot look into a list
    items = ViolationItem.objects.standing().filter(case__in=rows).annotate(written=written)
    cited = items.filter(written__contains=f'"{ref}"') | items.filter(written__contains=f'"{ref}(')
    return rows.filter(pk__in=cited.order_by().values("case"))


def under_clause(ref: str) -> dict[str, Any] | None:
    """Not ended in any way; newest first."""
    if not concerns(ref):
        return None
    rows = narrow(Violation.objects.open().order_by(), ref)
    shown = rows.select_related("customer", "owner").order_by("-pk")[:SHOWN]
    cells = [
        [
            {"chip": chip(case), "text": ""},
            {"text": case.number, "url": url_of(case), "strong": True},
            {"text": str(case.customer), "url": url_of(case.customer)},
            {"text": str(case.owner or ""), "sub": jshort(case.opened_at)},
        ]
        for case in shown
    ]
    data = {"columns": ["状態", "案件", "利用者", "担当"], "rows": cells}
    return card(
        "対応中の違反案件", "table", data, count=f"{counted_rows(rows)}件", empty="対応中の違反案件はありません。",
        links=link(Violation, ref, open="yes"),
    )  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    clause_cards.running(under_clause)
