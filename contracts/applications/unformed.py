"""The row of a contract that never formed, because no acceptance arrived: it ends with the application (6(3))."""

from datetime import datetime

from contracts.applications.models import Application
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.licenses import workflow as licenses
from contracts.licenses.models import Subscription


def is_over(subscription: Subscription | None) -> bool:
    """Whether there is none, or one that ended without having formed: an acceptance makes a new one."""
    return subscription is None or (subscription.state == Subscription.State.ENDED and subscription.formed_on is None)


def close(application: Application, at: datetime, reason: str) -> None:
    """Nothing is to be set up any more. A contract that formed is left alone."""
    subscription = application.subscription
    if subscription is None or subscription.formed_on is not None or is_over(subscription):
        return
    licenses.end(subscription, at=at)
    for task in Deadline.objects.about(subscription).filter(nature="company_must").running().of_the_house():
        deadlines.cancel(task, reason=reason)
