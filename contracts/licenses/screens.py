"""What this room adds to the desk: its line of the sidebar, the numbers of contracts, its part of the customer card."""

from typing import Any

from config.desk import clock, customer_cards, customer_strip, nav, search
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday_year
from config.desk.pages import fact, url_of
from contracts.licenses import credential_screens
from contracts.licenses.models import Block, Subscription


def chip(subscription: Subscription) -> Chip:
    """Where the contract stands; without a day of formation it has not formed (6(3))."""
    if subscription.state == Subscription.State.FORMED and subscription.formed_on is None:
        return state_chip("waiting", "承諾の到達待ち")
    return {
        "formed": state_chip("draft", "成立"),
        "active": state_chip("running", "利用中"),
        "ended": state_chip("closed", "終了"),
    }[subscription.state]


def contracts_card(customer: Any) -> dict[str, Any]:
    """利用契約 on the customer card."""
    rows = (
        Subscription.objects.filter(customer__in=customer_cards.family(customer))
        .prefetch_related("licenses")
        .order_by("-pk")
    )
    columns = ["契約", "状態", "利用開始", "契約期間の末日", "ライセンス"]
    return customer_cards.rows_card("利用契約", columns, rows, _cells, customer, empty="利用契約はありません。")


def _cells(subscription: Subscription) -> list[Any]:
    number = {
        "text": subscription.number,
        "url": url_of(subscription),
        "strong": True,
        "sub": subscription.get_plan_display(),
    }
    start = jday_year(subscription.starts_at) if subscription.starts_at else "—"
    last = jday_year(subscription.term_last_day) if subscription.term_last_day else "—"
    return [number, {"chip": chip(subscription), "text": ""}, start, last, f"{held(subscription):,}"]


def in_short(customer: Any) -> dict[str, Any]:
    """契約 in the strip: the newest living one, and whether it may be used now; else the last that ended."""
    rows = Subscription.objects.filter(customer__in=customer_cards.family(customer)).order_by("-pk")
    living = list(rows.living()[:2])
    shown = living[0] if living else rows.first()
    if shown is None:
        return fact("契約", "契約はありません")
    more = "　ほかにもあります" if len(living) > 1 else ""
    return fact("契約", shown.number, url=url_of(shown), chip=chip(shown), sub=f"{_use(shown)}{more}")


def _use(subscription: Subscription) -> str:
    """Whether it may be used at this moment, and to when it runs."""
    if subscription.ended_on:
        return f"{jday_year(subscription.ended_on)} 終了"
    if subscription.starts_at is None:
        return "利用開始の前"
    blocked = Block.objects.in_the_way(subscription, clock.now()).exists()
    last = f"{jday_year(subscription.term_last_day)}まで" if subscription.term_last_day else ""
    return f"利用停止中　{last}" if blocked else f"利用できる　{last}"


def held(subscription: Subscription) -> int:
    """Licenses held now, of rows whose licenses were fetched already."""
    rows = sorted(subscription.licenses.all(), key=lambda row: row.pk)
    return rows[-1].count if rows else 0


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("S", Subscription)
    customer_cards.register(10, contracts_card)
    customer_strip.register(10, in_short)
    credential_screens.register_all()
    nav.register(
        nav.Entry(
            group="契約",
            label="利用契約",
            url_name="admin:licenses_subscription_changelist",
            permission="licenses.view_subscription",
        )
    )
