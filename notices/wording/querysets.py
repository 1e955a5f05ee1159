"""Sentences about wordings and stock paragraphs, with the day (JST) as a parameter."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from notices.wording.models import LetterTemplate, StockParagraph


class LetterTemplateQuerySet(QuerySet["LetterTemplate"]):
    """Versions of wordings."""

    def of(self, kind: str) -> "LetterTemplateQuerySet":
        """Those of a kind of letter."""
        return self.filter(kind=kind)

    def settled(self) -> "LetterTemplateQuerySet":
        """Put in force from some day, past or to come."""
        return self.filter(state="set")

    def begun(self, on: date) -> "LetterTemplateQuerySet":
        """Put in force from this day or an earlier one; the one that stands comes first, of the same day the later version."""
        return self.settled().filter(in_force_from__lte=on).order_by("-in_force_from", "-version")

    def in_force(self, kind: str, on: date) -> "LetterTemplate | None":
        """The one that letters of this day use; None: the shipped wording."""
        return self.of(kind).begun(on).first()


class StockParagraphQuerySet(QuerySet["StockParagraph"]):
    """Paragraphs in stock."""

    def in_use(self, on: date) -> "StockParagraphQuerySet":
        """Those that staff may choose on this day."""
        return self.filter(Q(ends_from=None) | Q(ends_from__gt=on), used_from__lte=on)

    def for_kind(self, kind: str) -> "StockParagraphQuerySet":
        """Those for this kind of letter, and those for all."""
        return self.filter(kind__in=["", kind])
