"""`manage.py check_references [--version N] [--json]`: where every reference of an imported version leads, broken ones first."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.desk import clock
from contracts.rules.clauses import ClauseRef
from contracts.terms.models import TermsVersion
from contracts.terms.reference_report import Line, Report, report_on

MALFORMED = 2


class Command(BaseCommand):
    """Exit 0: every reference resolves, under its heading; 1: one does not; 2: no such version, or no text."""

    help = "取り込んだ規約の参照が、どこを指しているかを調べます。指す先のないもの、見出しの違うものがあれば、終了コードは1です。"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's own --version, which prints its number, gives way to ours."""
        kwargs["conflict_handler"] = "resolve"
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which version, and how."""
        parser.add_argument("--version", dest="number", help="版の番号。省くと、今日適用される版です。")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, number: str | None, as_json: bool, **options: Any) -> None:
        """Print the report."""
        version = _version(number)
        report = report_on(version)
        if version is None or report is None:
            self.stderr.write(_missing(version, number))
            sys.exit(MALFORMED)
        self.stdout.write(_as_json(version, report) if as_json else "\n".join(_as_text(version, report)))
        if report.broken:
            sys.exit(1)


def _version(number: str | None) -> TermsVersion | None:
    if number:
        return TermsVersion.objects.filter(number=number).first()
    return TermsVersion.objects.filter(effective_from__lte=clock.today()).order_by("-effective_from").first()


def _missing(version: TermsVersion | None, number: str | None) -> str:
    if version is not None:
        return f"版 {version.number} の本文は、まだ取り込まれていません。import_terms で取り込んでください。"
    return f"版 {number} は、ありません。番号を確かめてください。" if number else "今日適用される版がありません。"


def _as_json(version: TermsVersion, report: Report) -> str:
    told = {
        "version": version.number,
        "ok": not report.broken,
        "unresolved": sum(1 for line in report.lines if not line.reference.resolved),
        "other_headings": sum(1 for line in report.lines if line.reference.heading_differs),
        "references": [line.as_json() for line in report.lines],
        "faults": [
            {"key": fault.key, "clauses": list(fault.clauses), "label": fault.label, "instead": fault.instead}
            for fault in report.faults
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _as_text(version: TermsVersion, report: Report) -> list[str]:
    told = [f"{version.label}　参照 {len(report.lines)}　指す先・見出しの合わないもの {len(report.broken)}"]
    told += [_line(mark, line) for mark, lines in (("✕", report.broken), ("!", report.doubtful)) for line in lines]
    rest = [line for line in report.lines if line.rank > 2]
    return told + [_line("✓", line) for line in rest]


def _line(mark: str, line: Line) -> str:
    one = line.reference
    to = "ほかの法令" if one.external else "、".join(ClauseRef.parse(ref).label() for ref in one.targets) or "—"
    said = f"　{line.said()}" if line.said() else ""
    return f"{mark} {ClauseRef.parse(one.source).label()}「{one.text}」→ {to}{said}"
