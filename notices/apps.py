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
        from notices.rendering.content import CannotRender
        from notices.wording import fixed
        from notices.wording import screens as wording_screens
        from notices.wording import verbs as wording_verbs

        triggers.append_only("notices.LetterContent")
        triggers.house_rule(fixed.wording)
        triggers.house_rule(fixed.stock)
        verbs.register_all()
        wording_verbs.register_all()
        wording_screens.register_all()
        objections.register_all()
        home.register_all()
        under_clause.register_all()
        health.register_all()
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
