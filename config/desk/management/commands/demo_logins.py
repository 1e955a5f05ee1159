"""`manage.py demo_logins`: how to log in to the demo, a line for each role."""

from typing import Any

from django.core.management.base import BaseCommand

from config.desk import demo


class Command(BaseCommand):
    """Print role, name, e-mail and password of the demo's staff; nothing where the demo was not loaded."""

    help = "見本の担当者のログイン情報を表示します。"

    def handle(self, **options: Any) -> None:
        """Print the table."""
        rows = demo.logins()
        self.stdout.write(
            demo.table(rows) if rows else "見本の担当者はいません。管理の担当者は、createsuperuser で作れます。"
        )
