"""Applications: screening, acceptance, refusal (Art. 6)."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """利用申込."""

    name = "contracts.applications"
    label = "applications"
    verbose_name = "申込・利用者"

    def ready(self) -> None:
        """Register kinds, verbs and screens."""
        from config.desk import schedules, triggers
        from contracts.applications import health, held, kinds, screens, stories, under_clause, verbs

        triggers.house_rule(held.registers)
        kinds.register_all()
        verbs.register_all()
        screens.register_all()
        under_clause.register_all()
        health.register_all()
        schedules.register(schedules.Repeated("申込の取込み", "contracts.applications.tasks.run_intake", 1))
        stories.register_all()
