"""The suspension of credentials (9(4)): proposed → ordered → in_force → lifted. Never for non-payment; no emergency path.

What cannot wait goes by the customer's own consent (`consent.py`), or by a notice that leaves at once by e-mail.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Customer
from config.desk import facts, numbers
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.licenses.models import Block, LeakReport, Subscription
from contracts.measures.gateway import NO_LONGER, product
from contracts.measures.models import Measure, MeasureBlock
from contracts.rules.powers import POWERS
from notices import workflow as notices
from notices.models import Delivery, Notice
from notices.wording.choosing import chosen, extras

State = Measure.State
SUSPENSION = "measures.suspension"
CLAUSE = "9(4)"
CONSENT_VERB = "measures.suspend_by_consent"
UNTOLD = "measures.consent_untold"


def propose_credential_suspension(
    row: None,
    *,
    by: Any,
    at: datetime,
    customer: Customer,
    ground: str,
    facts: str,
    channels: Sequence[str],
    subscription: Subscription | None = None,
    leak_report: LeakReport | None = None,
    **added: Any,
) -> Decision:
    """Propose to suspend all credentials of a contract; another person approves, and it takes effect after its notice.

    `added`: paragraphs that staff add to the notice.
    """
    contract = contract_of(customer, subscription, leak_report)
    customer = contract.customer  # of doubled numbers that were joined, the one that holds the contract
    measure = Measure.objects.create(
        number=numbers.take("M", at), power="credential_suspension", customer=customer, subscription=contract, ground=ground,
        summary=facts, owner=by, proposed_at=at, report=leak_report,
    )  # fmt: skip
    fields = {"ground": ground, "facts": facts, "channels": list(channels), **extras(**added)}
    return decisions.propose(SUSPENSION, measure, customer=customer, by=by, at=at, fields=fields)


def contract_of(customer: Customer, subscription: Subscription | None, report: LeakReport | None) -> Subscription:
    """The contract meant: the one named, the report's, or the only one. Raises Refused where they do not fit together."""
    contract = subscription or (report.subscription if report else None) or _only_contract(customer)
    if contract.customer_id not in customer.family_ids or (report is not None and report.subscription != contract):
        raise Refused(
            f"{contract.number} は、この利用者または連絡の契約ではありません。",
            clause=CLAUSE,
            instead="利用者、契約、連絡の番号を確かめてください。",
        )
    return contract


def _only_contract(customer: Customer) -> Subscription:
    living = list(Subscription.objects.living().filter(customer__in=customer.family_ids)[:2])
    if not living:
        raise Refused(
            f"{customer.name}には、利用中の契約がありません。",
            clause=CLAUSE,
            instead="利用者と契約を確かめてください。",
        )
    if len(living) > 1:
        raise Refused(f"{customer.name}には契約が複数あります。", clause=CLAUSE, instead="対象の契約を選んでください。")
    return living[0]


def nothing_to_suspend(subscription: Subscription) -> Refused | None:
    """Credentials were handed over, and the contract lives."""
    if subscription.state != Subscription.State.ACTIVE or not subscription.credentials.exists():
        return Refused(
            "停止できる認証情報がありません。",
            clause=CLAUSE,
            instead="利用が始まった契約だけが対象です。終了した契約は、第23条第3項により利用できません。",
        )
    return None


def suspension_why_not(measure: Measure, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """There is something to suspend, and it is not suspended already."""
    subscription = measure.subscription
    if refused := nothing_to_suspend(subscription):
        return refused
    if Measure.objects.filter(subscription=subscription).exclude(pk=measure.pk).living().exists():
        return Refused(
            "この契約の認証情報は、すでに停止の手続中か、停止中です。",
            clause=CLAUSE,
            instead="その措置を開いてください。",
        )
    if measure.state not in (State.PROPOSED, State.ORDERED):
        return Refused(f"この措置は「{measure.get_state_display()}」です。", clause=CLAUSE)
    return None


def carry_out(measure: Measure, decision: Decision, at: datetime) -> None:
    """Approved: the notice is ordered; the credentials are blocked only when it has left (9(4): notice before)."""
    fresh = locked(Measure, measure.pk)
    turn = Notice.objects.about(fresh, SUSPENSION).count() + 1
    channels = decision.fields["channels"]
    notices.order(
        SUSPENSION, fresh, customer=fresh.customer, by=decision.approved_by, at=at, decision=decision,
        fields={"ground": decision.fields["ground"], "facts": decision.fields["facts"], **chosen(decision.fields)},
        channels=channels if isinstance(channels, list) else [channels], key=f"{SUSPENSION}:{fresh.number}:{turn}",
    )  # fmt: skip
    fresh.state, fresh.ground, fresh.summary = State.ORDERED, decision.fields["ground"], decision.fields["facts"]
    fresh.save()


def take_back(measure: Measure, decision: Decision, by: Any, at: datetime) -> None:
    """Recall the notice; too late is refused."""
    letter = decision.notices.order_by("-pk").first()
    if letter is not None and notices.recall(letter, by=by, at=at, reason="決裁をやり直すため") == "too_late":
        raise Refused(
            "停止の通知は、すでに発送されているか、送信中です。",
            clause=CLAUSE,
            instead="停止をやめるときは、措置を解除してください。",
        )
    fresh = locked(Measure, measure.pk)
    fresh.state = State.PROPOSED
    fresh.save()


def closed(measure: Measure, decision: Decision) -> None:
    """The decision was withdrawn: so is the measure."""
    fresh = locked(Measure, measure.pk)
    if fresh.state in (State.PROPOSED, State.ORDERED):
        fresh.state = State.WITHDRAWN
        fresh.save()


def stands(measure: Measure, notice: Notice, at: datetime) -> str | None:
    """Before the notice leaves: the contract lives still."""
    if measure.subscription.state == Subscription.State.ENDED:
        return "契約が終了しました。利用は第23条第3項により止まっています。"
    return (
        None
        if measure.state in (State.ORDERED, State.IN_FORCE)
        else f"措置が「{measure.get_state_display()}」になりました。"
    )


def left(measure: Measure, notice: Notice, at: datetime) -> None:
    """The notice left: the credentials are blocked from this moment, and the product has to follow."""
    fresh = locked(Measure, measure.pk)
    if fresh.state != State.ORDERED:
        return
    fresh.notified_at = at
    put_in_force(fresh, at)


def put_in_force(measure: Measure, at: datetime) -> None:
    """Block every credential from this moment, and have it done in the product. `measure` is locked, or new."""
    measure.state, measure.in_force_at, measure.lifted_at, measure.lifted_reason = State.IN_FORCE, at, None, ""
    measure.save()
    reason = f"{measure.get_ground_display() or measure.get_basis_display()}（{measure.number}）"
    credentials = list(measure.subscription.credentials.order_by("pk"))
    for credential in credentials:
        block = Block.objects.create(
            subscription=measure.subscription, scope=Block.Scope.CREDENTIAL, credential=credential, clause=CLAUSE, since=at,
            ordered_at=at, reason=reason,
        )  # fmt: skip
        MeasureBlock.objects.create(measure=measure, block=block)
    product().suspend(measure, credentials, at)


def cancelled(measure: Measure, notice: Notice, reason: str) -> None:
    """The notice will not leave: no measure, and the decision is closed."""
    fresh = locked(Measure, measure.pk)
    if fresh.state == State.ORDERED:
        fresh.state = State.WITHDRAWN
        fresh.save()
    if notice.decision is not None:
        decisions.close(notice.decision, reason)


def followed(measure: Measure, delivery: Delivery) -> None:
    """No effect without its notice: it ends when the notice came back on every way that left, and begins with the next."""
    fresh = locked(Measure, measure.pk)
    if delivery.notice.state != Notice.State.DISPATCHED:  # posted although it was cancelled
        return
    if delivery.state == Delivery.State.RETURNED:
        _came_back(fresh, delivery)
    elif delivery.has_left and waits_again(fresh) and delivery.dispatched_at is not None:
        _in_force_again(fresh, delivery.dispatched_at)


def _came_back(measure: Measure, delivery: Delivery) -> None:
    ways: Any = delivery.notice.deliveries.all()
    if measure.state != State.IN_FORCE or delivery.returned_at is None or ways.has_left().exists():
        return
    on_its_way = ways.filter(state__in=["queued", "in_flight"]).exists()
    _end(measure, delivery.returned_at, "停止の通知が届かなかったため（第9条第4項）", waits=on_its_way)


def waits_again(measure: Measure) -> bool:
    """Whether its notice came back while another way had yet to leave: that one puts it in force again."""
    return measure.state == State.ORDERED and measure.notified_at is not None


def _in_force_again(measure: Measure, at: datetime) -> None:
    """From the dispatch of the other way; not on a contract that lives no more, or whose use did not start."""
    if nothing_to_suspend(measure.subscription):
        _close(measure, at, "停止できる認証情報がなくなったため")
        return
    measure.notified_at = at
    put_in_force(measure, at)


def lift_why_not(measure: Measure, *, by: Any, at: datetime) -> Refused | None:
    """What is in force is lifted, and what waits for the other way of a notice that came back."""
    if measure.state == State.IN_FORCE or waits_again(measure):
        return None
    waiting = measure.state in (State.PROPOSED, State.ORDERED)
    return Refused(
        f"この措置は「{measure.get_state_display()}」なので、解除できません。", clause=CLAUSE,
        instead="やめるときは、停止の決裁を取り下げてください。" if waiting else "措置の画面で、今の状態を確かめてください。",
    )  # fmt: skip


def lift(measure: Measure, *, by: Any, at: datetime, reason: str) -> Measure:
    """The ground is gone, or the customer asks for it: the credentials may be used again, as far as nothing else blocks them.

    What is still queued of its notice does not leave: it would tell of a stop that is over.
    """
    for letter in Notice.objects.about(measure, SUSPENSION).filter(state=Notice.State.DISPATCHED):
        notices.withdraw_queued(letter, reason)
    if waits_again(measure):
        _close(measure, at, reason)
    else:
        _end(measure, at, reason)
    return measure


def _close(measure: Measure, at: datetime, reason: str) -> None:
    measure.state, measure.lifted_at, measure.lifted_reason = State.LIFTED, at, reason
    measure.save()
    for task in Deadline.objects.about(measure, UNTOLD).running():
        deadlines.cancel(task, reason=NO_LONGER)


def _end(measure: Measure, at: datetime, reason: str, *, waits: bool = False) -> None:
    """Its blocks end. `waits`: another way of its notice is still to leave."""
    _close(measure, at, reason)
    if waits:
        measure.state = State.ORDERED
        measure.save()
    credentials = []
    for link in measure.links.filter(block__until=None).select_related("block__credential").order_by("pk"):
        block = locked(Block, link.block_id)
        block.until = max(at, block.since)
        block.save()
        credentials.append(link.block.credential)
    ended = has_ended(measure)
    product().release(measure, [] if ended else [c for c in credentials if c is not None], at)


def has_ended(measure: Measure) -> bool:
    """Whether the contract is over: its use stays stopped by 23(3), whatever becomes of the measure."""
    return Subscription.objects.filter(pk=measure.subscription_id, state=Subscription.State.ENDED).exists()


def measure_of_decision(row: Model, name: str) -> Any:
    """`decision.measure` for stories."""
    if name == "measure" and isinstance(row, Decision):
        return row.subject if isinstance(row.subject, Measure) else None
    return facts.MISSING


def label_of(measure: Measure) -> str:
    """What it is, in words."""
    return POWERS[measure.power].label
