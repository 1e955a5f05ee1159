"""Contracts, licenses, credentials, blocks (Arts. 6(3), 7–11, 22)."""

from django.apps import AppConfig


class LicensesConfig(AppConfig):
    """What the customer holds, and whether it may be used."""

    name = "contracts.licenses"
    label = "licenses"
    verbose_name = "契約"

    def ready(self) -> None:
        """Register kinds, verbs and screens."""
        from config.desk import triggers
        from contracts.licenses import change_screens, change_verbs, held, kinds, screens, under_clause, verbs

        triggers.house_rule(held.registers)
        kinds.register_all()
        verbs.register_all()
        screens.register_all()
        under_clause.register_all()
        change_verbs.register_all()
        change_screens.register_all()
