"""What a story starts with: version 2025-04-01 in force on every played day, and the readings that its head names."""

from datetime import date

from config.desk import play
from contracts.terms.models import Readings
from contracts.terms.workflow import create_version

STORY_VERSION = "2025-04-01"


def begin() -> None:
    """Runs inside the story's first step."""
    create_version(number=STORY_VERSION, effective_from=date(2000, 1, 1))


def _reading(field: str) -> play.Setter:
    def set_reading(value: str) -> None:
        readings = Readings.objects.get(version__number=STORY_VERSION)
        if value not in dict(Readings._meta.get_field(field).choices or ()):
            raise ValueError(value)
        setattr(readings, field, value)
        readings.save()

    return set_reading


def register_all() -> None:
    """Called once, when the room starts."""
    play.on_begin(begin)
    play.setting("rollover", _reading("rollover"))
    play.setting("named_day", _reading("named_day"))
