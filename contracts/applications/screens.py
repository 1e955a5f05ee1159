"""What this room adds to the desk: its lines of the sidebar, the search, and its part of the customer card."""

from typing import Any

from accounts.finding import customer_q
from accounts.models import Customer
from config.desk import after, customer_cards, home, nav, search
from config.desk.jst import jday_year
from config.desk.pages import url_of
from contracts.applications import late, lines, rejected_home, same_party
from contracts.applications.cards import JUDGE
from contracts.applications.models import Application, Settlement
from contracts.applications.stages import stages_of
from contracts.incoming import leads

MOST_FOUND = 20


def found(text: str) -> list[tuple[str, str, str]]:
    """Applications for the search in the header."""
    customers = Customer.objects.filter(customer_q(text)).values("pk")
    rows = list(
        Application.objects.filter(customer__in=customers).select_related("customer").order_by("-pk")[:MOST_FOUND]
    )
    stages = stages_of(rows)
    return [
        (f"{a.number}　{a.customer.name}", f"{stages[a.pk].label}　受付 {jday_year(a.received_at)}", url_of(a))
        for a in rows
    ]


def applications_card(customer: Any) -> dict[str, Any]:
    """利用申込 on the customer card."""
    rows = Application.objects.filter(customer__in=customer_cards.family(customer)).order_by("-pk")
    stages = stages_of(list(rows[: customer_cards.SHOWN]))
    return customer_cards.rows_card(
        "利用申込",
        ["申込", "状態", "受付", "ライセンス"],
        rows,
        lambda a: _cells(a, stages),
        customer,
        empty="利用申込はありません。",
    )


def _cells(application: Application, stages: dict[int, Any]) -> list[Any]:
    number = {
        "text": application.number,
        "url": url_of(application),
        "strong": True,
        "sub": application.get_channel_display(),
    }
    return [
        number,
        {"chip": stages[application.pk].chip, "text": ""},
        jday_year(application.received_at),
        f"{application.licenses:,}",
    ]


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("A", Application)
    leads.register(lines.leads)
    after.tells(late.told)
    search.texts("利用申込", found)
    customer_cards.register(20, applications_card)
    same_party.register_all()
    rejected_home.register_all()
    home.way("審査一覧を開く", "applications:grid", JUDGE)
    _sidebar()


def _sidebar() -> None:
    nav.register(
        nav.Entry(
            group="申込・利用者",
            label="利用申込",
            url_name="admin:applications_application_changelist",
            permission="applications.view_application",
            count=lambda: Application.objects.open(),
        )
    )
    nav.register(
        nav.Entry(group="申込・利用者", label="審査一覧", url_name="applications:grid", permission=f"desk.{JUDGE}")
    )
    nav.register(
        nav.Entry(
            group="申込・利用者",
            label="申込の取込み",
            url_name="admin:applications_intake_changelist",
            permission="applications.view_intake",
            count=rejected_home.waiting,
            order=90,
        )
    )
    nav.register(
        nav.Entry(
            group="申込・利用者",
            label="取消しの金銭の扱い",
            url_name="admin:applications_settlement_changelist",
            permission="applications.view_settlement",
            count=lambda: Settlement.objects.filter(state="open"),
            order=95,
        )
    )
