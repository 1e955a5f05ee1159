"""What a mail service tells of a message: stored as it came, then followed in a step of its own, by a handler.

First the event is committed, then its delivery is looked for; and whoever records a sending looks for events afterwards
(`follow`). So one of the two finds the other, whichever commits first. Unknown, repeated and late events have no effect.
"""

import hashlib
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.db import IntegrityError
from django.db.models import Max, Q, QuerySet
from django.utils.encoding import punycode

from config.desk import clock, handlers
from config.desk.models import HandlerRun
from config.desk.step import step
from notices import outcomes
from notices.mail.message import OUR_ID
from notices.mail.models import MailEvent
from notices.mail.reasons import why
from notices.models import Delivery

ENGINE, EVENT = "mail", "mail_event"
BACK = (MailEvent.Kind.BOUNCED, MailEvent.Kind.REJECTED, MailEvent.Kind.FAILED)
KINDS = set(MailEvent.Kind.values)


def receive(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """The receiver of `anymail.signals.tracking`; only what bears a right signature comes here."""
    values = _values(event, esp_name)
    try:
        with step("notices.mail_event", at=clock.now()):
            kept = MailEvent.objects.create(**values)
    except IntegrityError:
        kept = MailEvent.objects.get(service=values["service"], event_id=values["event_id"])  # told before
    _follow_event(kept)


def _follow_event(event: MailEvent) -> None:
    """A second step: the event is committed, and now its delivery is looked for."""
    from notices.tasks import nudge

    found = delivery_of(event)
    if found is not None and _effect(found) is not None:
        with step("notices.mail_event", at=clock.now()):
            handlers.enqueue(ENGINE, EVENT, found.notice.kind, found, clock.now())
            nudge()


def follow(delivery: Delivery) -> None:
    """A listener of deliveries: what was told before our own record of the sending was there."""
    if delivery.state == Delivery.State.DISPATCHED and delivery.message_id and _effect(delivery) is not None:
        handlers.enqueue(ENGINE, EVENT, delivery.notice.kind, delivery, clock.now())


def handle(run: HandlerRun) -> None:
    """In a step of its own, as the system user, everything locked: the delivery follows what is known by now."""
    delivery: Delivery = handlers.row_of(run, Delivery)
    event = _effect(delivery)
    if event is None:
        return
    if event.kind in BACK:
        outcomes.returned(delivery, _moment(event, delivery), why(event))
    else:
        outcomes.delivered(delivery, _moment(event, delivery))


def _effect(delivery: Delivery) -> MailEvent | None:
    """The event that moves this delivery on. What came back has come back, whatever the order in which it was told; what
    a person recorded stays as that person recorded it, and what a person put right is not put back."""
    told = _since_mended(delivery)
    if delivery.state == Delivery.State.DISPATCHED:
        return _first(told.filter(kind__in=BACK), delivery) or _first(
            told.filter(kind=MailEvent.Kind.DELIVERED), delivery
        )
    if delivery.state == Delivery.State.DELIVERED and _by_service(delivery):
        return _first(told.filter(kind__in=BACK), delivery)
    return None


def _first(told: QuerySet[MailEvent], delivery: Delivery) -> MailEvent | None:
    return next((event for event in told if matches(event, delivery)), None)


def matches(event: MailEvent, delivery: Delivery) -> bool:
    """Whether it tells of the address to which the letter went; where the service names none, it does."""
    return not event.recipient or _plain(event.recipient) == _plain(str(delivery.address.get("email", "")))


def _plain(address: str) -> str:
    """An address as it is compared: small letters; its domain as mail servers write it."""
    local, _, domain = parseaddr(address)[1].casefold().rpartition("@")
    try:
        return f"{local}@{punycode(domain)}"
    except UnicodeError:
        return f"{local}@{domain}"


def _since_mended(delivery: Delivery) -> QuerySet[MailEvent]:
    """What happened, and was told, after its record was last put right by a person; all of it where none was."""
    told, mended = events_of(delivery), delivery.corrections.aggregate(last=Max("made_at"))["last"]
    return told if mended is None else told.filter(at__gt=mended, received_at__gt=mended)


def _by_service(delivery: Delivery) -> bool:
    """Whether it is a service, and no person, that wrote what stands there now."""
    stands, writer = _result(delivery), ""
    for record in delivery.history.order_by("-history_id"):
        if _result(record) != stands:
            break
        writer = record.history_verb
    return writer.endswith(f":{EVENT}")


def _result(row: Any) -> tuple[Any, ...]:
    """What became of it, as a delivery or a row of its history has it."""
    return row.state, row.delivered_at, row.returned_at


def _moment(event: MailEvent, delivery: Delivery) -> datetime:
    """The service's clock is not ours: never before the sending, never after now."""
    since = delivery.delivered_at or delivery.dispatched_at or event.at
    return min(max(event.at, since), max(clock.now(), since))


def events_of(delivery: Delivery) -> QuerySet[MailEvent]:
    """All that was told of its present sending, oldest first."""
    ours, service = bare(delivery.message_id), bare(delivery.service_id)
    if not ours and not service:
        return MailEvent.objects.none()
    ids = [one for one in (ours, service) if one]
    return MailEvent.objects.filter(Q(message_id__in=ids) | Q(our_id__in=ids)).order_by("at", "pk")


def delivery_of(event: MailEvent) -> Delivery | None:
    """The delivery whose present sending it tells of."""
    return Delivery.objects.filter(_sent_as(event)).select_related("notice").first()


def earlier_of(event: MailEvent) -> Any:
    """The delivery, as it then was, of an earlier sending of which the event tells (it was sent once more since)."""
    return Delivery.history.filter(_sent_as(event)).order_by("-history_id").first()


def _sent_as(event: MailEvent) -> Q:
    ids = {one for one in (event.message_id, event.our_id) if one}
    return Q(message_id__in=[f"<{one}>" for one in ids]) | Q(service_id__in=ids)


def bare(message_id: str) -> str:
    """An identifier without its angle brackets: not every service hands them back."""
    return message_id.strip().removeprefix("<").removesuffix(">")


# --- from the event to the row ----------------------------------------------------------------------------------


def _values(event: Any, service: str) -> dict[str, Any]:
    kind = event.event_type if event.event_type in KINDS else MailEvent.Kind.UNKNOWN
    values = {
        "service": service, "kind": kind, "raw_kind": _raw_kind(event), "message_id": bare(str(event.message_id or ""))[:200],
        "our_id": bare(str((event.metadata or {}).get(OUR_ID) or ""))[:200], "recipient": str(event.recipient or "")[:254],
        "at": event.timestamp or clock.now(), "reject_reason": str(event.reject_reason or "")[:20], "detail": _detail(event),
    }  # fmt: skip
    return values | {"event_id": _event_id(event, values)}


def _event_id(event: Any, values: dict[str, Any]) -> str:
    """The service's own; where it gives none, the same event told twice still has the same."""
    given = str(event.event_id or "")
    if given and len(given) <= 200:
        return given
    moment = event.timestamp.isoformat() if event.timestamp else ""
    told = [given, values["kind"], values["raw_kind"], values["message_id"], values["recipient"], moment]
    return f"sha256:{hashlib.sha256('|'.join(told).encode()).hexdigest()}"


def _raw_kind(event: Any) -> str:
    """What the service itself calls it, where it says so in one of the usual places."""
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    inner = told.get("event-data", told)
    names = [
        inner.get(name) for name in ("RecordType", "event", "eventType", "type", "Type") if isinstance(inner, dict)
    ]
    return next((name[:60] for name in names if isinstance(name, str)), "")


def _detail(event: Any) -> str:
    return "\n".join(str(part) for part in (event.mta_response, event.description) if part)[:2000]
