"""Decisions that wait for an approver."""

from datetime import date
from typing import Any

from config.desk import customer_cards, home, nav, search
from config.desk.chips import Chip, state_chip
from config.desk.clock import jst_day
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.pages import url_of
from contracts.decisions import batch
from contracts.decisions.deputies import APPROVE, places
from contracts.decisions.engine import kind_of, kinds, label
from contracts.decisions.models import Decision

CHIPS = {
    "proposed": "approval",
    "approved": "running",
    "carried_out": "done",
    "returned": "returned",
    "withdrawn": "withdrawn",
}


def chip(decision: Decision) -> Chip:
    """Where it stands."""
    tone: Any = CHIPS[decision.state]
    return state_chip(tone, decision.get_state_display())


def _age(decision: Decision, today: date) -> Chip:
    days = (today - jst_day(decision.proposed_at)).days
    return state_chip("approval", "起案 本日" if days <= 0 else f"起案 {days}日前")


def _row(decision: Decision, asked: Asked) -> HomeRow:
    kind = kind_of(decision)
    may = asked.holds(APPROVE)
    return HomeRow(
        chip=_age(decision, asked.today), title=kind.label, sub=f"決裁 {decision.number}　起案 {decision.proposed_by}", customer=str(decision.customer),
        customer_url=url_of(decision.customer), clause=kind.clause, owner=str(decision.proposed_by),
        next_label="内容を見て承認" if may else "内容を開く", next_url=url_of(decision),
    )  # fmt: skip


def _waiting(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    rows = Decision.objects.waiting()
    if asked.mine and asked.holds(APPROVE):
        rows = rows.not_written_by(asked.by, places(asked.by, APPROVE, asked.at))
    elif asked.mine:
        rows = rows.filter(kind__in=_proposable(asked))
    shown = rows.select_related("customer", "proposed_by")[: asked.limit]
    return rows, [_row(decision, asked) for decision in shown]


def _read_on(asked: Asked) -> dict[str, str]:
    """For who approves: all that waits, one page after the other."""
    url = batch.first_url(asked.by, asked.at, home=True) if asked.limit and asked.holds(APPROVE) else ""
    return {"label": "続けて読む", "url": url} if url else {}


def _proposable(asked: Asked) -> list[str]:
    return [kind.key for kind in kinds() if asked.holds(kind.propose_verb)]


def _returned(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    """Sent back: whoever proposed it is to mend it."""
    rows = Decision.objects.filter(state="returned").order_by("proposed_at")
    if asked.mine:
        rows = rows.filter(kind__in=_proposable(asked))
    made = [
        HomeRow(chip=chip(d), title=f"{kind_of(d).label}の起案が差し戻されました", sub=f"決裁 {d.number}　{d.closed_reason}", customer=str(d.customer),
                customer_url=url_of(d.customer), clause=kind_of(d).clause, owner=str(d.proposed_by), next_label="内容を変える", next_url=url_of(d))
        for d in rows.select_related("customer", "proposed_by")[: asked.limit]
    ]  # fmt: skip
    return rows, made


def of_customer(customer: Any) -> dict[str, Any] | None:
    """決裁 on the customer card; nothing where there was none."""
    rows = (
        Decision.objects.filter(customer__in=customer_cards.family(customer))
        .select_related("proposed_by", "approved_by")
        .prefetch_related("subject")
        .order_by("-pk")
    )
    if not rows.exists():
        return None
    return customer_cards.rows_card("決裁", ["決裁", "状態", "対象", "起案", "承認"], rows, _cells, customer, empty="")


def _cells(decision: Decision) -> list[Any]:
    named = {"text": label(decision.kind), "url": url_of(decision), "strong": True, "sub": decision.number}
    subject = {"text": decision.subject.number, "url": url_of(decision.subject)}
    return [
        named,
        {"chip": chip(decision), "text": ""},
        subject,
        str(decision.proposed_by),
        str(decision.approved_by or "—"),
    ]


def register_all() -> None:
    """Called once, when the engine starts."""
    customer_cards.register(60, of_customer)
    home.register_nav()
    home.source("approval", _waiting)
    home.way_on("approval", _read_on)
    home.source("today", _returned)
    search.numbers("D", Decision)
    nav.register(nav.Entry(
        group="", label="決裁", url_name="admin:decisions_decision_changelist", permission="decisions.view_decision",
        count=lambda: Decision.objects.waiting(),
    ))  # fmt: skip
