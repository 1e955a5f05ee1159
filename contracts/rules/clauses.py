"""How a clause of the terms is named: ``23(1)`` in code, 第23条第1項 on screens and in letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from contracts.rules.words import BREACH_SUMMARIES, HEADINGS, SUMMARIES

__all__ = ["BREACHES", "BREACH_SUMMARIES", "HEADINGS", "SUMMARIES", "UNNUMBERED", "ClauseRef"]

_NUMBER = r"([1-9][0-9]{0,3})"
_FORM = re.compile(rf"(beta )?{_NUMBER}(?:\({_NUMBER}\)(?:\({_NUMBER}\))?)?")

# Articles whose single paragraph carries no number, as published on 2025-04-01.
UNNUMBERED: frozenset[str] = frozenset(
    {"2", "15", "16", "18", "19", "20", "27", "28", "beta 1", "beta 2", "beta 3", "beta 4", "beta 5"}
)

# What a customer can breach (readings, section 3); 17(1)(n) also by a mere risk of the act.
BREACHES: tuple[str, ...] = (
    *("7(1)", "7(3)", "9(2)", "9(3)", "10(1)", "13(1)", "13(5)"),
    *(f"17(1)({item})" for item in range(1, 18)),
    *("17(3)", "26(1)", "26(3)"),
)


@dataclass(frozen=True, order=True, slots=True)
class ClauseRef:
    """One place in the terms: an article, a paragraph or an item.

    Sorts in the order of the published text: the main part before the beta part, a whole before its parts.
    ``paragraph`` and ``item`` are 0 where the reference stops earlier. A single paragraph without
    a number counts as paragraph 1 and is not named in labels.
    """

    beta: bool
    article: int
    paragraph: int = 0
    item: int = 0

    def __post_init__(self) -> None:
        if self.article < 1 or self.paragraph < 0 or self.item < 0 or (self.item and not self.paragraph):
            raise ValueError(f"条項として読めません：{self.article}, {self.paragraph}, {self.item}")

    @classmethod
    def parse(cls, text: str) -> ClauseRef:
        """Read ``23``, ``23(1)``, ``6(3)(2)`` or ``beta 3(1)``. Raises ValueError for anything else."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"条項として読めません：{text!r}")
        beta, article, paragraph, item = found.groups()
        return cls(beta is not None, int(article), int(paragraph or 0), int(item or 0))

    def __str__(self) -> str:
        places = "".join(f"({number})" for number in (self.paragraph, self.item) if number)
        return f"{'beta ' if self.beta else ''}{self.article}{places}"

    def label(self, heading: str = "") -> str:
        """The Japanese name, as 第23条第1項; with ``heading``, as 第23条（利用終了）第1項."""
        named = f"（{heading}）" if heading else ""
        paragraph = f"第{self.paragraph}項" if self.paragraph and not self.is_unnumbered else ""
        item = f"第{self.item}号" if self.item else ""
        return f"{'ベータ' if self.beta else ''}第{self.article}条{named}{paragraph}{item}"

    def full_label(self) -> str:
        """The label with the article's published heading, where there is one."""
        return self.label(heading=self.heading)

    @property
    def is_unnumbered(self) -> bool:
        """Whether the article has a single paragraph that carries no number."""
        return str(self.article_ref()) in UNNUMBERED

    @property
    def heading(self) -> str:
        """The published heading of the article; empty for an article that the terms do not have."""
        return HEADINGS.get(str(self.article_ref()), "")

    @property
    def summary(self) -> str:
        """Our own words (要旨) for the nearest clause that has some: itself, else what contains it."""
        return next((SUMMARIES[str(ref)] for ref in (self, *self.ancestors()) if str(ref) in SUMMARIES), "")

    def article_ref(self) -> ClauseRef:
        """The whole article that this is a part of."""
        return replace(self, paragraph=0, item=0)

    def parent(self) -> ClauseRef | None:
        """What directly contains this: the paragraph of an item, the article of a paragraph, None for an article."""
        if self.item:
            return replace(self, item=0)
        return self.article_ref() if self.paragraph else None

    def ancestors(self) -> tuple[ClauseRef, ...]:
        """All that contains this, nearest first."""
        parent = self.parent()
        return () if parent is None else (parent, *parent.ancestors())
