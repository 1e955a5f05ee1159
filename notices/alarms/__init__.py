"""Letters that stand in a state for longer than the house allows, and the last post of the day."""


def register_all() -> None:
    """Called once, when the engine starts."""
    from config.desk import alarms, doctor, nav
    from notices.alarms import standing

    alarms.source("letters", standing.alarms_at)
    doctor.check("発送", standing.finding)
    nav.register(nav.Entry(
        group="通知", label="止まっている通知", url_name="notices:alarms", permission="notices.view_notice", count=standing.stuck_now, alert=True, order=70,
    ))  # fmt: skip
