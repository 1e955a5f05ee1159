"""The references inside a text of the terms: what each sentence points to, and which pointers lead nowhere."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from contracts.rules.clauses import ClauseRef
from contracts.terms.parsing import ParsedTerms


@dataclass(frozen=True)
class Reference:
    """One reference in the clause `source`, as written (`text`).

    `targets` are the clauses of these terms that it names, `external` says that it names another law, `problem` says in
    Japanese what does not fit: a clause that does not exist, or a heading other than the article's.
    """

    source: str
    text: str
    targets: tuple[str, ...]
    external: bool
    problem: str | None
    heading_differs: bool = False  # another heading than the article's; whether it resolves besides, the targets say
    resolved: bool = True  # every part of it names something that there is


_N = r"\d{1,3}"
_ELEMENT = re.compile(
    rf"第(?P<article>{_N})条(?P<branch>の{_N})?(?:[（(](?P<heading>(?:[^（()）。]|[（(][^（()）。]*[)）])+)[)）])?"
    rf"|第(?P<paragraph>{_N})項|第(?P<item>{_N})号"
    rf"|(?P<near>前各|前{_N}|前|次|本|同)(?P<unit>[条項号])"
    r"|(?<![前次当])各(?P<all>[項号])"
)
_JOINS = re.compile("、?(?:及び|又は|若しくは|並びに|および|または|もしくは|ならびに)|、|と")
_RANGES = re.compile("から|乃至|ないし|[～〜]")
# A law's name before 第N条; words like 方法 and 用法 are none.
_LAW = re.compile(
    r"[一-龥々ァ-ヶー]*(?:(?<![方手用寸技文作療製工])法|法律|政令|省令|施行令|規則|条例|憲法|指針)(?:（[^（）]*）)?$"
)


def references(parsed: ParsedTerms) -> list[Reference]:
    """All references of the terms, in the order of the text."""
    index = _Index(parsed)
    return [found for here, text in index.texts for found in _Sentence(index, here, text).references()]


class _Index:
    """The clauses that exist, with the headings of articles and the parts of each clause."""

    def __init__(self, parsed: ParsedTerms) -> None:
        self.headings: dict[ClauseRef, str] = {}
        self.parts: dict[ClauseRef, list[ClauseRef]] = {}
        self.texts: list[tuple[ClauseRef, str]] = []
        for article in parsed.articles:
            whole = ClauseRef(article.part == "beta", article.article)
            self.headings[whole] = article.heading
            self.parts[whole] = [replace(whole, paragraph=paragraph.number) for paragraph in article.paragraphs]
            for ref, paragraph in zip(self.parts[whole], article.paragraphs, strict=True):
                self.parts[ref] = [replace(ref, item=item.number) for item in paragraph.items]
                self.parts |= {item: [] for item in self.parts[ref]}
                self.texts += [(ref, paragraph.text)]
                self.texts += [(replace(ref, item=item.number), item.text) for item in paragraph.items]

    def items_of(self, ref: ClauseRef) -> list[ClauseRef]:
        """The items of a paragraph, or of an article's first."""
        return self.parts.get(ref if ref.paragraph else replace(ref, paragraph=1), [])


@dataclass
class _Draft:
    """A reference while it is read: its targets so far, and those of its last part, on which the next builds."""

    begin: int
    end: int
    external: bool
    targets: list[ClauseRef] = field(default_factory=list)
    last: list[ClauseRef] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)  # problems of the heading alone
    names: bool = False  # 本条 and 本項 by themselves name nothing else


class _Sentence:
    """The text of one clause, in which references are found."""

    def __init__(self, index: _Index, here: ClauseRef, text: str) -> None:
        self.index, self.here, self.text = index, here, text
        self.same = here  # what 同条 and 同項 go back to

    def references(self) -> Iterator[Reference]:
        """What the text names, in order; each 第N条 begins a reference of its own, but for the end of a range."""
        draft: _Draft | None = None
        for found in _ELEMENT.finditer(self.text):
            if found["all"] and (draft is None or draft.end < found.start()):
                continue  # 次の各号: the items of this very paragraph
            gap = self.text[draft.end : found.start()] if draft else "。"
            joined, ranged = bool(_JOINS.fullmatch(gap)), bool(_RANGES.fullmatch(gap))
            begins_anew = bool(found["article"] or found["near"]) and not ranged
            if draft is None or begins_anew or not (joined or ranged or not gap):
                if draft:
                    yield from self._done(draft)
                inherits = joined and draft is not None and draft.external
                draft = self._begun(found, inherits)
            self._extend(draft, found, joined=joined, ranged=ranged)
        if draft:
            yield from self._done(draft)

    def _begun(self, found: re.Match[str], inherits: bool) -> _Draft:
        law = _LAW.search(self.text[: found.start()]) if found["article"] else None
        return _Draft(law.start() if law else found.start(), found.end(), external=bool(law) or inherits)

    def _extend(self, draft: _Draft, found: re.Match[str], *, joined: bool, ranged: bool) -> None:
        base = draft.last[-1] if draft.last else self.here
        named = self._named(found, draft.last or [self.here])
        if ranged and draft.last and named:
            named = _between(draft.last[-1], named[0])
        elif not joined and draft.last:  # a part of what was named just before: 第6条 + 第3項
            draft.targets = [target for target in draft.targets if target not in draft.last]
        draft.end = found.end()
        draft.names = draft.names or found["near"] not in ("本", "同")
        draft.problems += self._misfits(found, named, base, draft.external)
        draft.headings += [] if draft.external else self._other_heading(found, named)
        draft.targets += [target for target in named if target not in draft.targets]
        draft.last = named
        if named and not draft.external:
            self.same = named[-1]

    def _named(self, found: re.Match[str], bases: list[ClauseRef]) -> list[ClauseRef]:
        """What one element names, seen from the clause that it stands in or from what was named just before."""
        base = bases[-1]
        if found["article"]:
            return [] if found["branch"] else [ClauseRef(self.here.beta, int(found["article"]))]
        if found["paragraph"]:
            return [replace(base, paragraph=int(found["paragraph"]), item=0)]
        if found["item"]:
            return [replace(base, paragraph=base.paragraph or 1, item=int(found["item"]))]
        if found["all"] == "項":
            return self.index.parts.get(base.article_ref(), [])
        if found["all"]:
            return [item for one in bases for item in self.index.items_of(one)]
        return self._near(found["near"], found["unit"])

    def _near(self, near: str, unit: str) -> list[ClauseRef]:
        """前項, 前2項, 前各号, 次条, 本条, 同項: counted from the clause that they stand in."""
        level = {"条": "article", "項": "paragraph", "号": "item"}[unit]
        if near in ("本", "同"):
            base = self.here if near == "本" else self.same
            return [base.article_ref() if unit == "条" else replace(base, item=0)]
        number: int = getattr(self.here, level)
        if not number:
            return []
        back = {"前各": number - 1, "前": 1}.get(near)
        if back is None and near != "次":
            back = int(near.removeprefix("前"))
        numbers = [number + 1] if back is None else list(range(number - back, number))
        return [_at(self.here, level, one) for one in numbers] if min(numbers, default=0) > 0 else []

    def _misfits(self, found: re.Match[str], named: list[ClauseRef], base: ClauseRef, external: bool) -> Iterator[str]:
        if external:
            return
        if not named:
            yield f"「{found[0]}」にあたるところが、{base.label()}から見て、ありません。"
        for target in named:
            if target not in self.index.parts:
                yield f"{target.label()}は、この規約にありません。"

    def _other_heading(self, found: re.Match[str], named: list[ClauseRef]) -> list[str]:
        heading = self.index.headings.get(named[0]) if named and found["heading"] else None
        if not heading or _plain(heading) == _plain(found["heading"]):
            return []
        return [f"{named[0].label()}の見出しは「{heading}」ですが、「{found['heading']}」と書かれています。"]

    def _done(self, draft: _Draft) -> Iterator[Reference]:
        if not draft.names:
            return
        targets = () if draft.external else tuple(str(one) for one in draft.targets if one in self.index.parts)
        yield Reference(
            source=str(self.here),
            text=self.text[draft.begin : draft.end],
            targets=targets,
            external=draft.external,
            problem="".join([*draft.problems, *draft.headings]) or None,
            heading_differs=bool(draft.headings),
            resolved=not draft.problems,
        )


def _between(first: ClauseRef, last: ClauseRef) -> list[ClauseRef]:
    """From the one after `first` to `last`, on the level of `last`."""
    level = "item" if last.item else "paragraph" if last.paragraph else "article"
    return [_at(last, level, number) for number in range(getattr(first, level) + 1, getattr(last, level) + 1)]


def _at(ref: ClauseRef, level: str, number: int) -> ClauseRef:
    """The clause of this number beside `ref` or above it."""
    if level == "article":
        return ClauseRef(ref.beta, number)
    if level == "paragraph":
        return ClauseRef(ref.beta, ref.article, number)
    return ClauseRef(ref.beta, ref.article, ref.paragraph or 1, number)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
