"""The project itself as an app: it holds the house rules, which know every room."""

from django.apps import AppConfig
from django.core import checks


class ProjectConfig(AppConfig):
    """Registers the house rules."""

    name = "config"
    label = "project"
    verbose_name = "規約"

    def ready(self) -> None:
        """System checks over all rooms."""
        from config.checks import check_house

        checks.register(check_house)
