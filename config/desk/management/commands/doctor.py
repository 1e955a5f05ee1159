"""`manage.py doctor`: a line a check; exit 1 where something is missing or stands still."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.desk import doctor

MARKS = {True: "✓", False: "✕", None: "−"}


class Command(BaseCommand):
    """Ask this place what it lacks."""

    help = "足りないもの、止まっているものを示します。"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        """Print ✓, ✕ and − (worth knowing)."""
        answers = list(doctor.examine())
        for answer in answers:
            self.stdout.write(f"{MARKS[answer.finding.ok]} {answer.name}　{answer.finding.text}")
        if any(answer.finding.ok is False for answer in answers):
            sys.exit(1)
