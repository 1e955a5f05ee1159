"""What is blocked now under a clause, for the clause's page."""

from typing import Any

from django.db.models import Q

from config.desk import clause_cards, clock
from config.desk.counting import counted_rows
from config.desk.jst import jshort
from config.desk.pages import card, list_url, url_of
from contracts.licenses.models import Block, Subscription

SHOWN = 10


def under_clause(ref: str) -> dict[str, Any] | None:
    """The blocks in force at this moment; nothing where none ever stood under the clause."""
    rows = Block.objects.filter(Q(clause=ref) | Q(clause__startswith=f"{ref}("))
    if not rows.exists():
        return None
    now = rows.covering(clock.now())
    shown = now.select_related("subscription__customer", "credential").order_by("-since", "-pk")[:SHOWN]
    cells = [
        [
            {"text": b.subscription.number, "url": url_of(b.subscription), "strong": True},
            {"text": str(b.subscription.customer), "url": url_of(b.subscription.customer)},
            {"text": b.get_scope_display(), "sub": b.credential.admin_id if b.credential else ""},
            {"text": f"{jshort(b.since)} から", "clause": b.clause},
        ]
        for b in shown
    ]
    data = {"columns": ["契約", "利用者", "範囲", "期間"], "rows": cells}
    return card(
        "いま止まっている利用", "table", data, count=f"{counted_rows(now)}件", empty="いま止まっている利用はありません。",
        links=[{"label": "契約の一覧", "url": list_url(Subscription)}],
    )  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    clause_cards.running(under_clause)
