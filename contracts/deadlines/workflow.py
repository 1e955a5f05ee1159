"""Starting, moving and ending clocks. Called inside steps of the rooms above, of handlers, and of the sweep."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, Q

from accounts.models import Customer
from config.desk import house
from config.desk.clock import jst_day
from config.desk.jst import jday
from config.desk.locking import locked
from contracts.deadlines.engine import DeadlineKind, kind_of, named
from contracts.deadlines.models import Deadline
from contracts.deadlines.reckoning import Extension, Plan, Reckoning, Terms, Way, midnight_after, plan, reckon
from contracts.decisions.models import Decision
from contracts.rules.clauses import ClauseRef
from contracts.rules.periods import Step, compute
from contracts.terms.readings import Length, closures, snapshot
from notices.models import Delivery, Notice, Postage

State = Deadline.State


def readings_on(day: date, subject: Model) -> dict[str, Any]:
    """The snapshot that a clock keeps from its beginning: the terms' readings for its subject (individual terms prevail),
    and the house's transit days and closures."""
    closed = sorted(closure.isoformat() for closure in closures() if closure >= day)
    return snapshot(day, subject) | {"transit_days": house.number("transit_days"), "closures": closed}


def closures_of(readings: Mapping[str, Any]) -> Collection[date]:
    """The company's closed days that a snapshot keeps; one from before they were kept goes by today's."""
    kept = readings.get("closures")
    return closures() if kept is None else frozenset(date.fromisoformat(day) for day in kept)


def plan_for(kind: DeadlineKind | str, subject: Model, *, planned: date, channels: list[str], **other: str) -> Plan:
    """What a letter of this day will name; `other` replaces readings, to compare them."""
    kind = named(kind)
    length = kind.length(subject, planned)
    basis = length.basis(clause_words(kind.clause))
    terms = Terms.of(length, readings_on(planned, subject) | other, closures(), basis)
    return plan(planned, channels, terms)


def start(
    kind: DeadlineKind | str,
    subject: Model,
    *,
    customer: Customer,
    at: datetime,
    notice: Notice | None = None,
    begins: datetime | date | None = None,
) -> Deadline:
    """Start a clock; with a notice, the customer's, from its deliveries. The same notice again: the same clock."""
    kind = named(kind)
    if notice is not None and (running := Deadline.objects.filter(kind=kind.key, notice=notice).first()):
        return running
    begins = begins or at
    day = jst_day(begins) if isinstance(begins, datetime) else begins
    length = kind.length(subject, day)
    deadline = Deadline(
        kind=kind.key, nature=kind.nature, subject=subject, customer=customer, notice=notice, started_at=at,
        communicated_on=notice.communicated_on if notice else None, readings=readings_on(day, subject), length=asdict(length),
    )  # fmt: skip
    _reckon_anew(deadline) if kind.nature == "customer_must" else _fix_due_day(deadline, begins, length)
    deadline.save()
    return deadline


def note(
    kind: DeadlineKind, subject: Model, *, customer: Customer, by: Any, at: datetime, on: date, what: str
) -> Deadline:
    """A deadline of one's own, for the end of this JST day: chosen, not counted."""
    step = Step("確認する日は、本人が決める", "社内の取扱い", f"{by}", f"{jday(on)}")
    return Deadline.objects.create(
        kind=kind.key, nature=kind.nature, subject=subject, customer=customer, started_at=at, due_on=on, owner=by, what=what,
        reasoning=[asdict(step)],
    )  # fmt: skip


def start_on(
    kind: DeadlineKind | str, subject: Model, *, customer: Customer, at: datetime, on: date, why: str
) -> Deadline:
    """A `not_before` whose first allowed JST day is named, not counted: it falls due at 0:00 of `on`."""
    kind = named(kind)
    return Deadline.objects.create(
        kind=kind.key, nature=kind.nature, subject=subject, customer=customer, started_at=at, due_on=on - timedelta(days=1),
        reasoning=[asdict(Step("届出の日による", clause_words(kind.clause), why, jday(on)))],
    )  # fmt: skip


def _fix_due_day(deadline: Deadline, begins: datetime | date, length: Length) -> None:
    """A duty of ours is never rolled to a later day."""
    basis = length.basis(clause_words(kind_of(deadline).clause if length.set_by != "house" else ""))
    computed = compute(begins, days=length.days, months=length.months, mode="none", length_basis=basis)
    deadline.due_on, deadline.reasoning = computed.last_day, [asdict(step) for step in computed.steps[:-1]]


def ways_of(notice: Notice) -> list[Way]:
    """The ways on which a letter went; a cancelled one is none."""
    return [_way(d) for d in notice.deliveries.all() if d.state != Delivery.State.CANCELLED]


def _way(delivery: Delivery) -> Way:
    status: Any = {"queued": "queued", "in_flight": "queued", "dispatched": "left", "delivered": "arrived"}.get(
        delivery.state, "back"
    )
    channel: Any = delivery.channel
    status = "back" if delivery.elsewhere else status
    return Way(
        channel=channel, status=status, recorded=delivery.postage not in ("", Postage.ORDINARY),
        dispatched_at=delivery.dispatched_at, delivered_at=delivery.delivered_at, waived_at=delivery.waived_at,
        failed=delivery.state == Delivery.State.FAILED, elsewhere=delivery.elsewhere and delivery.has_left,
    )  # fmt: skip


def clause_words(clause: str) -> str:
    """規約第23条第1項; a house policy says so."""
    return f"規約{ClauseRef.parse(clause).label()}" if clause else "社内の取扱い"


def reckoning_of(deadline: Deadline, **other: str) -> Reckoning:
    """Reckoned from its letter's deliveries as they stand; `other` replaces readings, to compare them."""
    if deadline.notice is None:
        raise ValueError("a customer's period runs on a notice")
    terms = _terms_of(deadline, deadline.readings | other)
    return reckon(ways_of(deadline.notice), _told(deadline, deadline.communicated_on), terms, _extension_of(deadline))


def _told(deadline: Deadline, named: date | None) -> date | None:
    """The latest day that the customer was told: in its own letter, or in another one on the same matter."""
    days = [day for day in (named, kind_of(deadline).also_told(deadline)) if day is not None]
    return max(days, default=None)


def foreseen(deadline: Deadline, *, waived_at: datetime | None = None, extended_to: date | None = None) -> Reckoning:
    """What a waiver of the post, or an agreed day (JST), would give; nothing is written."""
    if deadline.notice is None:
        raise ValueError("a customer's period runs on a notice")
    ways = [
        replace(way, waived_at=waived_at) if waived_at and way.channel == "post" else way
        for way in ways_of(deadline.notice)
    ]
    extension = Extension(to=extended_to, decision="承認待ち") if extended_to else _extension_of(deadline)
    return reckon(ways, _told(deadline, deadline.communicated_on), _terms_of(deadline, deadline.readings), extension)


def under(deadline: Deadline, **other: str) -> tuple[date, Reckoning]:
    """What its letter would have named, and from when we could act, under other readings; nothing is written."""
    if deadline.notice is None:
        raise ValueError("a customer's period runs on a notice")
    ways, terms = ways_of(deadline.notice), _terms_of(deadline, deadline.readings | other)
    named = plan(deadline.notice.planned_dispatch_on, [way.channel for way in ways], terms).communicated_on
    return named, reckon(ways, _told(deadline, named), terms, _extension_of(deadline))


def _terms_of(deadline: Deadline, readings: Mapping[str, Any]) -> Terms:
    length = Length(**deadline.length)
    return Terms.of(length, readings, closures_of(readings), length.basis(clause_words(kind_of(deadline).clause)))


def _extension_of(deadline: Deadline) -> Extension | None:
    if deadline.extended_to is None or deadline.extension is None:
        return None
    return Extension(to=deadline.extended_to, decision=deadline.extension.number)


def _reckon_anew(deadline: Deadline) -> None:
    result = reckoning_of(deadline)
    deadline.act_from, deadline.blocked = result.act_from, result.blocked
    deadline.reasoning = [asdict(step) for step in result.steps]


def as_it_stands(deadline: Deadline) -> Deadline:
    """The same clock, reckoned from the deliveries as they are recorded; nothing is written.

    The row follows by a handler, a moment later or after its retry: what may be done is never judged by a stale row.
    """
    if deadline.nature == Deadline.Nature.CUSTOMER_MUST and deadline.notice is not None:
        _reckon_anew(deadline)
    return deadline


def follow_delivery(delivery: Delivery) -> None:
    """Whatever becomes of a delivery, the clocks on its letter move by themselves, and those whose matter it names too."""
    letter = delivery.notice
    beside = Q(content_type_id=letter.content_type_id, object_id=letter.object_id, notice__isnull=False)
    moved = Deadline.objects.on_file().filter(Q(notice=letter) | beside).order_by("pk")
    for pk in moved.values_list("pk", flat=True):
        deadline = locked(Deadline, pk)
        before = _reckoned(deadline)
        _reckon_anew(deadline)
        if before != _reckoned(deadline):
            _run_again_if_early(deadline)
            deadline.save()


def _reckoned(deadline: Deadline) -> tuple[Any, ...]:
    """What is reckoned of it, and why."""
    return deadline.act_from, deadline.blocked, deadline.reasoning


def extends(deadline: Deadline, to: date) -> bool:
    """Whether the end of this JST day is later than all that binds us already: later than told, agreed and reckoned."""
    told = max(day for day in (deadline.communicated_on, deadline.extended_to, date.min) if day)
    return to > told and (deadline.act_from is None or midnight_after(to) > deadline.act_from)


def extend(deadline: Deadline, *, to: date, decision: Decision) -> Deadline:
    """Agreed with the customer and approved: act only after the end of this JST day. The old dates stay in the history.

    Raises ValueError where it would not be later. What the letter named stays as it was; a clock that had run out runs again.
    """
    fresh = as_it_stands(locked(Deadline, deadline.pk))
    if fresh.nature != Deadline.Nature.CUSTOMER_MUST or not extends(fresh, to):
        raise ValueError("an extension only ever lengthens a customer's period")
    fresh.extended_to, fresh.extension = to, decision
    _reckon_anew(fresh)
    _run_again_if_early(fresh)
    fresh.save()
    return fresh


def _run_again_if_early(deadline: Deadline) -> None:
    """A clock that had run out, and now must not have, runs again."""
    lapsed_too_early = deadline.act_from is None or (
        deadline.lapsed_at is not None and deadline.lapsed_at < deadline.act_from
    )
    if deadline.state == State.LAPSED and lapsed_too_early:
        deadline.state, deadline.lapsed_at = State.RUNNING, None


def meet(deadline: Deadline, *, by: Any, at: datetime, on: datetime) -> Deadline:
    """Done, at the legal moment `on`."""
    fresh = as_it_stands(locked(Deadline, deadline.pk))
    if fresh.state in (State.RUNNING, State.LAPSED):
        fresh.state, fresh.met_on = State.MET, on
        fresh.save()
    return fresh


def meet_all(subject: Model, kind: DeadlineKind | str, *, by: Any, at: datetime, on: datetime) -> None:
    """Every clock of this kind on the row is done."""
    for deadline in Deadline.objects.about(subject, named(kind).key).running():
        meet(deadline, by=by, at=at, on=on)


def cancel(deadline: Deadline, *, reason: str) -> Deadline:
    """What it rested on is gone; the reason stays with it."""
    fresh = locked(Deadline, deadline.pk)
    if fresh.state in (State.RUNNING, State.LAPSED):
        fresh.state, fresh.closed_reason = State.CANCELLED, reason
        fresh.save()
    return fresh


def lapse(deadline: Deadline, at: datetime) -> bool:
    """Called by the sweep in a step of its own: run out, once."""
    fresh = locked(Deadline, deadline.pk)
    if not Deadline.objects.lapsing(at, jst_day(at)).filter(pk=fresh.pk).exists():
        return False
    if fresh.nature == Deadline.Nature.CUSTOMER_MUST and not as_it_stands(fresh).may_act(at):
        return False  # a delivery is recorded whose handler has yet to move the row
    fresh.state, fresh.lapsed_at = State.LAPSED, at
    fresh.save()
    kind_of(fresh).on_due(fresh.subject, fresh, at)
    return True
