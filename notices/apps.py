"""Letters, to one or to many (Art. 4)."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Kinds, rendering, the outbox, e-mail, post, returns."""

    name = "notices"
    label = "notices"
    verbose_name = "通知"

    def ready(self) -> None:
        """Freeze letters; register verbs, handlers, facts, home sections, and how stories drive the outbox."""
        from config.desk import after, facts, handlers, kinds_index, report, schedules, triggers, verbpage
        from notices import cards, engine, health, home, objections, outcomes, stories, tasks, under_clause, verbs
        from notices.alarms import register_all as watch
        from notices.certified import register as certified
        from notices.envelopes import fees
        from notices.evidence import register as evidence
        from notices.mail import register_all as take_in_mail_events
        from notices.posting import start as posting
        from notices.rendering.content import CannotRender
        from notices.returns import home as returns_home
        from notices.returns import register as returned_register
        from notices.wording import fixed
        from notices.wording import screens as wording_screens
        from notices.wording import verbs as wording_verbs

        triggers.append_only("notices.LetterContent")
        triggers.house_rule(fixed.wording)
        triggers.house_rule(fixed.stock)
        verbs.register_all()
        wording_verbs.register_all()
        wording_screens.register_all()
        fees.register_all()
        returned_register.register_all()
        returns_home.register_all()
        objections.register_all()
        home.register_all()
        under_clause.register_all()
        health.register_all()
        take_in_mail_events()
        watch()
        stories.register_all()
        handlers.engine("notices", outcomes.handle)
        facts.provide(engine.resolve, engine.dump)
        kinds_index.register(
            kinds_index.Engine(name="通知", kinds=engine.kinds, known=engine.known_keys, used=engine.used_keys)
        )
        report.letters(stories.letters)
        after.nudge(tasks.nudge)
        schedules.register(schedules.Repeated("発送", "notices.tasks.run_pump", 1))
        verbpage.cannot_show(CannotRender)
        after.tells(cards.what_follows)
        evidence.register_all()
        certified.register_all()
        posting.register_all()
