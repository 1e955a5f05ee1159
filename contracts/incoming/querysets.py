"""Sentences about what came in."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from config.desk.clock import JST

if TYPE_CHECKING:
    from contracts.incoming.models import Incoming


class IncomingQuerySet(QuerySet["Incoming"]):
    """Lines of the register."""

    def about(self, row: Model) -> "IncomingQuerySet":
        """What is linked to this row."""
        return self.filter(content_type=ContentType.objects.get_for_model(row), object_id=row.pk)

    def received_on(self, day: date) -> "IncomingQuerySet":
        """What came on this JST day."""
        start = datetime.combine(day, time(), tzinfo=JST)
        return self.filter(received_at__gte=start, received_at__lt=start + timedelta(days=1))
