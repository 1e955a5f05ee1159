"""What the references of an imported version come to, and which faults the version has. Read from its clauses, which are frozen."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from contracts.rules.clauses import ClauseRef
from contracts.terms.faults import Fault, Imported, found_in
from contracts.terms.models import TermsVersion
from contracts.terms.parsing import ParsedArticle, ParsedItem, ParsedParagraph, ParsedTerms
from contracts.terms.references import Reference, references

Row = tuple[str, str, bool, str]  # reference, heading, numbered, text


@dataclass(frozen=True)
class Line:
    """One reference: from which clause, as written, to which clauses or law, and what is to be said of it."""

    reference: Reference
    unnumbered: tuple[str, ...]  # paragraphs without a number that it names by one
    faults: tuple[Fault, ...]  # known faults of the clause that it stands in, which concern where it points

    @property
    def rank(self) -> int:
        """0 does not resolve, 1 another heading, 2 to be looked at, 3 another law, 4 as it should be."""
        one = self.reference
        if not one.resolved:
            return 0
        if one.heading_differs:
            return 1
        return 2 if self.unnumbered or self.faults else 3 if one.external else 4

    def said(self) -> str:
        """What is to be said of it, in Japanese; nothing where it is as it should be."""
        told = [self.reference.problem or ""]
        told += [f"{ClauseRef.parse(ref).article_ref().label()}には、項番号がありません。" for ref in self.unnumbered]
        told += [fault.wrong for fault in self.faults if not self.unnumbered]
        return "".join(told)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        one = self.reference
        return {
            "from": one.source, "text": one.text, "to": list(one.targets), "external": one.external, "resolved": one.resolved,
            "heading_differs": one.heading_differs, "unnumbered": list(self.unnumbered), "problem": one.problem,
            "faults": [fault.key for fault in self.faults],
        }  # fmt: skip


@dataclass(frozen=True)
class Report:
    """All references, those first that lead nowhere; and the known faults that the version has."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]

    @property
    def broken(self) -> list[Line]:
        """Those that do not resolve, or name another heading."""
        return [line for line in self.lines if line.rank <= 1]

    @property
    def doubtful(self) -> list[Line]:
        """Those that resolve, and yet something is wrong with them."""
        return [line for line in self.lines if line.rank == 2]


def report_on(version: TermsVersion | None) -> Report | None:
    """The report on a version; None where its text was not imported. One query; reckoned once a text."""
    if version is None:
        return None
    rows = tuple(version.clauses.order_by("position").values_list("ref", "heading", "numbered", "text"))
    return _report(rows) if rows else None


@lru_cache(maxsize=4)
def _report(rows: tuple[Row, ...]) -> Report:
    found = references(parsed_from(rows))
    by_source: dict[str, tuple[Reference, ...]] = {}
    for one in found:
        by_source[one.source] = (*by_source.get(one.source, ()), one)
    imported = Imported(
        texts={ref: text for ref, _, _, text in rows},
        headings={ref: heading for ref, heading, _, _ in rows},
        numbered={ref: numbered for ref, _, numbered, _ in rows},
        references=by_source,
    )
    faults = found_in(imported)
    lines = [Line(one, imported.unnumbered(one), tuple(_concerning(one, faults))) for one in found]
    return Report(tuple(sorted(lines, key=lambda line: line.rank)), tuple(faults))


POINTING = ("suspension_reference", "single_paragraph_19", "single_paragraph_20")


def _concerning(one: Reference, faults: list[Fault]) -> Iterator[Fault]:
    yield from (fault for fault in faults if fault.key in POINTING and fault.clauses[0] == one.source)


def parsed_from(rows: tuple[Row, ...]) -> ParsedTerms:
    """The clause tree as it was read, from its rows (in the order of the text)."""
    refs = [(ClauseRef.parse(ref), heading, numbered, text) for ref, heading, numbered, text in rows]
    articles = [list(group) for _, group in groupby(refs, key=lambda row: row[0].article_ref())]
    return ParsedTerms(tuple(_article(group) for group in articles))


def _article(group: list[tuple[ClauseRef, str, bool, str]]) -> ParsedArticle:
    head, inside = group[0], [row for row in group if row[0].paragraph]
    paragraphs = [list(one) for _, one in groupby(inside, key=lambda row: row[0].paragraph)]
    ref, heading, _, _ = head
    return ParsedArticle("beta" if ref.beta else "main", ref.article, heading, tuple(_paragraph(p) for p in paragraphs))


def _paragraph(group: list[tuple[ClauseRef, str, bool, str]]) -> ParsedParagraph:
    ref, _, numbered, text = group[0]
    items = tuple(ParsedItem(one.item, words) for one, _, _, words in group[1:])
    return ParsedParagraph(ref.paragraph, numbered, text, items)
