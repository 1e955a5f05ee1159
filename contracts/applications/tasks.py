"""django-q tasks of the intake: they only nudge; the tables are the queue, so a task may run twice, late or never."""

from datetime import timedelta

from django.conf import settings

from config.desk import clock
from config.desk.refusal import Refused
from contracts.applications import batches, drop_folder
from contracts.applications.models import Intake

STALLED = timedelta(minutes=2)  # without progress: whoever was at work is gone
AT_ONCE = 500  # rows in one task: the same worker sends the letters


def run_intake() -> None:
    """What was broken off goes on; then what lies in the folder."""
    stalled = Intake.objects.filter(state=Intake.State.RUNNING, progressed_at__lt=clock.now() - STALLED)
    for pk in stalled.order_by("pk").values_list("pk", flat=True):
        take_rows(pk, again=False)
    if settings.KIYAKU_INTAKE_FOLDER:
        drop_folder.take_all(settings.KIYAKU_INTAKE_FOLDER, at=clock.now())


def take_rows(pk: int, again: bool = True) -> None:
    """The next rows of one file, as whoever began it; then the task puts itself behind what else waits."""
    intake = Intake.objects.filter(pk=pk, state=Intake.State.RUNNING).select_related("by").first()
    if intake is None:
        return
    try:
        batches.go_on(intake, by=intake.by, at=clock.now(), most=AT_ONCE)
    except Refused:
        return  # its page says that it stands still, and why
    if again and intake.state == Intake.State.RUNNING:
        nudge(pk)


def nudge(pk: int) -> None:
    """Tell the worker that rows wait."""
    from django_q.tasks import async_task

    async_task("contracts.applications.tasks.take_rows", pk, timeout=120)
