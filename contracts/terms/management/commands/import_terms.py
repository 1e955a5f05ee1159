"""`manage.py import_terms FILE --number 2025-04-01 --effective 2025-04-01 [--published …] [--dry-run]`."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.desk import clock
from config.desk.clock import JST
from config.desk.refusal import Refused
from contracts.terms import importing
from contracts.terms.importing import Version
from contracts.terms.parsing import MalformedTerms, ParsedTerms, parse_terms


class Command(BaseCommand):
    """Take in the terms as the company publishes them: all of the text, or nothing (exit 1)."""

    help = "公表された規約の本文を、条・項・号に分けて取り込みます。読めない箇所があれば、全体を取り込みません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what is said of it."""
        parser.add_argument("file", type=Path, help="規約の本文（UTF-8のテキスト）")
        parser.add_argument("--number", required=True, help="版の番号（例：2025-04-01）")
        parser.add_argument("--effective", required=True, type=_day, help="適用開始日（例：2025-04-01）")
        parser.add_argument("--published", type=_moment, help="公表日時（例：2025-03-01T10:00。日本時間）")
        parser.add_argument("--dry-run", action="store_true", help="読めるかどうかだけを確かめます。")

    def handle(
        self, *, file: Path, number: str, effective: date, published: datetime | None, dry_run: bool, **options: Any
    ) -> None:
        """Judge the whole text, then write it in one step."""
        version = Version(number=number, effective_from=effective, published_at=published)
        try:
            text = importing.read_text(file)
            parsed = parse_terms(text)
            if refused := importing.why_not(version):
                raise refused
            if not dry_run:
                importing.take_in(version, text, parsed, at=clock.now(), reason=f"{file.name} を取り込むため")
        except MalformedTerms as problem:
            self._stop(f"{file.name} を取り込めません。\n{problem}")
        except Refused as refused:
            self._stop(f"{refused.message}{refused.instead}")
        self._report(version, parsed, dry_run)

    def _stop(self, message: str) -> None:
        self.stderr.write(message)
        sys.exit(1)

    def _report(self, version: Version, parsed: ParsedTerms, dry_run: bool) -> None:
        done = "読めました。まだ取り込んでいません。" if dry_run else "取り込みました。"
        found = importing.counts(parsed)
        self.stdout.write(f"{version.number} の版を{done}")
        self.stdout.write(
            f"　条 {found.articles}　ベータ機能の条 {found.beta_articles}　項 {found.paragraphs}　号 {found.items}"
        )
        if version.published_at and clock.jst_day(version.published_at) >= version.effective_from:
            self.stdout.write(
                "　公表日時が適用開始日より前ではありません（第5条、民法第548条の4）。法務の担当者が確かめてください。"
            )
        for doubt in importing.doubtful_references(parsed):
            self.stdout.write(f"　参照先を確かめてください　{doubt}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"「{text}」は日付ではありません（例：2025-04-01）") from problem


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"「{text}」は日時ではありません（例：2025-03-01T10:00）") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)
