"""Letters by e-mail: the message from the frozen letter, how a sending fails, and what mail services tell afterwards."""


def register_all() -> None:
    """Called once, when the engine starts."""
    from anymail.signals import tracking

    from config.desk import doctor, handlers, nav, triggers
    from notices.engine import listeners
    from notices.mail import events, health

    triggers.append_only("notices.MailEvent")
    handlers.engine(events.ENGINE, events.handle)
    listeners.append(events.follow)
    tracking.connect(events.receive, dispatch_uid="kiyaku.mail_event")
    doctor.check("メールの配達記録", health.webhooks, needs_database=False)
    nav.register(nav.Entry(
        group="通知", label="メールの配達記録", url_name="admin:notices_mailevent_changelist", permission="notices.view_mailevent", order=80,
    ))  # fmt: skip
