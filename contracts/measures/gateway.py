"""What a measure needs done in the product itself: a port, so that the product's own interface can take the place of a person.

The order is ours and stands in the block (`ordered_at`); that it was done is another matter (`confirmed_at`), recorded by
`measures.confirm_applied`: by the operator, or, where a gateway hears of it from the product, by the system user.

A gateway is called inside the step that gives the order, so it writes rows only: what it must tell over a network it leaves
to a task of its own, which may run more than once. Being told the same twice, it does nothing twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Credential

APPLY, RELEASE = "measures.apply", "measures.release"
NO_LONGER, AGAIN = "停止が解除されたため", "再び停止したため"


class Gateway(Protocol):
    """How the product is told that credentials may not, or may again, be used. `measure` is the row under its lock."""

    def suspend(self, measure: Any, credentials: Sequence[Credential], at: datetime) -> None:
        """These may not be used from this moment on."""

    def release(self, measure: Any, credentials: Sequence[Credential], at: datetime) -> None:
        """These may be used again, as far as no other block covers them; none once the contract has ended (23(3))."""


class ByHand:
    """An operator does it in the product, within a day (house policy)."""

    def suspend(self, measure: Any, credentials: Sequence[Credential], at: datetime) -> None:
        """A task for the operator; what was to be released before is stopped again."""
        for task in Deadline.objects.about(measure, RELEASE).running():
            deadlines.cancel(task, reason=AGAIN)
        if not Deadline.objects.about(measure, APPLY).running().exists():
            deadlines.start(APPLY, measure, customer=measure.customer, at=at)

    def release(self, measure: Any, credentials: Sequence[Credential], at: datetime) -> None:
        """The other task; a suspension that nobody has confirmed yet need not be done any more."""
        for task in Deadline.objects.about(measure, APPLY).running():
            deadlines.cancel(task, reason=NO_LONGER)
        if credentials and not Deadline.objects.about(measure, RELEASE).running().exists():
            deadlines.start(RELEASE, measure, customer=measure.customer, at=at)


def product() -> Gateway:
    """The gateway that the settings name. ImportError where there is none of that name."""
    gateway: Gateway = import_string(settings.KIYAKU_PRODUCT_GATEWAY)()
    return gateway
