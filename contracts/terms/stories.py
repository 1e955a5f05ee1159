"""What a story starts with: version 2025-04-01 in force on every played day, and the readings that its head names."""

from datetime import date
from functools import partial

from config.desk import clock, demo, play
from config.desk.step import system_user
from contracts.terms.models import DatedValue, TermsVersion
from contracts.terms.values import find
from contracts.terms.workflow import create_version

STORY_VERSION = "2025-04-01"


def begin() -> None:
    """Runs inside the story's first step."""
    create_version(number=STORY_VERSION, effective_from=date(2000, 1, 1))


def begin_demo() -> None:
    """The demo's version applies from its own day; its text is the operator's to import (`import_terms`)."""
    if not TermsVersion.objects.filter(number=STORY_VERSION).exists():
        create_version(number=STORY_VERSION, effective_from=date.fromisoformat(STORY_VERSION))


def read_as(key: str, value: str) -> None:
    """The story's version is read so from its first day on. ValueError for what is no choice."""
    find(key).parse(value)
    version = TermsVersion.objects.get(number=STORY_VERSION)
    DatedValue.objects.create(
        version=version,
        key=key,
        value=value,
        in_force_from=version.effective_from,
        set_at=clock.now(),
        set_by=system_user(),
    )


def register_all() -> None:
    """Called once, when the room starts."""
    play.on_begin(begin)
    demo.on_load(begin_demo)
    play.setting("rollover", partial(read_as, "rollover"))
    play.setting("named_day", partial(read_as, "named_day"))
