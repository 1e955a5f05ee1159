"""`manage.py play STORY.yaml [--json] [--keep FILE]`: exit 0 as told, 1 not, 2 malformed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.desk import play, report, scratch
from config.desk.storyfile import Malformed, Story, load


class Command(BaseCommand):
    """Play a story in a throw-away database of its own; mail and print stay in memory."""

    help = "物語（日付のある手順）を、使い捨てのデータベースで実行します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and how to report."""
        parser.add_argument("story", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--keep", type=Path, help="実行後のデータベースを残すファイル")

    def handle(self, *, story: Path, as_json: bool, keep: Path | None, **options: Any) -> None:
        """Start anew with a database of our own, unless that has been done."""
        try:
            script = load(story)
            code = self._play(script, as_json) if os.environ.get("KIYAKU_PLAY") else _start_anew(story, as_json, keep)
        except Malformed as problem:
            self.stderr.write(f"{story.name}：{problem}")
            code = 2
        sys.exit(code)

    def _play(self, script: Story, as_json: bool) -> int:
        scratch.migrate_or_copy()
        told = play.play([script])[0]
        if as_json:
            self.stdout.write(json.dumps(report.as_json(told), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(report.as_text(script, told))
        return 0 if told.ok else 1


def _start_anew(story: Path, as_json: bool, keep: Path | None) -> int:
    """The same command in a new process whose DATABASE_URL names a throw-away file."""
    with tempfile.TemporaryDirectory(prefix="kiyaku-play-") as folder:
        database = Path(folder) / "play.sqlite3"
        environment = os.environ | {
            "KIYAKU_PLAY": "1", "DATABASE_URL": f"sqlite:///{database}", "EMAIL_URL": "memorymail:", "KIYAKU_MODE": "service",
            "KIYAKU_LETTER_RENDERER": "text", "KIYAKU_VAR": folder,
        }  # fmt: skip
        command = [sys.executable, sys.argv[0], "play", str(story), *(["--json"] if as_json else [])]
        code = subprocess.run(command, env=environment, check=False).returncode
        if keep is not None and database.exists():
            scratch.checkpoint(database)
            shutil.copyfile(database, keep)
    return code
