"""The applications that wait under Article 6, for the clause's page; for a ground, those on which it was judged to apply."""

from typing import Any

from django.db.models import QuerySet

from config.desk import clause_cards
from config.desk.clause_cards import lies_within
from config.desk.clausefilter import link
from config.desk.counting import counted_rows
from config.desk.jst import jshort
from config.desk.pages import card, url_of
from contracts.applications.models import Application, GroundJudgement, Settlement
from contracts.applications.settlement_admin import chip as money_chip
from contracts.applications.stages import stages_of
from contracts.rules.clauses import ClauseRef

SHOWN = 10


def narrow(rows: QuerySet[Any], ref: str) -> QuerySet[Any]:
    """All for 6(3) and above; of a ground, where it applies or is looked into; for 6(4), those of which a document was asked."""
    if lies_within("6(3)", ref):
        return rows
    if lies_within("6(4)", ref):
        return rows.filter(document_requests__isnull=False).distinct()
    item = ClauseRef.parse(ref).item
    judged = GroundJudgement.objects.filter(ground=item, finding__in=["applies", "checking"])
    return rows.filter(pk__in=judged.values("application"))


def under_clause(ref: str) -> dict[str, Any] | None:
    """Those that wait for a decision; the one received first stands first."""
    if not (lies_within("6(3)", ref) or lies_within("6(4)", ref) or lies_within(ref, "6(3)")):
        return None
    rows = narrow(Application.objects.open().order_by(), ref)
    shown = list(rows.select_related("customer").order_by("received_at", "pk")[:SHOWN])
    stages = stages_of(shown) if shown else {}
    cells = [
        [
            {"chip": stages[a.pk].chip, "text": ""},
            {"text": a.number, "url": url_of(a), "strong": True},
            {"text": str(a.customer), "url": url_of(a.customer)},
            {"text": jshort(a.received_at), "sub": a.get_channel_display()},
        ]
        for a in shown
    ]
    data = {"columns": ["状態", "申込", "利用希望者", "受付"], "rows": cells}
    return card(
        "承諾を決めていない申込", "table", data, count=f"{counted_rows(rows)}件", empty="承諾を決めていない申込はありません。",
        links=link(Application, ref),
    )  # fmt: skip


def money_under(ref: str) -> dict[str, Any] | None:
    """What becomes of the money after a rescission (13(4))."""
    if not lies_within("13(4)", ref):
        return None
    rows = Settlement.objects.filter(state="open")
    shown = rows.select_related("customer").order_by("pk")[:SHOWN]
    cells = [
        [
            {"chip": money_chip(s), "text": ""},
            {"text": s.number, "url": url_of(s), "strong": True},
            {"text": str(s.customer), "url": url_of(s.customer)},
            jshort(s.opened_at),
        ]
        for s in shown
    ]
    data = {"columns": ["状態", "精算", "利用者", "取消し"], "rows": cells}
    return card(
        "取消しの金銭の扱い", "table", data, count=f"{counted_rows(rows)}件", empty="法務の判断を待つものはありません。"
    )


def register_all() -> None:
    """Called once, when the room starts."""
    clause_cards.running(under_clause)
    clause_cards.running(money_under)
