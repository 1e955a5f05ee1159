"""What evidence adds to the desk."""

from config.desk import doctor, schedules, triggers
from notices.evidence import health, histories, home, sealing, verify


def register_all() -> None:
    """Called once, when the engine starts."""
    triggers.append_only("notices.Seal")
    triggers.append_only("notices.Verification")
    sealing.register_all()
    verify.register_all()
    histories.register_all()
    doctor.check("書面の確認", health.last_check)
    schedules.register(schedules.Repeated("封印", "notices.evidence.tasks.seal", 1))
    schedules.register(schedules.Repeated("書面の確認", "notices.evidence.tasks.verify", 24 * 60))
    home.register_all()
