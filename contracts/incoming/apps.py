"""受信簿: what came in, kept as proof."""

from django.apps import AppConfig


class IncomingConfig(AppConfig):
    """The incoming register, call notes, files by their hash."""

    name = "contracts.incoming"
    label = "incoming"
    verbose_name = "申込・利用者"

    def ready(self) -> None:
        """Freeze files; register verbs, cards, the sidebar, the search and the check of the files."""
        from config.desk import triggers
        from contracts.incoming import health, screens, verbs

        triggers.append_only("incoming.StoredFile")
        verbs.register_all()
        screens.register_all()
        health.register_all()
