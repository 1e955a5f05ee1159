"""`manage.py load_demo [--if-empty]`: the demo up to this moment, in a place for training only."""

import logging
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.desk import clock, demo
from config.desk.play import Told
from config.desk.storyfile import Malformed, Story


class Command(BaseCommand):
    """Play `demo/*.yaml` into this database. Exit 1 where it is not empty, or the demo did not go as told."""

    help = "見本のデータ（架空の利用者と案件）を、今日から数えた日付で入れます。研修の場所でだけ使えます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether a filled database is a reason to stop."""
        parser.add_argument("--if-empty", action="store_true", help="すでにデータがあるときは、何もせずに終わります。")

    def handle(self, *, if_empty: bool, **options: Any) -> None:
        """Never into a place that serves real customers, and never into a filled one."""
        if settings.KIYAKU_MODE != "training":
            self._stop(
                "研修の場所（KIYAKU_MODE=training）ではないので、見本のデータは入れません。", 0 if if_empty else 1
            )
        if not demo.is_empty():
            self._stop("" if if_empty else "データがあるので、見本のデータは入れません。", 0 if if_empty else 1)
        self.stdout.write("見本のデータを入れています…")
        logging.getLogger("kiyaku").setLevel(logging.CRITICAL)  # failures are a part of the demo, not news
        self._play()

    def _stop(self, message: str, code: int) -> None:
        if message:
            self.stderr.write(message)
        sys.exit(code)

    def _play(self) -> None:
        try:
            told = demo.play_all(clock.now())
        except Malformed as problem:
            self._stop(f"見本のデータを読めません：{problem}", 1)
        problems = _problems(told)
        for line in problems:
            self.stderr.write(line)
        if problems:
            sys.exit(1)
        self.stdout.write(
            f"見本のデータを入れました（{len(told)}つの物語、{sum(len(t.steps) for _, t in told)}の手順）。"
        )


def _problems(told: list[tuple[Story, Told]]) -> list[str]:
    return [f"{story.title}　{problem}" for story, outcome in told for problem in outcome.problems()]
