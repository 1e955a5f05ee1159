"""What this room adds to the desk: its line of the sidebar, and the numbers that the search knows."""

from typing import Any

from config.desk import customer_cards, customer_strip, nav, search, side_cards
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday_year
from config.desk.pages import fact, url_of
from contracts.decisions.models import Decision
from contracts.incoming.models import Incoming
from contracts.violations.models import Violation

TONES = {
    "open": "draft",
    "confirmed": "running",
    "correction_ordered": "running",
    "curing": "running",
    "cured": "done",
    "terminating": "running",
    "terminated": "closed",
    "dismissed": "withdrawn",
}


def chip(case: Violation) -> Chip:
    """Where the case stands."""
    tone: Any = TONES[case.state]
    return state_chip(tone, case.get_state_display())


def of_customer(customer: Any) -> dict[str, Any]:
    """違反案件 on the customer card."""
    rows = (
        Violation.objects.filter(customer__in=customer_cards.family(customer))
        .select_related("subscription")
        .order_by("-pk")
    )
    return customer_cards.rows_card(
        "違反案件", ["案件", "状態", "契約", "認知"], rows, _cells, customer, empty="違反案件はありません。"
    )


def in_short(customer: Any) -> dict[str, Any] | None:
    """違反案件 in the strip, while one is open: whoever answers must not speak as if nothing were."""
    rows = Violation.objects.open().filter(customer__in=customer_cards.family(customer)).order_by("-pk")
    shown = list(rows[:2])
    if not shown:
        return None
    more = "　ほかにもあります" if len(shown) > 1 else ""
    return fact("違反案件", shown[0].number, url=url_of(shown[0]), chip=chip(shown[0]), sub=f"{shown[0].title}{more}")


def _cells(case: Violation) -> list[Any]:
    number = {"text": case.number, "url": url_of(case), "strong": True, "sub": case.title}
    contract = {"text": case.subscription.number, "url": url_of(case.subscription)}
    return [number, {"chip": chip(case), "text": ""}, contract, jday_year(case.opened_at)]


def held_again(row: Any) -> str:
    """After a verb on a case: an approved termination that was held waits to be approved once more (Civil Code 541)."""
    if not isinstance(row, Violation):
        return ""
    held = Decision.objects.about(row).filter(state="proposed").exclude(closed_reason="").first()
    return f"終了の通知は止まり、決裁（{held.number}）がもう一度の承認を待っています。" if held else ""


def begins(row: Any) -> dict[str, str] | None:
    """A case may begin from a line of the incoming register that belongs to no case yet."""
    fresh = isinstance(row, Incoming) and not isinstance(row.subject, Violation)
    return {"incoming": row.number} if fresh else None


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("V", Violation)
    customer_cards.register(30, of_customer)
    customer_strip.register(15, in_short)
    customer_cards.act("violations.open", "customer")
    side_cards.act("violations.open", begins)
    nav.register(
        nav.Entry(
            group="規約違反",
            label="違反案件",
            url_name="admin:violations_violation_changelist",
            permission="violations.view_violation",
            count=lambda: Violation.objects.open(),
        )
    )
    nav.register(
        nav.Entry(
            group="規約違反",
            label="違反の概況",
            url_name="violations:overview",
            permission="violations.view_violation",
            order=70,
        )
    )
