"""In a story the sweep runs at 00:05 of each day, and where the story says so."""

from config.desk import play
from contracts.deadlines.sweep import sweep


def register_all() -> None:
    """Called once, when the engine starts."""
    play.world("sweep", lambda at, row: sweep(at))
    play.daily(0, 5, "sweep")
