"""Sentences about applications."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from contracts.applications.models import Application


class ApplicationQuerySet(QuerySet["Application"]):
    """Applications."""

    def open(self) -> "ApplicationQuerySet":
        """Those that still wait for a decision."""
        return self.filter(state__in=["screening", "awaiting_document"])

    def taken(self, numbers: Iterable[str]) -> dict[str, str]:
        """Numbers of the web form that were taken in, with the digest of their content."""
        return dict(self.filter(source_number__in=list(numbers)).values_list("source_number", "content_hash"))

    def to_screen(self) -> "ApplicationQuerySet":
        """Those that somebody has to screen, the oldest first."""
        return self.filter(state="screening").order_by("received_at", "pk")
