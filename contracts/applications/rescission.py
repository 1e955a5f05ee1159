"""Rescission: grounds that lay in the application and came to light after the contract had formed (6(3)).

A discretion, used by a person and approved by another. A document that was not shown (6(4)) is never a basis of it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.applications import known_before, settlements
from contracts.applications.documents import NOT_SHOWN, as_list
from contracts.applications.models import Application
from contracts.applications.workflow import State
from contracts.closing import workflow as closing
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.licenses.models import Subscription
from contracts.licenses.workflow import HAND_OVER, SET_UP
from notices import secrets
from notices import workflow as notices
from notices.models import Delivery, Notice
from notices.wording.choosing import FREE, STOCK, chosen, extras

RESCISSION = "applications.rescission"
WHY, CAME_BACK = "承諾を取り消したため", "承諾の取消しの通知が届かなかったため"


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Only a contract that has formed and not ended; before, an application is refused, not rescinded."""
    subscription = application.subscription
    if application.state != State.ACCEPTED or subscription is None:
        instead = "成立の前は、不承諾を起案してください。" if application.state in BEFORE else ""
        return _refused(
            f"この申込は「{application.get_state_display()}」です。", instead or "申込の今の状態を確かめてください。"
        )
    if subscription.state == Subscription.State.ENDED:
        return _refused("契約は、すでに終了しています。", "契約の画面で、終了の記録を確かめてください。")
    if subscription.formed_on is None:
        return _refused(
            "承諾の通知が届いていないので、契約が成立していません。", "承諾の通知の到達を確かめてください。"
        )
    if subscription.formed_on > jst_day(at):
        day = jday_year(subscription.formed_on)
        return _refused(f"契約が成立するのは{day}です。", f"取消しは、{day}から起案できます。")
    return None


BEFORE = (State.SCREENING, State.AWAITING_DOCUMENT)


def _refused(message: str, instead: str) -> Refused:
    return Refused(message, clause="6(3)", instead=instead)


def kind_why_not(application: Application, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """A ground of the application, which lay in it by the formation and came to light no earlier."""
    if refused := why_not(application, by=by, at=at):
        return refused
    if fields["ground"] == NOT_SHOWN:
        return _refused(
            "書類の提示がないことは、取消しの事由になりません。",
            "第6条第3項の事由があるときだけ、取り消すことができます。",
        )
    wrong = _wrong_days(formed_on(application), fields["fact_on"], fields["came_to_light_on"])
    return wrong or known_before.why_not(application, fields)


def _wrong_days(formed: date, fact_on: date, came_to_light_on: date) -> Refused | None:
    if fact_on > formed:
        return _refused(
            f"契約の成立（{jday_year(formed)}）より後の事実です。",
            "申込のときにあった事由だけが、取消しの事由になります。後の違反は、違反案件として扱ってください。",
        )
    if came_to_light_on < formed:
        return _refused(
            f"契約の成立（{jday_year(formed)}）より前に判明していた事由です。",
            "成立の後に判明した事由だけが、取消しの事由になります。日付を確かめてください。",
        )
    return None


def formed_on(application: Application) -> date:
    """The day on which the contract formed; only where `why_not` lets a rescission be proposed."""
    assert application.subscription is not None
    assert application.subscription.formed_on is not None
    return application.subscription.formed_on


def propose(application: Application, *, by: Any, at: datetime, channels: Sequence[str], **given: Any) -> Decision:
    """Propose the rescission; the application's state stays as it is. `given`: ground, fact, its days, reason."""
    added = extras(given.pop(STOCK, None), given.pop(FREE, None))
    said = {name: value for name, value in given.items() if value or name != known_before.NEW} | added
    fields = said | {"channels": list(channels)}
    return decisions.propose(RESCISSION, application, customer=application.customer, by=by, at=at, fields=fields)


def carry_out(application: Application, decision: Decision, at: datetime) -> None:
    """Approved: the letter is ordered; nothing ends before it leaves (4(2))."""
    turn = Notice.objects.about(application, RESCISSION).count() + 1
    told = {name: decision.fields[name] for name in ("ground", "fact", "fact_on", "came_to_light_on")}
    notices.order(
        RESCISSION, application, customer=application.customer, by=decision.approved_by, at=at, decision=decision,
        fields=told | chosen(decision.fields), channels=as_list(decision.fields["channels"]), key=f"{RESCISSION}:{decision.number}:{turn}",
    )  # fmt: skip


def stands(application: Application, notice: Notice, at: datetime) -> str | None:
    """Before the letter leaves: there is a contract still, and the days hold against the day on which it formed, as known now."""
    if notice.dispatched_at is not None:
        return None
    refused = why_not(application, by=None, at=at)
    if refused is None:
        fact_on, found_on = (date.fromisoformat(str(notice.fields[name])) for name in ("fact_on", "came_to_light_on"))
        refused = _wrong_days(formed_on(application), fact_on, found_on)
    return refused.message if refused else None


def left(application: Application, notice: Notice, at: datetime) -> None:
    """The first dispatch ends the contract and blocks its use from that moment; its open tasks fall away, the money waits for 法務."""
    fresh = locked(Application, application.pk)
    assert fresh.subscription is not None
    closing.begin(
        fresh.subscription, cause="rescission", clause="6(3)", source=fresh.number, at=at,
        reason=f"利用申込 {fresh.number} の承諾の取消し",
    )  # fmt: skip
    _stop_hand_over(fresh.subscription, at)
    for task in Deadline.objects.about(fresh.subscription).filter(nature="company_must").running().of_the_house():
        deadlines.cancel(task, reason=WHY)
    settlements.open_for(fresh, at=at)
    if fresh.state != State.RESCINDED:
        fresh.state = State.RESCINDED
        fresh.save()


def _stop_hand_over(subscription: Subscription, at: datetime) -> None:
    """No credential is told any more, and no password is kept; what is being sent this very moment is left to its outcome."""
    for letter in Notice.objects.about(subscription, HAND_OVER).exclude(state__in=["cancelled", "void"]):
        if notices.recall(letter, by=None, at=at, reason=WHY) == "recalled":
            continue
        notices.withdraw_queued(letter, WHY)
        if not letter.deliveries.filter(state=Delivery.State.IN_FLIGHT).exists():
            secrets.wipe(letter)


def followed(application: Application, delivery: Delivery) -> None:
    """The end follows the first dispatch that did not come back; erasure counts from the last dispatch or delivery (23(4)).

    A letter that was posted although it had been cancelled has no effect, neither gone nor come back.
    """
    if delivery.notice.state != Notice.State.DISPATCHED or application.subscription is None:
        return
    fresh = locked(Application, application.pk)
    if delivery.state == Delivery.State.RETURNED:
        _came_back(fresh, delivery)
    elif delivery.has_left and delivery.dispatched_at is not None:
        _ended_by_another_way(fresh, delivery)
        _end_with(fresh, _standing(fresh))
        if ended_here(fresh):
            closing.count_from(
                application.subscription,
                jst_day(delivery.delivered_at or delivery.dispatched_at),
                source=application.number,
            )


def _standing(application: Application) -> list[datetime]:
    """When each way left that did not come back."""
    letters = Notice.objects.about(application, RESCISSION).filter(state=Notice.State.DISPATCHED)
    left_by = Delivery.objects.filter(notice__in=letters).has_left()
    return [moment for moment in left_by.values_list("dispatched_at", flat=True) if moment is not None]


def ended_here(application: Application) -> bool:
    """Whether it is this rescission that ended the contract; another cause keeps its own end."""
    assert application.subscription is not None
    return closing.ended_by(application.subscription, application.number) is not None


def _end_with(application: Application, moments: Sequence[datetime]) -> None:
    """The contract ended with the first of these dispatches."""
    if application.subscription is not None and moments and ended_here(application):
        closing.move_end(application.subscription, at=min(moments), source=application.number)


def _came_back(application: Application, delivery: Delivery) -> None:
    """No effect without a notice: the end moves to what did not come back, or is taken back, and the contract goes on."""
    if moments := _standing(application):
        _end_with(application, moments)
        return
    if application.state != State.RESCINDED or application.subscription is None or delivery.returned_at is None:
        return
    if ended_here(application):
        closing.take_back(
            application.subscription,
            at=delivery.returned_at,
            why=CAME_BACK,
            source=application.number,
        )
        set_up_again(application.subscription, delivery.returned_at)
    settlements.take_up_again(application, at=delivery.returned_at, reason=CAME_BACK)
    application.state = State.ACCEPTED
    application.save()


def set_up_again(subscription: Subscription, at: datetime) -> None:
    """The task that the end had cancelled, where use has not started yet."""
    fresh = locked(Subscription, subscription.pk)
    if fresh.state == Subscription.State.FORMED:
        deadlines.start(SET_UP, fresh, customer=fresh.customer, at=at)


def _ended_by_another_way(application: Application, delivery: Delivery) -> None:
    """After a return took the end back, the way that leaves later ends the contract; after an upheld objection none does."""
    assert application.subscription is not None
    again = closing.was_taken_back(application.subscription, source=application.number, why=CAME_BACK)
    if application.state == State.ACCEPTED and again and delivery.dispatched_at:
        left(application, delivery.notice, delivery.dispatched_at)


def cancelled(application: Application, notice: Notice, reason: str) -> None:
    """The letter will not leave: the decision is closed without effect."""
    if notice.decision is not None:
        decisions.close(notice.decision, reason)


def take_back(application: Application, decision: Decision, by: Any, at: datetime) -> None:
    """Recall the ordered letter; too late is refused."""
    letter = decision.notices.order_by("-pk").first()
    if letter is not None and notices.recall(letter, by=by, at=at, reason="決裁をやり直すため") == "too_late":
        raise _refused(
            "取消しの通知は、すでに発送されているか、送信中です。",
            "元に戻すことはできません。法務の担当者に相談してください。",
        )
