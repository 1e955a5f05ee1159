"""The terms as data (Arts. 1 to 28 and the beta part)."""

from django.apps import AppConfig


class TermsConfig(AppConfig):
    """Versions, clauses, dated values and readings, individual terms."""

    name = "contracts.terms"
    label = "terms"
    verbose_name = "規約"

    def ready(self) -> None:
        """Freeze clauses and dated values; give stories their version, pages their clause text, the sidebar its line."""
        from config.desk import triggers
        from contracts.terms import annotations, health, individual, screens, stories, verbs

        triggers.append_only("terms.Clause")
        triggers.append_only("terms.DatedValue")
        triggers.house_rule(individual.fixed)
        triggers.house_rule(annotations.fixed)
        triggers.house_rule(lambda vendor: triggers.undeletable(vendor, "terms_annotation", annotations.FIXED))
        stories.register_all()
        screens.register_all()
        health.register_all()
        verbs.register_all()
