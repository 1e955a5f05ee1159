"""Acceptances and refusals that nobody was told: the letter came back on every way, so nothing has taken effect (Civil Code 97)."""

from collections.abc import Iterable

from contracts.applications.models import Application
from notices.models import Delivery, Notice

ACCEPTANCE, REFUSAL = "applications.acceptance", "applications.refusal"
GONE = ("in_flight", "dispatched", "delivered")
State = Application.State


def acceptance_lost(application: Application) -> bool:
    """It left, came back on every way, and nothing else is on its way (承諾通知未達)."""
    letters = Notice.objects.about(application, ACCEPTANCE)
    subscription = application.subscription
    waits = Delivery.objects.filter(notice__in=letters, state__in=["queued", *GONE]).exists()
    return subscription is not None and subscription.formed_on is None and not waits


def latest_refusal(application: Application) -> Notice | None:
    """The latest letter of refusal that has left at some time."""
    return Notice.objects.about(application, REFUSAL).exclude(dispatched_at=None).order_by("-pk").first()


def ways(application: Application) -> Iterable[Delivery]:
    """Every way of every letter of the decision that refused."""
    letter = latest_refusal(application)
    if letter is None:
        return Delivery.objects.none()
    letters = Notice.objects.about(application, REFUSAL).filter(decision=letter.decision_id)
    return Delivery.objects.filter(notice__in=letters)


def nothing_out(application: Application) -> bool:
    """Refused, yet every way came back and none is out again."""
    found = list(ways(application)) if application.state == State.REFUSED else []
    return bool(found) and all(way.state not in GONE for way in found)


def refusal_lost(application: Application) -> bool:
    """The same, and no letter waits to leave (不承諾通知未達)."""
    return nothing_out(application) and all(way.state != Delivery.State.QUEUED for way in ways(application))


def nobody_was_told(application: Application) -> bool:
    """Decided in name only: it may be judged, asked about and decided anew."""
    if application.state == State.ACCEPTED:
        return acceptance_lost(application)
    return refusal_lost(application)
