"""The letters that wait under a clause, for the clause's page."""

from typing import Any

from config.desk import clause_cards
from config.desk.clausefilter import keys_within, link
from config.desk.counting import counted_rows
from config.desk.listpage import short
from config.desk.pages import card, url_of
from notices.chips import truth_chips
from notices.engine import kinds, label
from notices.models import Notice

SHOWN = 10


def under_clause(ref: str) -> dict[str, Any] | None:
    """Those of which nothing has left yet; the one that is due first stands first."""
    keys = keys_within(kinds(), ref)
    if not keys:
        return None
    rows = Notice.objects.filter(kind__in=keys).pending()  # type: ignore[attr-defined]
    shown = rows.select_related("customer").prefetch_related("deliveries").order_by("planned_dispatch_on", "pk")[:SHOWN]
    cells = [
        [
            {"chips": truth_chips(n), "text": ""},
            {"text": label(n.kind), "url": url_of(n), "strong": True, "sub": str(n)},
            {"text": str(n.customer), "url": url_of(n.customer)},
            f"{short(n.planned_dispatch_on)} 予定",
        ]
        for n in shown
    ]
    data = {"columns": ["状態", "通知", "利用者", "発送"], "rows": cells}
    return card(
        "発送を待つ通知",
        "table",
        data,
        count=f"{counted_rows(rows)}件",
        empty="発送を待つ通知はありません。",
        links=link(Notice, ref),
    )


def register_all() -> None:
    """Called once, when the engine starts."""
    clause_cards.running(under_clause)
