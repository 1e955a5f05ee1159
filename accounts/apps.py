"""People: staff and customers."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff with roles, customers, prior records."""

    name = "accounts"
    label = "accounts"
    verbose_name = "利用者と担当者"

    def ready(self) -> None:
        """Register the verbs, the sidebar, the search, the customer card."""
        from accounts import screens, verbs

        verbs.register_all()
        screens.register_all()
