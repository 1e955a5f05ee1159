"""Sentences about deadlines; the date is always a parameter."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from contracts.deadlines.models import Deadline


class DeadlineQuerySet(QuerySet["Deadline"]):
    """Deadlines."""

    def about(self, subject: Model, kind: str = "") -> "DeadlineQuerySet":
        """Those on this row, of this kind where one is named."""
        rows = self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)
        return rows.filter(kind=kind) if kind else rows

    def running(self) -> "DeadlineQuerySet":
        """Neither met nor lapsed nor cancelled."""
        return self.filter(state="running")

    def on_file(self) -> "DeadlineQuerySet":
        """Running or lapsed: what a power may still rest on."""
        return self.filter(state__in=["running", "lapsed"])

    def of_the_house(self) -> "DeadlineQuerySet":
        """Nobody's own reminder: what somebody sets for oneself only that person gives up."""
        return self.filter(owner=None)

    def lapsing(self, at: datetime, day: date) -> "DeadlineQuerySet":
        """Running ones that fall due at this moment (its JST day is `day`), in the order in which they fell due."""
        customer = Q(nature="customer_must", act_from__lte=at)
        not_before = Q(nature="not_before", due_on__lt=day)
        return self.running().filter(customer | not_before).order_by("act_from", "due_on", "pk")

    def seen_by(self, person: Any, day: date) -> "DeadlineQuerySet":
        """What stands before this person on this JST day: the house's, and one's own once their day has come."""
        own = Q(owner=person, due_on__lte=day) if person is not None else Q(pk=None)
        return self.filter(Q(owner=None) | own)

    def counted(self) -> "DeadlineQuerySet":
        """Running ones with the day to which staff count, soonest first."""
        return (
            self.running()
            .annotate(day=Coalesce(F("extended_to"), F("communicated_on"), F("due_on")))
            .order_by("day", "pk")
        )
