"""Rows that could not be taken in, on the home page and in the sidebar: each may be an applicant who waits (6(1))."""

from django.db.models import QuerySet

from config.desk import clock, home
from config.desk.chips import state_chip
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.pages import url_of, verb_url
from config.desk.registry import verb
from contracts.applications.models import RejectedRow

MEND = "applications.mend_row"
NAME, SHOWN = "法人名・氏名", 60  # characters of the reason


def waiting() -> QuerySet[RejectedRow]:
    """Neither mended nor given up, the oldest file first."""
    return RejectedRow.objects.filter(state=RejectedRow.State.WAITING).order_by("intake", "row")


def _to_mend(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    if asked.leaves_out(MEND):
        return 0, []
    rows = waiting()
    return rows, [_row(one, asked) for one in rows.select_related("intake__by")[: asked.limit]]


def _row(one: RejectedRow, asked: Asked) -> HomeRow:
    may = asked.holds(MEND)
    reason = one.reason if len(one.reason) <= SHOWN else f"{one.reason[:SHOWN]}…"
    return HomeRow(
        chip=state_chip("failed", "取り込めず"), title="取り込めなかった行があります", sub=f"{one.intake} {one.row}行目　{reason}",
        customer=str(one.original.get(NAME, ""))[:SHOWN].strip(), clause="6(1)", owner=str(one.intake.by),
        next_label=verb(MEND).label if may else "行を開く", next_url=verb_url(MEND, one) if may else url_of(one),
        day=clock.jst_day(one.intake.at),
    )  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    home.source("today", _to_mend)
