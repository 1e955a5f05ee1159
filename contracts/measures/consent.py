"""The suspension that the customer itself agrees to: one person records it, and it is in force at once.

9(4) is a power of the company, and asks for a notice before it. Where the customer consents, no power is used: neither ground,
nor notice before, nor a second person is needed (`Power.by_consent`). Nor do the terms ask for a letter after it. We send one
all the same, as house policy, by e-mail to the registered address: whoever consented on the telephone may not have been who
they said, and the customer is to learn at once that its credentials are stopped.
"""

from datetime import datetime
from typing import Any

from accounts.models import Customer
from config.desk import numbers
from config.desk.jst import jmoment
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.incoming.models import Incoming
from contracts.incoming.reference import rest_on
from contracts.licenses.models import LeakReport, Subscription
from contracts.measures.models import Measure
from contracts.measures.workflow import (
    CLAUSE,
    SUSPENSION,
    UNTOLD,
    contract_of,
    lift,
    nothing_to_suspend,
    put_in_force,
    take_back,
    waits_again,
)
from contracts.rules.powers import POWERS
from notices import workflow as notices
from notices.models import Delivery, Notice

CONFIRMATION, POWER = "measures.consent_confirmation", "credential_suspension"
WENT_OUT = "確認のメールを送信したため"
GIVES_WAY = "利用者の承諾により、直ちに停止したため"


def suspend_by_consent(
    row: None, *, by: Any, at: datetime, customer: Customer, consented_at: datetime, how: str, by_whom: str, facts: str,
    subscription: Subscription | None = None, incoming: Incoming | None = None, leak_report: LeakReport | None = None,
) -> Measure:  # fmt: skip
    """Stop all credentials of the contract from this moment on. A proposal that waits gives way; a letter on its way does not.

    Raises Refused under 9(4) where there is nothing to stop, or it is stopped already.
    """
    locked(Customer, customer.pk)
    contract = contract_of(customer, subscription, leak_report)
    customer = contract.customer
    if refused := _why_not(contract):
        raise refused
    if refused := _agreed_too_early(contract, consented_at):
        raise refused
    rest_on(incoming, contract)
    _give_way(contract, by, at)
    measure = Measure(
        number=numbers.take("M", at), power=POWER, basis=Measure.Basis.CONSENT, customer=customer, subscription=contract,
        ground=leak_report.kind if leak_report else "", summary=facts, owner=by, proposed_at=at, report=leak_report,
        consented_at=consented_at, consent_how=how, consent_by=by_whom, incoming=incoming,
    )  # fmt: skip
    put_in_force(measure, at)
    _confirm(measure, by, at)
    return measure


def _why_not(contract: Subscription) -> Refused | None:
    if not POWERS[POWER].by_consent:
        return Refused("この措置は、承諾によって行えません。", clause=CLAUSE)
    if refused := nothing_to_suspend(contract):
        return refused
    if running := contract.measures.filter(state=Measure.State.IN_FORCE).first():
        return Refused(
            f"この契約の認証情報は、すでに停止しています（{running.number}）。",
            clause=CLAUSE,
            instead="その措置を開いてください。",
        )
    return None


def _agreed_too_early(contract: Subscription, consented_at: datetime) -> Refused | None:
    """Nobody consents to stop what is not in use yet. A minute is the finest that people note."""
    began = contract.starts_at
    if began is None or consented_at >= began.replace(second=0, microsecond=0):
        return None
    return Refused(
        f"承諾の日時が、利用の開始（{jmoment(began)}）より前です。",
        clause=CLAUSE,
        instead="承諾を得た日時を確かめてください。",
    )


def _give_way(contract: Subscription, by: Any, at: datetime) -> None:
    """A proposal for the same stop is withdrawn, its letter recalled; too late is refused: it takes effect by itself."""
    for measure in Measure.objects.filter(subscription=contract).living():
        if waits_again(measure):
            lift(locked(Measure, measure.pk), by=by, at=at, reason=GIVES_WAY)
            continue
        decision = Decision.objects.about(measure, SUSPENSION).latest("pk")
        if decision.state == Decision.State.APPROVED:
            _recall(measure, decision, by, at)
        decisions.close(decision, GIVES_WAY)


def _recall(measure: Measure, decision: Decision, by: Any, at: datetime) -> None:
    try:
        take_back(locked(Measure, measure.pk), decision, by, at)
    except Refused as too_late:
        raise Refused(
            f"停止の通知を、いま送信しています（{measure.number}）。",
            clause=CLAUSE,
            instead="送信されると、その時から停止します。",
        ) from too_late


def _confirm(measure: Measure, by: Any, at: datetime) -> None:
    notices.order(
        CONFIRMATION, measure, customer=measure.customer, by=by, at=at, fields={}, channels=["email"],
        key=f"{CONFIRMATION}:{measure.number}",
    )  # fmt: skip


def confirmation_stands(measure: Measure, notice: Notice, at: datetime) -> str | None:
    """What was lifted before the letter left needs no confirmation."""
    return None if measure.state == Measure.State.IN_FORCE else "停止は、すでに解除されています。"


def stop_why_not(measure: Measure, notice: Notice, by: Any, at: datetime) -> Refused | None:
    """Whoever recorded the consent does not keep the customer from hearing of it."""
    if notice.ordered_by_id != by.pk:
        return None
    return Refused(
        "承諾を記録した人は、その確認の送信を取り消せません。",
        clause=CLAUSE,
        instead="ほかの担当者に依頼してください。停止が誤りのときは、停止を解除してください。",
    )


def confirmation_stopped(measure: Measure, notice: Notice, reason: str) -> None:
    """It does not leave: somebody else asks the customer in another way."""
    _ask_otherwise(measure, notice.ordered_at)


def confirmation_failed(measure: Measure, delivery: Delivery) -> None:
    """It could not be sent."""
    if delivery.state == Delivery.State.FAILED:
        _ask_otherwise(measure, delivery.claimed_at or delivery.notice.ordered_at)


def confirmation_followed(measure: Measure, delivery: Delivery) -> None:
    """It came back; or it left after all."""
    if delivery.state == Delivery.State.RETURNED and delivery.returned_at is not None:
        _ask_otherwise(measure, delivery.returned_at)
    elif delivery.has_left:
        for task in Deadline.objects.about(measure, UNTOLD).running():
            deadlines.cancel(task, reason=WENT_OUT)


def _ask_otherwise(measure: Measure, at: datetime) -> None:
    fresh = locked(Measure, measure.pk)
    if fresh.state == Measure.State.IN_FORCE and not Deadline.objects.about(fresh, UNTOLD).running().exists():
        deadlines.start(UNTOLD, fresh, customer=fresh.customer, at=at)


def untold(measure: Measure) -> bool:
    """Whether the customer is still to be asked in another way."""
    return Deadline.objects.about(measure, UNTOLD).running().exists()


def confirm_told_why_not(measure: Measure, *, by: Any, at: datetime) -> Refused | None:
    """Only while somebody has to ask, and by another person than who recorded the consent."""
    if not untold(measure):
        return Refused(
            "利用者に確かめることは、残っていません。",
            clause=CLAUSE,
            instead="措置の画面で、通知の状態を見てください。",
        )
    letter = Notice.objects.about(measure, CONFIRMATION).order_by("pk").first()
    if letter is None or letter.ordered_by_id != by.pk:
        return None
    return Refused(
        "承諾を記録した人は、利用者への確認を記録できません。",
        clause=CLAUSE,
        instead="ほかの担当者に依頼してください。",
    )


def confirm_told(measure: Measure, *, by: Any, at: datetime, told_at: datetime, reason: str) -> Measure:
    """The customer was asked in another way, and knows of the stop; how, and what it said, is the reason of this step."""
    began = measure.in_force_at
    if began is not None and told_at < began.replace(second=0, microsecond=0):
        raise Refused("確かめた日時が、停止より前です。", clause=CLAUSE, instead="日時を確かめてください。")
    deadlines.meet_all(measure, UNTOLD, by=by, at=at, on=told_at)
    return measure
