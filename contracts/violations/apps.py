"""Violations: cases, cure, termination (Arts. 17(1), 23(1))."""

from django.apps import AppConfig


class ViolationsConfig(AppConfig):
    """違反案件."""

    name = "contracts.violations"
    label = "violations"
    verbose_name = "規約違反"

    def ready(self) -> None:
        """Register kinds, verbs and the line of the sidebar."""
        from config.desk import after, triggers
        from contracts.violations import kinds, screens, under_clause, verbs

        triggers.append_only("violations.UncuredCheck")
        kinds.register_all()
        verbs.register_all()
        screens.register_all()
        under_clause.register_all()
        after.tells(screens.held_again)
