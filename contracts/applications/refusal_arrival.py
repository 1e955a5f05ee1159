"""Whether a refusal has arrived, and what follows where it came back (6(3), Civil Code 97).

A refusal takes effect on arrival: an e-mail at dispatch, undone by a bounce; a post at its delivery, ordinary post after the
transit days. One that came back on every way (不承諾通知未達) goes again by another way, under the same decision.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from config.desk.clock import JST
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.applications import untold, workflow
from contracts.applications.models import Application
from contracts.applications.workflow import AGAIN, REFUSAL
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from notices import workflow as notices
from notices.models import Channel, Delivery, Notice

RESEND_VERB = "applications.resend_refusal"


def arrived_at(application: Application) -> datetime | None:
    """The moment from which the first way counts as arrived, for ordinary post the end of that JST day; None: none has."""
    moments = [_arrival(way, application) for way in untold.ways(application) if way.has_left]
    return min((moment for moment in moments if moment is not None), default=None)


def _arrival(way: Delivery, application: Application) -> datetime | None:
    if way.channel == Channel.EMAIL or way.delivered_at is not None:
        return way.delivered_at if way.channel == Channel.POST else way.dispatched_at
    day = workflow.arrival_of(way, application)
    return datetime.combine(day + timedelta(days=1), time(), JST) if day is not None else None


# --- it came back -----------------------------------------------------------------------------------------------------


def followed(application: Application, delivery: Delivery) -> None:
    """A return with nothing else out: somebody sends it by another way (house policy). An arrival ends that task."""
    fresh = locked(Application, application.pk)
    running = Deadline.objects.about(fresh, AGAIN).running()
    if not untold.refusal_lost(fresh):
        stop(fresh, "不承諾の通知を送り直したため")
    elif delivery.returned_at is not None and not running.exists():
        deadlines.start(AGAIN, fresh, customer=fresh.customer, at=delivery.returned_at)


def stop(application: Application, reason: str) -> None:
    """Nobody is to send it again."""
    for task in Deadline.objects.about(application, AGAIN).running():
        deadlines.cancel(task, reason=reason)


def want_again(application: Application, at: datetime) -> None:
    """The letter that was to go again will not leave."""
    if untold.refusal_lost(application) and not Deadline.objects.about(application, AGAIN).running().exists():
        deadlines.start(AGAIN, application, customer=application.customer, at=at)


def resend_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Only where it came back on every way."""
    if untold.refusal_lost(application):
        return None
    return Refused(
        "届かなかった不承諾の通知はありません。",
        clause="6(3)",
        instead="申込の画面で、今の状態を確かめてください。",
    )


def resend(application: Application, *, by: Any, at: datetime, channels: Sequence[str]) -> Application:
    """The same letter by these ways, under the same decision: nothing is decided anew."""
    letter = untold.latest_refusal(application)
    assert letter is not None  # resend_why_not
    turn = Notice.objects.about(application, REFUSAL).count() + 1
    notices.order(
        REFUSAL, application, customer=application.customer, by=by, at=at, fields=letter.fields, channels=channels,
        decision=letter.decision, key=f"applications.refusal:{application.number}:again{turn}",
    )  # fmt: skip
    deadlines.meet_all(application, AGAIN, by=by, at=at, on=at)
    return application


def give_up(application: Application, by: Any, at: datetime, reason: str) -> None:
    """What it was to tell has fallen away before anybody was told: nothing of it leaves any more."""
    for letter in Notice.objects.about(application, REFUSAL).exclude(state__in=["cancelled", "void"]):
        if notices.recall(letter, by=by, at=at, reason=reason) == "too_late":
            notices.withdraw_queued(letter, reason)
    stop(application, reason)
