"""What a story starts with: version 2025-04-01 in force on every played day, and the readings that its head names."""

from datetime import date

from config.desk import demo, play
from contracts.terms.models import Readings, TermsVersion
from contracts.terms.workflow import create_version

STORY_VERSION = "2025-04-01"


def begin() -> None:
    """Runs inside the story's first step."""
    create_version(number=STORY_VERSION, effective_from=date(2000, 1, 1))


def begin_demo() -> None:
    """The demo's version applies from its own day; its text is the operator's to import (`import_terms`)."""
    if not TermsVersion.objects.filter(number=STORY_VERSION).exists():
        create_version(number=STORY_VERSION, effective_from=date.fromisoformat(STORY_VERSION))


def _reading(field: str) -> play.Setter:
    def set_reading(value: str) -> None:
        readings = Readings.objects.get(version__number=STORY_VERSION)
        if value not in dict(Readings.choices_of(field)):
            raise ValueError(value)
        setattr(readings, field, value)
        readings.save()

    return set_reading


def register_all() -> None:
    """Called once, when the room starts."""
    play.on_begin(begin)
    demo.on_load(begin_demo)
    play.setting("rollover", _reading("rollover"))
    play.setting("named_day", _reading("named_day"))
