"""What 内容証明 adds to the desk."""

from config.desk import after, schedules, triggers
from notices.certified import evidence, tasks, verbs


def register_all() -> None:
    """Called once, when the engine starts."""
    triggers.append_only("notices.CertifiedCopy")
    evidence.register_all()
    verbs.register_all()
    after.nudge(tasks.nudge)
    schedules.register(schedules.Repeated("内容証明の作成", "notices.certified.tasks.make", 1))
