"""Sentences about measures."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from contracts.measures.models import Measure


class MeasureQuerySet(QuerySet["Measure"]):
    """Measures."""

    def living(self) -> "MeasureQuerySet":
        """Proposed, ordered or in force."""
        return self.filter(state__in=["proposed", "ordered", "in_force"])
