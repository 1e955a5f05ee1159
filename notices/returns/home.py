"""The task to check an address, on the home page until somebody recorded what was found; and the ways to the scan pages."""

from datetime import timedelta

from config.desk import home, nav
from config.desk.chips import deadline_chip
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.pages import url_of, verb_url
from config.desk.registry import verb
from notices.engine import label
from notices.returns.models import ReturnedLetter
from notices.returns.register import CHECK


def _to_check(first: int | None, last: int) -> home.Source:
    def fill(asked: Asked) -> tuple[Counted, list[HomeRow]]:
        if asked.leaves_out(CHECK):
            return 0, []
        rows = ReturnedLetter.objects.filter(state="open", check_until__lte=asked.today + timedelta(days=last))
        if first is not None:
            rows = rows.filter(check_until__gte=asked.today + timedelta(days=first))
        shown = rows.select_related("delivery__notice", "customer", "owner").order_by("check_until", "pk")
        return rows, [_row(row, asked) for row in shown[: asked.limit]]

    return fill


def _row(row: ReturnedLetter, asked: Asked) -> HomeRow:
    may = asked.holds(CHECK)
    title = (
        "受取拒絶で戻りました。扱いと住所を確かめてください"
        if row.was_refused
        else "返戻がありました。住所を確かめてください"
    )
    return HomeRow(
        chip=deadline_chip(row.check_until, asked.today), title=title,
        sub=f"返戻 {row.number}　通知 {row.notice}　{label(row.notice.kind)}　{row.get_ground_display()}",
        customer=str(row.customer), customer_url=url_of(row.customer), clause="4(1)(2)", owner=str(row.owner),
        next_label=verb(CHECK).label if may else "内容を開く", next_url=verb_url(CHECK, row) if may else url_of(row), day=row.check_until,
    )  # fmt: skip


def register_all() -> None:
    """Called once, when the engine starts."""
    home.source("overdue", _to_check(None, -1))
    home.source("today", _to_check(0, 0))
    home.source("week", _to_check(1, 7))
    home.way("追跡番号の読取り", "notices:tracking", "notices.record_tracking")
    home.way("返戻の受付", "notices:returned", "notices.record_return")
    nav.register(nav.Entry(
        group="通知", label="返戻台帳", url_name="admin:notices_returnedletter_changelist", permission="notices.view_returnedletter",
        count=lambda: ReturnedLetter.objects.filter(state="open"), order=52,
    ))  # fmt: skip
    nav.register(nav.Entry(
        group="通知", label="郵便料金", url_name="admin:notices_postagefee_changelist", permission="notices.view_postagefee", order=54,
    ))  # fmt: skip
