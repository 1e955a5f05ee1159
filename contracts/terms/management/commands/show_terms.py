"""`manage.py show_terms [--number N] [--json]`: the clause tree of a version, from the database."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.desk import clock
from config.desk.refusal import Refused
from contracts.terms.models import TermsVersion
from contracts.terms.tree import Node, tree_of


class Command(BaseCommand):
    """Print the version in force today, or the one named; as JSON, standard output holds nothing else."""

    help = "取り込んだ規約を、条・項・号の木として表示します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which version, and how."""
        parser.add_argument("--number", help="版の番号。省くと、今日適用される版です。")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, number: str | None, as_json: bool, **options: Any) -> None:
        """Exit 1, with a sentence, where there is no such version or it has no text."""
        try:
            tree = tree_of(_version(number))
        except Refused as refused:
            self.stderr.write(f"{refused.message}{refused.instead}")
            sys.exit(1)
        self.stdout.write(json.dumps(tree, ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(tree)))


def _version(number: str | None) -> TermsVersion:
    version = (
        TermsVersion.objects.filter(number=number).first() if number else TermsVersion.objects.in_force(clock.today())
    )
    if version is None:
        raise Refused(f"版 {number} は、ありません。", instead="番号を確かめてください。")
    if not version.clauses.exists():
        raise Refused(
            f"版 {version.number} の本文は、まだ取り込まれていません。", instead="import_terms で取り込んでください。"
        )
    return version


def _lines(tree: list[Node]) -> list[str]:
    lines = []
    for article in tree:
        lines.append(f"{'ベータ' if article['part'] == 'beta' else ''}第{article['article']}条（{article['heading']}）")
        for paragraph in article["paragraphs"]:
            lines.append(f"　{paragraph['number']}　{paragraph['text']}")
            lines += [f"　　({item['number']})　{item['text']}" for item in paragraph["items"]]
    return lines
