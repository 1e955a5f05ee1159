"""`manage.py pump [--json]`: number, finish and send what is due, once; any number may run side by side."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from notices.pump import pump


class Command(BaseCommand):
    """Work the outbox until nothing is due. Killed anywhere, nothing is sent twice."""

    help = "発送待ちの通知を、採番・作成・送信します（何度実行しても、二重には送りません）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to report."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_json: bool, **options: Any) -> None:
        """Exit 0, whatever was found: what failed stands on its row for a person."""
        done = asdict(pump())
        if as_json:
            self.stdout.write(json.dumps(done))
            return
        self.stdout.write(
            f"採番 {done['numbered']}件、作成 {done['finished']}件、送信 {done['sent']}件、後処理 {done['handled']}件"
        )
