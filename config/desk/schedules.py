"""What the worker does every few minutes. The tasks only nudge; the tables are the queue."""

from dataclasses import dataclass
from typing import Any

from config.desk.triggers import is_last_app


@dataclass(frozen=True)
class Repeated:
    """A function by its dotted name, and how often in minutes."""

    name: str
    function: str
    minutes: int


_repeated: list[Repeated] = []


def register(repeated: Repeated) -> None:
    """An engine names what must be done again and again."""
    _repeated.append(repeated)


def sync(sender: Any, **kwargs: Any) -> None:
    """After migrate: the schedule table equals what is registered."""
    from django_q.models import Schedule

    if not is_last_app(sender):
        return
    for one in _repeated:
        values = {"func": one.function, "schedule_type": Schedule.MINUTES, "minutes": one.minutes, "repeats": -1}
        Schedule.objects.update_or_create(name=one.name, defaults=values)
