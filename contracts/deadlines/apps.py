"""期限: the clocks, which listen to deliveries."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """The engine of deadlines."""

    name = "contracts.deadlines"
    label = "deadlines"
    verbose_name = "期限"

    def ready(self) -> None:
        """Listen to deliveries; register facts, home sections and the sweep of stories."""
        from config.desk import facts, kinds_index, schedules
        from contracts.deadlines import engine, home, objections, reminders, stories, workflow
        from notices.engine import listeners

        listeners.append(workflow.follow_delivery)
        home.register_all()
        objections.register_all()
        stories.register_all()
        reminders.register_all()
        facts.provide(engine.resolve, engine.dump)
        kinds_index.register(
            kinds_index.Engine(name="期限", kinds=engine.kinds, known=engine.known_keys, used=engine.used_keys)
        )
        schedules.register(schedules.Repeated("期限の確認", "contracts.deadlines.tasks.run_sweep", 5))
