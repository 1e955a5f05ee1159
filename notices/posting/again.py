"""Before a PDF is made, for the first time or anew: what must not leave any more falls out of the run, saying why.

It does not come back into this run, whose order is fixed: a letter that took its place waits for the next one.
"""

from config.desk import clock
from config.desk.locking import locked, locked_aggregate
from config.desk.step import step
from notices import printing, pump
from notices.models import Delivery
from notices.posting import workflow
from notices.posting.models import PrintRun, PrintRunLetter

CHECK = "notices.make_print_run"
NEXT_RUN = "新しい通知は、次の印刷に入れてください。"
In = PrintRunLetter.State


def look_once_more(run: PrintRun) -> None:
    """Every letter that is still to go: cancelled, stale, readdressed, or with a secret that cannot be set, it falls out."""
    for letter in list(run.letters.filter(state=In.IN).select_related("run__frozen_by", "delivery__notice").in_order()):
        _look(letter, printing.secret_why_not(letter.notice))


def _look(letter: PrintRunLetter, unset: str) -> None:
    with step(CHECK, by=letter.run.frozen_by, at=clock.now()):
        delivery = locked_aggregate(letter.delivery)
        fresh = locked(PrintRunLetter, letter.pk)
        if fresh.state != In.IN:
            return
        if delivery.state != Delivery.State.QUEUED:
            workflow.leave(fresh, workflow.why_off(delivery))
        elif fresh.checked_at is None and pump.falls_away(delivery.notice):
            off = Delivery.objects.select_related("notice").get(pk=delivery.pk)
            workflow.leave(fresh, f"{workflow.why_off(off)}{NEXT_RUN if '作り直しました' in off.failure else ''}")
        elif unset:
            workflow.leave(fresh, unset)
        elif fresh.checked_at is None:
            fresh.checked_at = clock.now()
            fresh.save()
