"""`manage.py clauses_doc [--check]`: write docs/clauses.md from the registries, or say whether it is stale."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.desk import clauses_doc


class Command(BaseCommand):
    """Generated, so that it cannot differ from the code for long."""

    help = "条項・手続・種類の一覧（docs/clauses.md）を作ります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to write or to look."""
        parser.add_argument("--check", action="store_true", help="古くなっていれば、終了コード1で終わります。")

    def handle(self, *, check: bool, **options: Any) -> None:
        """Exit 1 where `--check` finds it stale."""
        if not check:
            clauses_doc.write()
        elif clauses_doc.is_stale():
            self.stderr.write("docs/clauses.md が古くなっています。manage.py clauses_doc で作り直してください。")
            sys.exit(1)
