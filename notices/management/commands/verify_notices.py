"""`manage.py verify_notices [--json]`: re-hash everything frozen, and name every difference by its letter's number."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from notices.evidence.verify import Report, verify_and_keep


class Command(BaseCommand):
    """Exit 0: all as it was frozen; 1: differences, each on a line."""

    help = "確定した書面・封印・通知番号を、すべて確かめ、違いがあれば番号ごとに示します（あれば終了コード1）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to report."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_json: bool, **options: Any) -> None:
        """The outcome is kept too, for `manage.py doctor`."""
        report = verify_and_keep()
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) if as_json else _told(report))
        if report.differences:
            raise SystemExit(1)


def _told(report: Report) -> str:
    lines = [f"{d.number or '—'}　{d.text}" for d in report.differences]
    seal = f"最後の封印は {report.head}番 {report.head_digest}" if report.head else "封印はまだありません"
    waiting = f"、封印を待つもの {report.unsealed}件" if report.unsealed else ""
    return "\n".join(
        [*lines, f"書面 {report.letters}通を確かめました。相違 {len(report.differences)}件。{seal}{waiting}。"]
    )
