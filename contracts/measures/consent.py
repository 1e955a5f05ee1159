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
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.incoming.models import Incoming
from contracts.incoming.reference import rest_on
from contracts.licenses.models import LeakReport, Subscription
from contracts.measures.models import Measure
from contracts.measures.workflow import CLAUSE, SUSPENSION, contract_of, nothing_to_suspend, put_in_force, take_back
from contracts.rules.powers import POWERS
from notices import workflow as notices
from notices.models import Notice

CONFIRMATION, POWER = "measures.consent_confirmation", "credential_suspension"
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
    if refused := _why_not(contract):
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


def _give_way(contract: Subscription, by: Any, at: datetime) -> None:
    """A proposal for the same stop is withdrawn, its letter recalled; too late is refused: it takes effect by itself."""
    for measure in Measure.objects.filter(subscription=contract).living():
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
