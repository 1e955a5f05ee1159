"""Applications: screening, acceptance, refusal (Art. 6)."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """利用申込."""

    name = "contracts.applications"
    label = "applications"
    verbose_name = "申込・利用者"

    def ready(self) -> None:
        """Register kinds, verbs and screens."""
        from contracts.applications import kinds, screens, stories, verbs

        kinds.register_all()
        verbs.register_all()
        screens.register_all()
        stories.register_all()
