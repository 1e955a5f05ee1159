"""django-q tasks: they only nudge the pump; the outbox table is the queue, so a task may run twice or be lost."""

from config.desk import clock, heartbeat
from notices.pump import pump


def run_pump() -> None:
    """Pump, and leave a mark that the worker is alive."""
    heartbeat.beat("pump", clock.now())
    pump()


def nudge() -> None:
    """Tell the worker that there may be work; rolled back with its transaction by the ORM broker."""
    from django_q.tasks import async_task

    async_task("notices.tasks.run_pump", timeout=120)
