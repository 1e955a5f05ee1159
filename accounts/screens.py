"""What this room adds to the desk: the sidebar, the search, and its part of the customer card."""

from datetime import datetime
from typing import Any

from accounts import merging
from accounts.deputy import Deputy
from accounts.finding import first_found
from accounts.models import Customer, PriorRecord
from config.desk import customer_cards, home, nav, search, standins
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday, jday_year
from config.desk.pages import url_of

MOST_FOUND = 20


def found(text: str) -> list[tuple[str, str, str]]:
    """Customers for the search in the header."""
    return [(c.name, _detail(c), url_of(c)) for c in first_found(text, MOST_FOUND)]


def _detail(customer: Customer) -> str:
    joined = f"{customer.merged_into.number} にまとめました" if customer.merged_into else ""
    return "　".join(part for part in (customer.number, customer.kana, customer.email, customer.phone, joined) if part)


def prior_card(customer: Any) -> dict[str, Any] | None:
    """過去の記録: what a later screening finds (6(3)(1)–(2)); nothing where there is none."""
    rows = PriorRecord.objects.filter(customer__in=customer_cards.family(customer)).order_by("-happened_on", "-pk")
    return (
        customer_cards.rows_card(
            "過去の記録", ["事由", "内容", "認めた日", "元の記録"], rows, _prior_cells, customer, empty=""
        )
        if rows.exists()
        else None
    )


def _prior_cells(record: PriorRecord) -> list[Any]:
    return [
        {"text": record.get_ground_display(), "strong": True},
        record.fact,
        {"text": jday_year(record.happened_on), "chip": _prior_chip(record)},
        record.source,
    ]


def _prior_chip(record: PriorRecord) -> Chip | None:
    if record.withdrawn_at:
        return state_chip("withdrawn", f"{jday(record.withdrawn_at)} 取下げ")
    return state_chip("done", f"{jday(record.cured_at)} 是正") if record.cured_at else None


def on_home(by: Any, at: datetime) -> list[str]:
    """In whose place somebody acts today, and who acts in theirs."""
    acting = [f"代理：{one.person}（{jday(one.last_day)}まで）" for one in standins.of(by, at)]
    mine = Deputy.objects.in_force(at).filter(for_user=by).select_related("deputy").order_by("pk")
    return acting + [f"あなたの代理：{row.deputy}（{jday(row.last_day)}まで）" for row in mine]


def register_all() -> None:
    """Called once, when the room starts."""
    home.line(on_home)
    search.numbers("C", Customer)
    search.texts("利用者", found)
    customer_cards.register(90, prior_card)
    customer_cards.act(merging.MERGE, "into")
    nav.register(
        nav.Entry(
            group="申込・利用者",
            label="利用者",
            url_name="admin:accounts_customer_changelist",
            permission="accounts.view_customer",
            order=60,
        )
    )
    nav.register(
        nav.Entry(
            group="規約と記録",
            label="担当者",
            url_name="admin:accounts_user_changelist",
            permission="accounts.view_user",
            order=65,
        )
    )
    search.numbers("P", Deputy)
    nav.register(
        nav.Entry(
            group="規約と記録",
            label="代理",
            url_name="admin:accounts_deputy_changelist",
            permission="accounts.view_deputy",
            order=66,
        )
    )
