"""The published text of the terms, read into articles, paragraphs and items.

The text comes out of a PDF: a line or a page may break anywhere, inside a word or a marker too. So a line break says
nothing here; what begins a clause is its marker, and a marker counts only if it is the next number expected.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from contracts.terms.layout import Stream, unlaid
from contracts.terms.marks import TERMINAL, Mark, Part, Problem, chosen_marks


@dataclass(frozen=True)
class ParsedItem:
    """An item (号) of a paragraph."""

    number: int
    text: str


@dataclass(frozen=True)
class ParsedParagraph:
    """A paragraph (項); a single one without a number is number 1, with `numbered` False."""

    number: int
    numbered: bool
    text: str
    items: tuple[ParsedItem, ...]


@dataclass(frozen=True)
class ParsedArticle:
    """An article (条) of the main part or of the part on beta features."""

    part: Part
    article: int
    heading: str
    paragraphs: tuple[ParsedParagraph, ...]


@dataclass(frozen=True)
class ParsedTerms:
    """The whole text, in its order."""

    articles: tuple[ParsedArticle, ...]

    def tree(self) -> list[dict[str, object]]:
        """The structure as plain values, ready for JSON."""
        return [
            {
                "part": article.part,
                "article": article.article,
                "heading": article.heading,
                "paragraphs": [_paragraph_tree(paragraph) for paragraph in article.paragraphs],
            }
            for article in self.articles
        ]


class MalformedTerms(ValueError):
    """The text cannot be taken in; `problems` are (line number, what is wrong, in Japanese), in the text's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = sorted(problems)
        super().__init__("\n".join(f"{line}行目：{message}" for line, message in self.problems))


def parse_terms(text: str) -> ParsedTerms:
    """Read the published text; `MalformedTerms` refuses it whole where numbers do not run or text is in no clause."""
    stream = unlaid(text)
    marks, problems = chosen_marks(stream)
    if not marks:
        raise MalformedTerms([(1, "条が見つかりません。「第1条（見出し）」の形で始まる本文が必要です。")])
    clauses = _clauses(stream, marks)
    problems += [*_before(stream, marks[0]), *_in_clauses(stream, clauses)]
    if problems:
        raise MalformedTerms(problems)
    return ParsedTerms(tuple(_articles(clauses)))


def _paragraph_tree(paragraph: ParsedParagraph) -> dict[str, object]:
    items = [{"number": item.number, "text": item.text} for item in paragraph.items]
    return {"number": paragraph.number, "text": paragraph.text, "items": items}


# --- Putting the clauses together ------------------------------------------------------------------------------------

_DAY = r"(?:(?:19|20|１９|２０)\d\d|(?:令和|平成)(?:\d{1,2}|元))年\d{1,2}月\d{1,2}日"
_WORD_OF_DAY = r"(?:制定|施行|改定|改訂|改正|更新|実施)"
_CLOSING = re.compile(rf"(?:以上|附則|(?:{_WORD_OF_DAY}日?[:：]?)?{_DAY}{_WORD_OF_DAY}?)+$")
_DAY_AND_MORE = re.compile(rf"{_DAY}(?!{_WORD_OF_DAY}|以|から|より|に|の|時|を|まで|現在|付|、|は|が|と)(?=.)")
_CONTINUES = re.compile("ただし|但し|なお|尚|また|この")


@dataclass(frozen=True)
class _Clause:
    mark: Mark
    text: str
    begin: int


def _clauses(stream: Stream, marks: list[Mark]) -> list[_Clause]:
    """Each marker with the text up to the next one; the closing date of a part belongs to none."""
    ends = [mark.start for mark in marks[1:]] + [len(stream.text)]
    parts = [mark.part for mark in marks[1:]] + ["end"]
    clauses = []
    for mark, end, part in zip(marks, ends, parts, strict=True):
        text = stream.text[mark.end : end].strip()
        if part != mark.part:
            text = text[: _closing(stream, text, mark.end)].rstrip()
        clauses.append(_Clause(mark, text, mark.end))
    return clauses


def _closing(stream: Stream, text: str, begin: int) -> int:
    """Where the closing date begins: after the end of a sentence, or on a line of its own."""
    found = _CLOSING.search(text)
    while found and not (text[: found.start()][-1:] in TERMINAL or begin + found.start() in stream.starts):
        found = _CLOSING.search(text, found.start() + 1)
    return found.start() if found else len(text)


def _articles(clauses: list[_Clause]) -> Iterator[ParsedArticle]:
    heads = [place for place, clause in enumerate(clauses) if clause.mark.kind == "article"]
    for begin, end in pairwise([*heads, len(clauses)]):
        mark = clauses[begin].mark
        yield ParsedArticle(mark.part, mark.number, mark.heading, tuple(_paragraphs(clauses[begin:end])))


def _paragraphs(clauses: list[_Clause]) -> Iterator[ParsedParagraph]:
    """The paragraphs of one article; what stands under the heading without a number is paragraph 1."""
    heads = [place for place, clause in enumerate(clauses) if clause.mark.kind == "paragraph"] or [0]
    for begin, end in pairwise([*heads, len(clauses)]):
        head = clauses[begin]
        numbered = head.mark.kind == "paragraph"
        items = tuple(ParsedItem(clause.mark.number, clause.text) for clause in clauses[begin + 1 : end])
        yield ParsedParagraph(head.mark.number if numbered else 1, numbered, head.text, items)


# --- What refuses a text ---------------------------------------------------------------------------------------------


def _before(stream: Stream, first: Mark) -> Iterator[Problem]:
    """Sentences before the first article; a title is none."""
    if "。" in stream.text[: first.start] or first.start > 100:
        yield stream.lines[0], "第1条より前に、どの条にも属さない文があります。"


def _in_clauses(stream: Stream, clauses: list[_Clause]) -> Iterator[Problem]:
    """Clauses without text, and text after the end of a clause."""
    for clause, after in zip_longest(clauses, clauses[1:]):
        has_children = after is not None and after.mark.kind != "article" and after.mark.kind != clause.mark.kind
        if not clause.text and (clause.mark.kind == "item" or not has_children):
            yield stream.lines[clause.mark.start], f"{_name(clause.mark)}に本文がありません。"
        stray = _stray(stream, clause)
        if stray is not None:
            yield stream.lines[stray], f"{_name(clause.mark)}の後に、どの条にも属さない文があります。"


def _name(mark: Mark) -> str:
    names = {
        "article": f"第{mark.number}条（{mark.heading}）",
        "paragraph": f"第{mark.number}項",
        "item": f"第{mark.number}号",
    }
    return names[mark.kind]


def _stray(stream: Stream, clause: _Clause) -> int | None:
    """Where text begins that is no part of the clause: after a closing date, a part's mark, or a last full stop."""
    dated = _DAY_AND_MORE.search(clause.text)
    if dated and clause.text[: dated.start()][-1:] in ("。", "）"):
        return clause.begin + dated.end()
    part_mark = re.search("(?<=[。）])[●■◆]", clause.text)
    if part_mark:
        return clause.begin + part_mark.start()
    begin = clause.text.rfind("。") + 1
    tail = clause.text[begin:]
    unclosed = sum(tail.count(mark) for mark in "）)」』") > sum(tail.count(mark) for mark in "（(「『")
    if not begin or not tail or unclosed or _CONTINUES.match(tail) or clause.begin + begin not in stream.starts:
        return None
    return clause.begin + begin
