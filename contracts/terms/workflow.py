"""Taking in a published version: all of it or nothing."""

from datetime import date, datetime

from contracts.rules.clauses import ClauseRef
from contracts.terms.models import Clause, TermsVersion
from contracts.terms.parsing import ParsedTerms


def create_version(
    *, number: str, effective_from: date, published_at: datetime | None = None, text: str = ""
) -> TermsVersion:
    """A version with the default values and readings (`contracts.terms.values`); only inside a step."""
    return TermsVersion.objects.create(
        number=number, effective_from=effective_from, published_at=published_at, text=text
    )


def add_clauses(version: TermsVersion, parsed: ParsedTerms) -> int:
    """Store the clause tree of a version; the number of clauses."""
    rows = [
        Clause(version=version, position=position, ref=str(ref), heading=heading, numbered=numbered, text=text)
        for position, (ref, heading, numbered, text) in enumerate(_flat(parsed), 1)
    ]
    return len(Clause.objects.bulk_create(rows))


def _flat(parsed: ParsedTerms) -> list[tuple[ClauseRef, str, bool, str]]:
    flat: list[tuple[ClauseRef, str, bool, str]] = []
    for article in parsed.articles:
        beta = article.part == "beta"
        flat.append((ClauseRef(beta, article.article), article.heading, True, ""))
        for paragraph in article.paragraphs:
            here = ClauseRef(beta, article.article, paragraph.number)
            flat.append((here, article.heading, paragraph.numbered, paragraph.text))
            flat += [
                (ClauseRef(beta, article.article, paragraph.number, i.number), article.heading, True, i.text)
                for i in paragraph.items
            ]
    return flat
