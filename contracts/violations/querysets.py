"""Sentences about cases and items."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from contracts.violations.models import Violation, ViolationItem


class ViolationQuerySet(QuerySet["Violation"]):
    """Cases."""

    def open(self) -> "ViolationQuerySet":
        """Those not ended in any way."""
        return self.exclude(state__in=["cured", "terminated", "dismissed"])


class ItemQuerySet(QuerySet["ViolationItem"]):
    """Items."""

    def standing(self) -> "ItemQuerySet":
        """Those whose finding was not annulled (by an objection that was upheld)."""
        return self.filter(annulled_at=None)

    def breaches(self) -> "ItemQuerySet":
        """Act or risk of it: what a correction notice may name (23(1)); a suspicion is none."""
        return self.standing().filter(finding__in=["act", "risk"])

    def uncured(self) -> "ItemQuerySet":
        """Without a known cure, and standing still."""
        return self.standing().filter(cured_at=None)
