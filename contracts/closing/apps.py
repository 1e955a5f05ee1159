"""Every way out (Arts. 22, 23(2)–(4))."""

from django.apps import AppConfig


class ClosingConfig(AppConfig):
    """The end of a contract and what must follow it."""

    name = "contracts.closing"
    label = "closing"
    verbose_name = "利用終了"

    def ready(self) -> None:
        """Register the screens."""
        from contracts.closing import screens, under_clause

        screens.register_all()
        under_clause.register_all()
