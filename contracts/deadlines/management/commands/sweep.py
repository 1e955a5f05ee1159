"""`manage.py sweep [--at MOMENT] [--dry-run] [--json]`: let everything due lapse."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.desk import clock
from contracts.deadlines.engine import label
from contracts.deadlines.sweep import due, sweep


def moment(text: str | None) -> datetime:
    """Now, or an ISO moment (JST where it names no zone) that is not in the future."""
    if text is None:
        return clock.now()
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(f"日時として読めません：{text}") from problem
    at = parsed if parsed.tzinfo else parsed.replace(tzinfo=clock.JST)
    if at > clock.now() and not clock.is_standing():
        raise CommandError("これから来る日時では実行できません。")
    return at


class Command(BaseCommand):
    """Run the sweep once."""

    help = "期限の過ぎたものを確かめ、次の手続に進めます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """When, and whether only to look."""
        parser.add_argument("--at", help="この日時の時点で（過去のみ）")
        parser.add_argument("--dry-run", action="store_true", help="書かずに、対象だけを示す")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, at: str | None, dry_run: bool, as_json: bool, **options: Any) -> None:
        """Sweep, or say what would be swept."""
        when = moment(at)
        if dry_run:
            result = {"due": [f"{d.kind if as_json else label(d.kind)} {d.number}" for d in due(when)]}
        else:
            swept = sweep(when)
            result = {"lapsed": swept.lapsed, "failed": swept.failed}
        self.stdout.write(json.dumps(result, ensure_ascii=False) if as_json else _words(result))


def _words(result: dict[str, list[str]]) -> str:
    names = {"due": "対象", "lapsed": "経過した期限", "failed": "処理できなかった期限"}
    return "\n".join(f"{names[key]}：{'、'.join(rows) or 'なし'}" for key, rows in result.items())
