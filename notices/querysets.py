"""Sentences about letters and deliveries."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from notices.models import Delivery, Notice


class NoticeQuerySet(QuerySet["Notice"]):
    """Letters."""

    def about(self, subject: Model, kind: str = "") -> "NoticeQuerySet":
        """Those that serve this row, of this kind where one is named."""
        rows = self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)
        return rows.filter(kind=kind) if kind else rows

    def pending(self) -> "NoticeQuerySet":
        """Ordered, and nothing of them has left."""
        return self.filter(state__in=["ordered", "numbered", "final"])


class DeliveryQuerySet(QuerySet["Delivery"]):
    """Deliveries."""

    def emails_due(self, at: datetime) -> "DeliveryQuerySet":
        """E-mails of finished letters whose waiting time is over, oldest first."""
        rows = self.filter(channel="email", state="queued", due_at__lte=at, notice__state__in=["final", "dispatched"])
        return rows.order_by("due_at", "pk")

    def to_post(self) -> "DeliveryQuerySet":
        """Finished letters that wait to be printed and posted."""
        return self.filter(channel="post", state="queued", notice__state__in=["final", "dispatched"]).order_by(
            "notice__number"
        )

    def unclear(self) -> "DeliveryQuerySet":
        """In flight or failed: a person has to look."""
        return self.filter(state__in=["in_flight", "failed"])

    def came_back(self) -> "DeliveryQuerySet":
        """Returned or bounced."""
        return self.filter(state="returned")

    def to_elsewhere(self) -> "DeliveryQuerySet":
        """Gone, and not come back, to a place that was not registered at that moment (Arts. 4(1), 7)."""
        return self.has_left().filter(elsewhere=True)

    def left_all_the_same(self) -> "DeliveryQuerySet":
        """Gone, although the letter had been cancelled, and nobody has dealt with it yet."""
        return self.has_left().filter(notice__state="cancelled", notice__followed_up=False)

    def has_left(self) -> "DeliveryQuerySet":
        """Dispatched and not come back."""
        return self.filter(Q(state="dispatched") | Q(state="delivered"))
