"""Print runs on the home page, in the sidebar and under their numbers."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q

from config.desk import home, nav, search, side_cards
from config.desk.chips import deadline_chip
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.pages import url_of
from notices.models import Notice
from notices.posting.admin import posting_card
from notices.posting.models import PrintRun, PrintRunLetter, RecordCorrection

POSTING_CLOSES = "17:00"
TITLES = {
    "open": "印刷の一覧を確定してください", "freezing": "印刷の一覧を確定しています", "frozen": "印刷用のPDFを作っています",
    "printed": "印刷した通知を差し出し、記録してください",
}  # fmt: skip


def _runs(first: int | None, last: int) -> home.Source:
    """Runs whose earliest letter was planned for these days."""

    def fill(asked: Asked) -> tuple[Counted, list[HomeRow]]:
        if asked.leaves_out("notices.mark_run_posted"):
            return 0, []
        planned = "letters__delivery__notice__planned_dispatch_on"
        left = Q(letters__state__in=["in", "posting"])
        rows = PrintRun.objects.unfinished().annotate(day=Min(planned, filter=left), left=Count("letters", filter=left))
        rows = rows.filter(day__lte=asked.today + timedelta(days=last))
        if first is not None:
            rows = rows.filter(day__gte=asked.today + timedelta(days=first))
        return rows, [_row(run, asked) for run in rows.select_related("made_by").order_by("pk")[: asked.limit]]

    return fill


def _row(run: Any, asked: Asked) -> HomeRow:
    title = "印刷用のPDFを作れませんでした" if run.failure else TITLES[run.state]
    return HomeRow(
        chip=deadline_chip(run.day, asked.today, time=POSTING_CLOSES), title=title, sub=f"印刷 {run.number}　{run.left}通", clause="4(1)(2)",
        owner=str(run.made_by), next_label="印刷を開く", next_url=url_of(run), day=run.day,
    )  # fmt: skip


def _of_letter(row: Any) -> list[Any]:
    """A letter's places in runs, and its mends, belong to its timeline."""
    if not isinstance(row, Notice):
        return []
    places = PrintRunLetter.objects.filter(delivery__notice=row)
    return [*places, *RecordCorrection.objects.filter(delivery__notice=row)]


def register_all() -> None:
    """Called once, when the engine starts."""
    home.source("overdue", _runs(None, -1))
    home.source("today", _runs(0, 0))
    home.source("week", _runs(1, 7))
    search.numbers("P", PrintRun)
    side_cards.hangs_on(_of_letter)
    side_cards.register(40, lambda row: posting_card(row) if isinstance(row, Notice) else None)
    nav.register(nav.Entry(
        group="通知", label="印刷と差出し", url_name="admin:notices_printrun_changelist", permission="notices.view_printrun",
        count=PrintRun.objects.unfinished, order=51,
    ))  # fmt: skip
