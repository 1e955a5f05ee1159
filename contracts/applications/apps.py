"""Applications: screening, acceptance, refusal (Art. 6)."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """利用申込."""

    name = "contracts.applications"
    label = "applications"
    verbose_name = "利用申込"

    def ready(self) -> None:
        """Register kinds and verbs."""
        from contracts.applications import kinds, verbs

        kinds.register_all()
        verbs.register_all()
