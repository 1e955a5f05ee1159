"""Logs that the service itself does not give out, asked for by the customer (9(1)): requested → answered or refused.

9(1) lets the customer ask, and us give; it owes nothing. That we answer, and within how many days, is house policy.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.incoming import workflow as incoming_register
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming
from contracts.incoming.reference import rest_on
from contracts.licenses.models import EvidenceRequest, Subscription
from notices import workflow as notices
from notices.models import Delivery, Notice

State = EvidenceRequest.State
ANSWER, REFUSAL, EVIDENCE = "licenses.evidence_answer", "licenses.evidence_refusal", "licenses.evidence"
CLAUSE = "9(1)"


def record_why_not(subscription: Subscription, *, by: Any, at: datetime) -> Refused | None:
    """Use has begun, so that there is something to ask for; after the end of the contract too."""
    if subscription.starts_at is not None:
        return None
    return Refused(
        "この契約の利用は、まだ始まっていません。", clause=CLAUSE, instead="記録は、利用が始まってから残ります。"
    )


def record(
    subscription: Subscription, *, by: Any, at: datetime, requested_at: datetime, what: str, period: str, incoming: Incoming | None = None
) -> EvidenceRequest:  # fmt: skip
    """Enter the request; its answer is due by house policy, counted from the request."""
    rest_on(incoming, subscription)
    request = EvidenceRequest.objects.create(
        number=f"{subscription.number}-E{subscription.evidence_requests.count() + 1}", customer=subscription.customer,
        subscription=subscription, requested_at=requested_at, what=what, period=period, incoming=incoming, owner=by,
    )  # fmt: skip
    deadlines.start(EVIDENCE, request, customer=request.customer, at=at, begins=requested_at)
    return request


def answer_why_not(request: EvidenceRequest, *, by: Any, at: datetime) -> Refused | None:
    """It waits for an answer; also where the letter could not be made, so that nothing is on its way."""
    stuck = request.state == State.ANSWERING and not Notice.objects.about(request).pending().exists()
    if request.state == State.REQUESTED or stuck:
        return None
    return Refused(
        f"この依頼は「{request.get_state_display()}」です。", clause=CLAUSE, instead="依頼の画面で、回答を確かめてください。",
        short=request.get_state_display(),
    )  # fmt: skip


def answer(
    request: EvidenceRequest, *, by: Any, at: datetime, answered_at: datetime, answer: str, channels: Sequence[str] = (),
    uploads: Sequence[Upload] = (),
) -> EvidenceRequest:  # fmt: skip
    """What is given. With a letter it is answered when that leaves; without one it was handed over at `answered_at`.

    A copy of the files given is kept in the incoming register, linked to the contract.
    """
    if answered_at < request.requested_at:
        raise Refused(
            "回答の日時が、依頼を受けた日時より前です。", clause=CLAUSE, instead="引き渡した日時を確かめてください。"
        )
    request.answer, request.handed_over = answer, _copy(request, answer, uploads, by=by, at=at, given_at=answered_at)
    if channels:
        return _order(ANSWER, request, by=by, at=at, fields={"answer": answer}, channels=channels)
    _answered(request, State.ANSWERED, at=at, on=answered_at)
    return request


def _copy(
    request: EvidenceRequest, text: str, uploads: Sequence[Upload], *, by: Any, at: datetime, given_at: datetime
) -> Incoming | None:
    if not uploads:
        return None
    summary = f"{request.number} に対して引き渡した記録の控え：{text}"
    return incoming_register.receive(
        None, by=by, at=at, channel=Incoming.Channel.COLLEAGUE, received_at=given_at, summary=summary,
        about=request.subscription, uploads=uploads,
    )  # fmt: skip


def refuse(request: EvidenceRequest, *, by: Any, at: datetime, reason: str, channels: Sequence[str]) -> EvidenceRequest:
    """We do not give it, and say why: 9(1) leaves that to us. Refused when the letter has left."""
    request.answer = reason
    return _order(REFUSAL, request, by=by, at=at, fields={"reason": reason}, channels=channels)


def _order(
    kind: str, request: EvidenceRequest, *, by: Any, at: datetime, fields: dict[str, str], channels: Sequence[str]
) -> EvidenceRequest:
    turn = Notice.objects.about(request).count() + 1
    notices.order(
        kind, request, customer=request.customer, by=by, at=at, fields=fields, channels=channels, key=f"{kind}:{request.number}:{turn}"
    )  # fmt: skip
    request.state = State.ANSWERING
    request.save()
    return request


def _answered(request: EvidenceRequest, state: State, *, at: datetime, on: datetime) -> None:
    request.state, request.answered_at = state, on
    request.save()
    deadlines.meet_all(request, EVIDENCE, by=None, at=at, on=on)


def left(request: EvidenceRequest, notice: Notice, at: datetime) -> None:
    """The letter has left (Art. 4(2))."""
    fresh = locked(EvidenceRequest, request.pk)
    if fresh.state == State.ANSWERING:
        _answered(fresh, State.ANSWERED if notice.kind == ANSWER else State.REFUSED, at=at, on=at)


def cancelled(request: EvidenceRequest, notice: Notice, reason: str) -> None:
    """The letter will not leave: an answer is due still."""
    fresh = locked(EvidenceRequest, request.pk)
    if fresh.state == State.ANSWERING:
        fresh.state = State.REQUESTED
        fresh.save()


def followed(request: EvidenceRequest, delivery: Delivery) -> None:
    """The letter came back on every way: an answer is due anew."""
    fresh = locked(EvidenceRequest, request.pk)
    at, letter = delivery.returned_at, delivery.notice
    newest = Notice.objects.about(fresh).order_by("-pk").first()
    stands = any(d.has_left for d in letter.deliveries.all()) or newest != letter
    if delivery.state != Delivery.State.RETURNED or at is None or stands or fresh.state == State.REQUESTED:
        return
    fresh.state, fresh.answered_at = State.REQUESTED, None
    fresh.save()
    deadlines.start(EVIDENCE, fresh, customer=fresh.customer, at=at)
