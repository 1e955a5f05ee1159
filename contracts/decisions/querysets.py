"""Sentences about decisions."""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from contracts.decisions.models import Decision


class DecisionQuerySet(QuerySet["Decision"]):
    """Decisions."""

    def about(self, subject: Model, kind: str = "") -> "DecisionQuerySet":
        """Those on this row, of this kind where one is named."""
        rows = self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)
        return rows.filter(kind=kind) if kind else rows

    def waiting(self) -> "DecisionQuerySet":
        """Those that wait for an approver, oldest first."""
        return self.filter(state="proposed").order_by("proposed_at")

    def not_written_by(self, user: Any) -> "DecisionQuerySet":
        """Those that this person may approve as far as four eyes go."""
        return self.exclude(editors__user=user)
