"""What the desk and the engines learn of print runs when the application starts."""

from config.desk import after, triggers
from notices import engine, pump
from notices.posting import correction_verbs, evidence, held, home, machine, recording, verbs, workflow

AT_ONCE = 50  # letters recorded while the page waits; the worker does the rest


def register_all() -> None:
    """Called once, when the engine starts."""
    verbs.register_all()
    correction_verbs.register_all()
    home.register_all()
    evidence.register_all()
    triggers.house_rule(held.registers)
    pump.also.append(machine.work)
    engine.listeners.append(recording.follow)
    after.nudge(_post_some)
    after.tells(workflow.opened_words)


def _post_some() -> None:
    """The page that comes next shows what was posted."""
    recording.post_waiting(AT_ONCE)
