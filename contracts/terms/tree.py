"""The clause tree of a version, read back from its rows: the same shape as `ParsedTerms.tree()`."""

from typing import Any

from contracts.rules.clauses import ClauseRef
from contracts.terms.models import TermsVersion

Node = dict[str, Any]


def tree_of(version: TermsVersion) -> list[Node]:
    """Articles with their paragraphs and items, in the order of the published text; empty before the import."""
    articles: list[Node] = []
    for clause in version.clauses.order_by("position"):
        _hang(articles, ClauseRef.parse(clause.ref), clause.heading, clause.text)
    return articles


def _hang(articles: list[Node], ref: ClauseRef, heading: str, text: str) -> None:
    """Rows come parent first, so what a row hangs on is always the last of its level."""
    if not ref.paragraph:
        part = "beta" if ref.beta else "main"
        articles.append({"part": part, "article": ref.article, "heading": heading, "paragraphs": []})
    elif not ref.item:
        articles[-1]["paragraphs"].append({"number": ref.paragraph, "text": text, "items": []})
    else:
        articles[-1]["paragraphs"][-1]["items"].append({"number": ref.item, "text": text})
