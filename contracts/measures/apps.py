"""措置: what the company may do to a contract in the middle of its life (Arts. 9(4), 17 to 20)."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Measures create and lift blocks."""

    name = "contracts.measures"
    label = "measures"
    verbose_name = "規約違反"

    def ready(self) -> None:
        """Register kinds, verbs, facts and the line of the sidebar."""
        from config.desk import facts
        from contracts.measures import gateway, kinds, screens, under_clause, verbs, workflow

        gateway.product()  # a name that leads nowhere stops the start, not the first suspension
        kinds.register_all()
        verbs.register_all()
        screens.register_all()
        under_clause.register_all()
        facts.provide(workflow.measure_of_decision, lambda row: {})
