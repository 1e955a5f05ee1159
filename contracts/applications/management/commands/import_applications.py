"""`manage.py import_applications FILE [--encoding auto] [--json]`: exit 1 only for a file that is refused whole."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from config.desk import clock
from config.desk.refusal import Refused
from config.desk.step import system_user
from contracts.applications.importing import IntakeResult, judge, take_in
from contracts.applications.intake import RefusedWhole
from contracts.applications.intake_table import MAX_BYTES


class Command(BaseCommand):
    """Take in the web form's CSV. Run again after an interruption, it goes on where it stopped."""

    help = "申込のCSV・Excelブックを取り込みます。取り込めない行は、行番号と理由を示します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, its encoding, and how to report."""
        parser.add_argument("file", type=Path, help="申込フォームのCSV")
        parser.add_argument("--encoding", default="auto", help="auto、utf-8、cp932 のどれか")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, file: Path, encoding: str, as_json: bool, **options: Any) -> None:
        """The whole file is judged before its first row is taken in."""
        try:
            data = _read(file)
            result = take_in(judge(data, encoding), file_name=file.name, data=data, by=system_user(), at=clock.now())
        except RefusedWhole as refused:
            self._stop(f"{file.name} を取り込めません。{refused}")
        except Refused as refused:
            self._stop(f"{file.name} を取り込めません。{refused.message}{refused.instead}")
        self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=1) if as_json else _text(result))

    def _stop(self, message: str) -> NoReturn:
        self.stderr.write(message)
        sys.exit(1)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)  # one more than may be: the judge says that it is too much
    except OSError as problem:
        raise RefusedWhole("ファイルを読めません。場所と権限を確かめてください。") from problem


def _text(result: IntakeResult) -> str:
    counts = (
        f"取り込んだ申込 {len(result.accepted)}　重複 {len(result.duplicates)}　取り込めない行 {len(result.rejected)}"
    )
    return "\n".join([counts, *(f"{row.row:>6}行目　{row.number}　{row.reason}" for row in result.rejected)])
