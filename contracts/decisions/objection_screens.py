"""Objections on the desk: home, sidebar, search, the card of a customer, and the card of the row that they are about."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model

from config.desk import customer_cards, home, nav, search, side_cards
from config.desk.chips import Chip, state_chip
from config.desk.clock import jst_day
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.jst import jday_year
from config.desk.listpage import short
from config.desk.pages import card, url_of
from contracts.decisions.deputies import RULE, places
from contracts.decisions.models import Objection
from contracts.decisions.objections import kind_of, kinds, label, may_have

TONES = {"received": "approval", "upheld": "done", "rejected": "closed", "withdrawn": "withdrawn"}


def chip(objection: Objection) -> Chip:
    """Where it stands."""
    tone: Any = TONES[objection.state]
    return state_chip(tone, objection.get_state_display())


def _age(objection: Objection, today: date) -> Chip:
    days = (today - jst_day(objection.received_at)).days
    return state_chip("approval", "受付 本日" if days <= 0 else f"受付 {days}日前")


def _row(objection: Objection, asked: Asked) -> HomeRow:
    may = asked.holds(RULE)
    return HomeRow(
        chip=_age(objection, asked.today), title="異議の判断を待っています", customer=str(objection.customer), clause=kind_of(objection).clause,
        sub=f"異議 {objection.number}　{label(objection.kind)}",
        customer_url=url_of(objection.customer), owner=str(objection.recorded_by), next_label="内容を見て判断" if may else "内容を開く",
        next_url=url_of(objection),
    )  # fmt: skip


def _waiting(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    rows = Objection.objects.waiting()
    if asked.mine and asked.holds(RULE):
        rows = rows.not_decided_by(asked.by, places(asked.by, RULE, asked.at))
    elif asked.mine:
        rows = rows.filter(kind__in=[kind.key for kind in kinds() if asked.holds(kind.record_verb)])
    shown = rows.select_related("customer", "recorded_by").prefetch_related("subject")[: asked.limit]
    return rows, [_row(objection, asked) for objection in shown]


def of_row(row: Any) -> dict[str, Any] | None:
    """異議 at the side of the case, the application or the measure; nothing where there was none."""
    if not may_have(row):
        return None
    found = list(Objection.objects.about(row).order_by("-pk"))
    lines = [
        [{"text": o.number, "url": url_of(o), "strong": True, "sub": short(o.received_at)}, {"chip": chip(o), "text": "", "sub": o.against}]
        for o in found
    ]  # fmt: skip
    return (
        card("異議", "table", {"columns": ["異議", "状態・対象"], "rows": lines}, count=f"{len(lines)}件")
        if lines
        else None
    )


def hanging_on(row: Any) -> Iterable[Model]:
    """The objections on a row, for its timeline."""
    return Objection.objects.about(row) if may_have(row) else []


def of_customer(customer: Any) -> dict[str, Any] | None:
    """異議 on the customer card; nothing where there was none."""
    rows = (
        Objection.objects.filter(customer__in=customer_cards.family(customer))
        .select_related("ruled_by")
        .prefetch_related("subject")
        .order_by("-pk")
    )
    if not rows.exists():
        return None
    return customer_cards.rows_card(
        "異議", ["異議", "状態", "対象", "受けた日", "判断"], rows, _cells, customer, empty=""
    )


def _cells(objection: Objection) -> list[Any]:
    named = {"text": objection.number, "url": url_of(objection), "strong": True, "sub": label(objection.kind)}
    subject = {"text": objection.subject.number, "url": url_of(objection.subject)}
    return [
        named,
        {"chip": chip(objection), "text": ""},
        subject,
        jday_year(objection.received_at),
        str(objection.ruled_by or "—"),
    ]


def register_all() -> None:
    """Called once, when the engine starts."""
    home.source("approval", _waiting)
    search.numbers("O", Objection)
    customer_cards.register(61, of_customer)
    side_cards.register(20, of_row)
    side_cards.hangs_on(hanging_on)
    nav.register(nav.Entry(
        group="", label="異議", url_name="admin:decisions_objection_changelist", permission="decisions.view_objection",
        count=lambda: Objection.objects.waiting(),
    ))  # fmt: skip
