"""People: staff and customers."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff with roles, customers, prior records."""

    name = "accounts"
    label = "accounts"
    verbose_name = "利用者と担当者"

    def ready(self) -> None:
        """Register the verbs, the sidebar, the search, the customer card, who stands in for whom."""
        from accounts import deputies, deputy_rules, deputy_verbs, held, screens, verbs
        from config.desk import standins, triggers

        verbs.register_all()
        screens.register_all()
        deputy_verbs.register_all()
        standins.register(deputies.stand_ins, deputies.why_no_more)
        triggers.house_rule(deputy_rules.deputy_triggers)
        triggers.house_rule(held.registers)
