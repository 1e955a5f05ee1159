"""Sentences about contracts and blocks; the moment is always a parameter."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from contracts.licenses.models import Block, Subscription


class SubscriptionQuerySet(QuerySet["Subscription"]):
    """Contracts."""

    def living(self) -> "SubscriptionQuerySet":
        """Formed or active."""
        return self.filter(state__in=["formed", "active"])


class BlockQuerySet(QuerySet["Block"]):
    """Blocks."""

    def covering(self, at: datetime) -> "BlockQuerySet":
        """Those in force at this moment."""
        return self.filter(since__lte=at).filter(Q(until=None) | Q(until__gt=at))

    def in_the_way(
        self, subscription: "Subscription", at: datetime, *, credential_id: int | None = None
    ) -> "BlockQuerySet":
        """What keeps the service, or this credential, from being used at this moment."""
        scope = (
            Q(scope="service") | Q(scope="credential", credential_id=credential_id)
            if credential_id
            else Q(scope="service")
        )
        return self.covering(at).filter(scope, subscription=subscription)
