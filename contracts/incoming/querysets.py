"""Sentences about what came in."""

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from contracts.incoming.models import Incoming


class IncomingQuerySet(QuerySet["Incoming"]):
    """Lines of the register."""

    def about(self, row: Model) -> "IncomingQuerySet":
        """What is linked to this row."""
        return self.filter(content_type=ContentType.objects.get_for_model(row), object_id=row.pk)

    def of_nobody(self) -> "IncomingQuerySet":
        """What nobody has yet linked to a customer or put aside; the oldest first."""
        return self.filter(customer=None, put_aside_at=None).order_by("received_at", "pk")
