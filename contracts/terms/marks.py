"""Where the clauses of a text begin: its article, paragraph and item markers, told from mentions inside a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from contracts.terms.layout import Stream

Part = Literal["main", "beta"]
Kind = Literal["article", "paragraph", "item"]
Problem = tuple[int, str]

TERMINAL = "。．！？!?）)」』"

_MARK = re.compile(
    r"第 ?(?P<article>\d(?: ?\d){0,2}) ?条 ?[（(](?P<heading>(?:[^（()）。]|[（(][^（()）。]*[)）]){1,60})[)）] ?"
    r"|[（(] ?(?P<item>\d(?: ?\d)?) ?[)）](?P<dot> ?[.．])? ?"
    r"|(?<!\d)(?P<paragraph>\d(?: ?\d)?) ?[.．](?! ?\d) ?"
)
_GOES_ON = re.compile(
    r"[のにをはが、，,。」』）)％%・～〜]|と(?!き)|及び|又は|若しくは|並びに|および|または|もしくは|ならびに|乃至|ないし"
    r"|から|まで|各[条項号]|本文|但書|ただし書"
)
_PART_OF_ARTICLE = re.compile(r"第 ?\d+ ?[項号]")
_LEADS_TO = re.compile(
    r"(?:[、，,・（(「『はにをがへ第～〜]|(?<!も)の|(?<!こ)と|及び|又は|若しくは|並びに|および|または|もしくは|ならびに|乃至|ないし|から"
    r"|(?:\d|前|次|各|同|本) ?[条項号])$"
)
_BETA_HEADING = re.compile(
    r"(?:[●■◆◇○◎▼★□][^。●■◆◇○◎▼★□]{0,60}|(?:^|(?<=[。）)」』日]))[^。、（(]{0,30})ベータ[^。、]{0,60}$"
)


@dataclass(frozen=True)
class Mark:
    """A marker: its number, a heading for an article, and where it stands in the stream (`start` to `end`)."""

    kind: Kind
    number: int
    heading: str
    dotted: bool
    start: int
    end: int
    part: Part = "main"


def chosen_marks(stream: Stream) -> tuple[list[Mark], list[Problem]]:
    """The markers that begin a clause, in order, and the places where a number does not follow the one before."""
    reader = _Reader(stream)
    for mark in _candidates(stream.text):
        reader.look_at(mark)
    return reader.marks, reader.problems


def _candidates(text: str) -> Iterator[Mark]:
    kinds: tuple[Kind, ...] = ("article", "paragraph", "item")
    for found in _MARK.finditer(text):
        kind = next(kind for kind in kinds if found[kind])
        number = int(found[kind].replace(" ", ""))
        yield Mark(kind, number, (found["heading"] or "").strip(), bool(found["dot"]), found.start(), found.end())


class _Reader:
    """Walks the markers and keeps those that count: the next number expected, at a place where a clause can begin."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.marks: list[Mark] = []
        self.problems: list[Problem] = []
        self.part: Part = "main"
        self.article = self.paragraph = self.item = 0

    def look_at(self, mark: Mark) -> None:
        """Keep the marker, pass over it as a mention, or note that its number is out of turn."""
        if self._is_mention(mark):
            return
        beta_heading = self._beta_heading_before(mark)
        if beta_heading is not None:
            self.part, self.article = "beta", 0
            mark = replace(mark, start=beta_heading)
        expected = self._expected(mark)
        if mark.number == expected and (beta_heading is not None or self._may_begin(mark)):
            self._keep(mark)
        elif mark.number != expected and self._stands_out(mark):
            self.problems.append((self.stream.lines[mark.start], self._out_of_turn(mark, expected)))
            self._keep(mark)

    def _is_mention(self, mark: Mark) -> bool:
        """第3条（…）第2項に, 前項(1)又は(2): a reference inside a sentence, or an item that begins with one."""
        if not self.marks:
            return mark.kind != "article" or self._goes_on(mark)
        before = self._text_before(mark)
        if not before and mark.kind != "item" and self.marks[-1].kind != "article":
            return mark.kind == "article" or self.marks[-1].kind == "item"
        if mark.dotted:
            return False
        return self._goes_on(mark) or bool(_LEADS_TO.search(before))

    def _goes_on(self, mark: Mark) -> bool:
        """No clause begins so; nor does an article with 第2項, which there belongs to a mention of 第3条（…）."""
        text = self.stream.text
        part = mark.kind == "article" and _PART_OF_ARTICLE.match(text, mark.end)
        return bool(part or _GOES_ON.match(text, mark.end))

    def _text_before(self, mark: Mark) -> str:
        return self.stream.text[self.marks[-1].end if self.marks else 0 : mark.start].rstrip()

    def _beta_heading_before(self, mark: Mark) -> int | None:
        """Where the heading of the part on beta features begins, when the marker is that part's first article."""
        if mark.kind != "article" or mark.number != 1 or not self.marks or self.part == "beta":
            return None
        found = _BETA_HEADING.search(self._text_before(mark))
        return self.marks[-1].end + found.start() if found else None

    def _expected(self, mark: Mark) -> int:
        """The number whose turn it is; 0 for a paragraph where the article's single paragraph has no number."""
        if mark.kind == "article":
            return self.article + 1
        if mark.kind == "item":
            return self.item + 1
        follows_heading = self.marks[-1].kind == "article" and not self._text_before(mark)
        return self.paragraph + 1 if self.paragraph or follows_heading else 0

    def _may_begin(self, mark: Mark) -> bool:
        """An item's text may end on any word; other sentences end, or the marker begins a line."""
        return not self.marks or self.marks[-1].kind == "item" or mark.dotted or self._stands_out(mark)

    def _stands_out(self, mark: Mark) -> bool:
        before = self._text_before(mark)
        return mark.dotted or not before or before[-1] in TERMINAL or mark.start in self.stream.starts

    def _keep(self, mark: Mark) -> None:
        self.marks.append(replace(mark, part=self.part))
        if mark.kind == "article":
            self.article, self.paragraph, self.item = mark.number, 0, 0
        elif mark.kind == "paragraph":
            self.paragraph, self.item = mark.number, 0
        else:
            self.item = mark.number

    def _out_of_turn(self, mark: Mark, expected: int) -> str:
        if mark.kind == "article":
            return f"第{expected}条が来るところに、第{mark.number}条があります。"
        if mark.kind == "item":
            place = f"第{self.article}条" + (f"第{self.paragraph}項" if self.paragraph else "")
            return f"{place}の第{expected}号が来るところに、第{mark.number}号があります。"
        if not expected:
            return f"第{self.article}条には項番号のない文があるのに、項番号{mark.number}があります。"
        return f"第{self.article}条の第{expected}項が来るところに、第{mark.number}項があります。"
