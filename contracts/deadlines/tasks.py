"""The django-q task of the sweep; it may run twice, or late: the sweep catches up and does nothing twice."""

from config.desk import clock, heartbeat
from contracts.deadlines.sweep import sweep


def run_sweep() -> None:
    """Sweep now, and leave a mark."""
    heartbeat.beat("sweep", clock.now())
    sweep(clock.now())
