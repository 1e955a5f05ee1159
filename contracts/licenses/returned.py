"""A hand-over that came back (8(3)): before first use the start is taken back; nothing records a first use, so later a person decides.

Soon after the start (a house period), and while nothing was done about the use, the start is taken back by itself.
"""

from datetime import datetime, timedelta
from typing import Any

from config.desk import house
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Block, Subscription
from contracts.licenses.workflow import HAND_OVER, SET_UP, State
from notices.models import Delivery, Notice

DECIDE_START, PERIOD = "licenses.decide_start", "hand_over_return_days"
NOT_USED, USED = "not_used", "used"
OUTCOMES = [(USED, "使われていた（利用開始はそのまま）"), (NOT_USED, "まだ使われていない（利用開始を取り消す）")]


def followed(subscription: Subscription, delivery: Delivery) -> None:
    """URL, ID or password came back: soon, the start is taken back by counter-entry; later, a person decides."""
    fresh = locked(Subscription, subscription.pk)
    at = delivery.returned_at
    latest = Notice.objects.about(fresh, HAND_OVER).order_by("-pk").first()
    if delivery.state != Delivery.State.RETURNED or at is None or fresh.state != State.ACTIVE:
        return
    if latest is None or latest.pk != delivery.notice_id:  # a later hand-over started the use
        return
    if _is_soon(fresh, _known_at(delivery)) and not _touched(fresh):
        _take_back(fresh, at)
    elif not Deadline.objects.about(fresh, DECIDE_START).running().exists():
        deadlines.start(DECIDE_START, fresh, customer=fresh.customer, at=_known_at(delivery))


def _known_at(delivery: Delivery) -> datetime:
    """When we learned of the return: it may have been recorded long after it came."""
    recorded = delivery.history.filter(state=Delivery.State.RETURNED).order_by("history_id").first()
    moments = [delivery.returned_at, recorded.history_date if recorded else None]
    return max(moment for moment in moments if moment is not None)


def _is_soon(subscription: Subscription, moment: datetime) -> bool:
    began = subscription.starts_at
    return began is not None and moment <= began + timedelta(days=house.number(PERIOD))


def _touched(subscription: Subscription) -> bool:
    """Whether its use was stopped, or its stop lifted: whoever did that took it for a contract in use."""
    return Block.objects.filter(subscription=subscription).exists()


def _take_back(subscription: Subscription, at: datetime) -> None:
    subscription.state, subscription.starts_at, subscription.term_last_day = State.FORMED, None, None
    subscription.save()
    deadlines.start(SET_UP, subscription, customer=subscription.customer, at=at)


def undecided(subscription: Subscription) -> bool:
    """Whether a person has to decide on the start."""
    return Deadline.objects.about(subscription, DECIDE_START).running().exists()


def decide_why_not(subscription: Subscription, *, by: Any, at: datetime) -> Refused | None:
    """Only while it is asked."""
    if undecided(subscription):
        return None
    return Refused(
        "利用開始について、決めることはありません。",
        clause="8(3)",
        instead="契約の画面で、今の状態を確かめてください。",
    )


def decide(subscription: Subscription, *, by: Any, at: datetime, outcome: str, reason: str) -> Subscription:
    """Used: nothing changes. Not used: the start is taken back, and the credentials are handed over anew."""
    if outcome == NOT_USED:
        if refused := _take_back_why_not(subscription, at):
            raise refused
        _take_back(subscription, at)
    deadlines.meet_all(subscription, DECIDE_START, by=by, at=at, on=at)
    return subscription


def _take_back_why_not(subscription: Subscription, at: datetime) -> Refused | None:
    if subscription.state != State.ACTIVE:
        return Refused(
            f"この契約は「{subscription.get_state_display()}」なので、利用開始を取り消せません。",
            clause="8(3)",
            instead="「使われていた」を選んでください。",
        )
    if Block.objects.filter(subscription=subscription).covering(at).exists():
        return Refused(
            "認証情報の使用を停止しています。", clause="9(4)", instead="先に、停止を解除してから取り消してください。"
        )
    return None
