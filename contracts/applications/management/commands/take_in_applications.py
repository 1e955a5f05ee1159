"""`manage.py take_in_applications [FOLDER] [--json]`: what was dropped into the folder is taken in, each file once."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.desk import clock
from contracts.applications.drop_folder import QUIET_SECONDS, Outcome, take_all

STATES = {"done": "済", "refused": "不可", "left": "未処理"}


class Command(BaseCommand):
    """Exit 1 where the folder cannot be read, or a file was left; a refused file is moved to 不可 and no failure."""

    help = "取込みフォルダーに置かれた申込のファイルを取り込み、「済」か「不可」に移します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, where it is not the one of the settings."""
        parser.add_argument("folder", nargs="?", type=Path, help="フォルダー（省くと、設定 KIYAKU_INTAKE_FOLDER）")
        parser.add_argument(
            "--quiet-seconds", type=int, default=QUIET_SECONDS, help="この秒数より新しいファイルは、書込み中とみなす"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, folder: Path | None, quiet_seconds: int, as_json: bool, **options: Any) -> None:
        """One file after the other."""
        place = folder or settings.KIYAKU_INTAKE_FOLDER
        if not place:
            self._stop("取込みフォルダーが決まっていません。KIYAKU_INTAKE_FOLDER を設定してください。")
        try:
            told = take_all(place, at=clock.now(), quiet_seconds=quiet_seconds)
        except OSError:
            self._stop("取込みフォルダーを読めません。場所と権限を確かめてください。")
        rows = [{"file": o.name, "state": o.state, "told": o.told} for o in told]
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else _text(told))
        if any(outcome.state == "left" for outcome in told):
            sys.exit(1)

    def _stop(self, message: str) -> None:
        self.stderr.write(message)
        sys.exit(1)


def _text(told: list[Outcome]) -> str:
    return "\n".join(f"{STATES[o.state]}　{o.name}　{o.told}" for o in told) or "取り込むファイルはありません。"
