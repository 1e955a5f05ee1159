"""Art. 7: changes of what a customer has registered, entered from its notice; nothing is overwritten."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from accounts import registered
from accounts.models import Customer
from accounts.registered import Field, Value
from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.locking import locked
from config.desk.refusal import Lead, Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.incoming.models import Incoming
from contracts.licenses import change_proof, change_reach
from contracts.licenses.change_models import ChangeNotice
from notices import workflow as notices
from notices.models import Delivery, Notice

CLAUSE = "7(3)"
RECORD, TAKES_EFFECT, CONFIRM = "licenses.record_change", "licenses.change_takes_effect", change_reach.CONFIRM
State = ChangeNotice.State


def record_why_not(customer: Customer, *, by: Any, at: datetime) -> Refused | None:
    """A merged number has no register of its own to be kept."""
    head = customer.merged_into
    if head is None:
        return None
    lead = Lead(label=f"{head.number} で記録する", verb=RECORD, to=head)
    return Refused(
        f"{customer.number} は、{head.number} にまとめました。", clause=CLAUSE, instead="変更は、まとめた先で記録してください。",
        short="まとめ済", leads=(lead,),
    )  # fmt: skip


def record(
    customer: Customer,
    *,
    by: Any,
    at: datetime,
    changed: Mapping[str, Value],
    notified_at: datetime,
    channel: str,
    effective_on: date | None = None,
    incoming: Incoming | None = None,
    evidence: str = "",
    only_this: bool = False,
    confirm: bool = False,
) -> ChangeNotice:
    """Enter what changed. It counts from the later of the day that it names and the moment of the notice.

    Letters that have left stay as they are (7(3)); what waits with a former address is made anew before it leaves.
    """
    change_proof.require_time(customer, notified_at, incoming, at)
    lines = described(customer, changed, notified_at)
    _require_change(lines)
    _require_proof(customer, changed, evidence, incoming)
    _require_own(customer, incoming)
    effective_on = effective_on or jst_day(notified_at)
    row = ChangeNotice.objects.create(
        number=f"{customer.number}-H{customer.change_notices.count() + 1}", customer=customer, notified_at=notified_at, channel=channel,
        incoming=incoming, effective_on=effective_on, since=registered.begins(effective_on, notified_at), changes=lines,
        evidence=evidence, owner=by,
    )  # fmt: skip
    if Field.EMAIL in changed:  # never left out: who reads there knows whether it was the customer who told us
        _confirm(row, "old", by=by, at=at)
    for pk in [customer.pk] if only_this else customer.family_ids:
        one = customer if pk == customer.pk else locked(Customer, pk)
        registered.change(one, _differing(one, changed, notified_at), since=row.since, source=row.number, at=at)
    change_reach.look_again(concerned(row), row, at)
    if confirm and Field.EMAIL in changed:
        _confirm(row, "new", by=by, at=at)
    if row.since > at:
        deadlines.start_on(TAKES_EFFECT, row, customer=customer, at=at, on=effective_on, why="届出のあった変更の日")
    return row


def _differing(customer: Customer, changed: Mapping[str, Value], at: datetime) -> dict[str, Value]:
    """What is not registered so already at this moment."""
    now = registered.values_at(customer, at)
    return {field: value for field, value in changed.items() if now[field] != value}


def described(customer: Customer, changed: Mapping[str, Value], at: datetime) -> list[dict[str, str]]:
    """Old and new of each field that differs from what is registered at this moment, in words."""
    now = registered.values_at(customer, at)
    return [
        {"field": field, "label": Field(field).label, "old": _shown(now[field]), "new": _shown(value)}
        for field, value in _differing(customer, changed, at).items()
    ]


def _shown(value: Value) -> str:
    text, postal_code = value
    return f"〒{postal_code}　{text}" if postal_code else text


def _require_change(lines: list[dict[str, str]]) -> None:
    if not lines:
        raise Refused("変わるものがありません。", clause=CLAUSE, instead="変わった項目に、新しい内容を入れてください。")


def _require_proof(customer: Customer, changed: Mapping[str, Value], evidence: str, incoming: Incoming | None) -> None:
    """A body's new name is entered only on a document: who signs under it is another question."""
    has_files = incoming is not None and incoming.files.exists()
    if Field.NAME in changed and customer.kind != Customer.Kind.INDIVIDUAL and not evidence and not has_files:
        raise Refused(
            "名称の変更には、確かめた書類が必要です。", clause=CLAUSE,
            instead="登記事項証明書など、確かめた書類を書くか、書類のファイルのある受信を指定してください。",
        )  # fmt: skip


def _require_own(customer: Customer, incoming: Incoming | None) -> None:
    """A line of the register that is somebody's is this customer's; one that is nobody's yet becomes theirs."""
    if incoming is None:
        return
    fresh = locked(Incoming, incoming.pk)
    if fresh.customer_id is not None and fresh.customer_id not in customer.family_ids:
        raise Refused(
            f"{fresh} は、{customer.name}からのものではありません。",
            clause=CLAUSE,
            instead="受信の番号を確かめてください。",
        )
    if fresh.customer_id is None:
        fresh.customer = customer
        fresh.save()


def _confirm(row: ChangeNotice, whom: str, *, by: Any, at: datetime) -> None:
    """House policy: both addresses hear of a new e-mail address, since who holds it receives the legal letters."""
    notices.order(
        CONFIRM, row, customer=row.customer, by=by, at=at, fields={"whom": whom}, channels=["email"], key=f"{CONFIRM}:{row.number}:{whom}",
        planned=max(row.effective_on, jst_day(at)) if whom == "new" else None,
    )  # fmt: skip


def takes_effect(row: ChangeNotice, deadline: Deadline, at: datetime) -> None:
    """Its day has come: lists show it, too. Whoever reads by date has read it since 0:00."""
    for customer in sorted(concerned(row), key=lambda one: one.pk):
        registered.copy(locked(Customer, customer.pk), at)


def concerned(row: ChangeNotice) -> list[Customer]:
    """The customers whose register it changed: one, or with those merged into it."""
    return list(Customer.objects.filter(details__source=row.number).distinct())


def withdraw_why_not(row: ChangeNotice, *, by: Any, at: datetime) -> Refused | None:
    """A slip: by its author on the same day, or by another person; while no letter went to the new address."""
    if row.state == State.WITHDRAWN:
        return Refused(
            "この届出の記録は、取り消してあります。", clause=CLAUSE, instead="することはありません。", short="取消し済"
        )
    if later := _later(row):
        return Refused(
            f"この後に、{later}が記録されています。",
            clause=CLAUSE,
            instead="新しいものから順に取り消してください。",
            short="後の届出あり",
        )
    if refused := change_reach.withdraw_why_not(row):
        return refused
    if by == row.owner and jst_day(at) != jst_day(row.recorded_at):
        return Refused(
            "記録した本人が取り消せるのは、記録した日だけです。", clause=CLAUSE, instead="ほかの担当者に、確かめて取り消してもらってください。",
            short="別の人の手続",
        )  # fmt: skip
    return None


def _later(row: ChangeNotice) -> ChangeNotice | None:
    """A later notice that began from the values of this one."""
    fields = {line["field"] for line in row.changes}
    later = ChangeNotice.objects.filter(customer=row.customer, pk__gt=row.pk, state=State.RECORDED).order_by("-pk")
    return next((one for one in later if fields & {line["field"] for line in one.changes}), None)


def withdraw(row: ChangeNotice, *, by: Any, at: datetime, reason: str) -> ChangeNotice:
    """A counter-entry: the former values count again from now on; what was sent in between stays as it was sent."""
    for pk in sorted(one.pk for one in concerned(row)):
        locked(Customer, pk)
    registered.take_back(row.number, at=at)
    change_reach.look_again(concerned(row), row, at)
    row.state, row.withdrawn_at, row.withdrawn_reason = State.WITHDRAWN, at, reason
    row.save()
    for deadline in Deadline.objects.about(row, TAKES_EFFECT).running():
        deadlines.cancel(deadline, reason=reason[:300])
    for letter in Notice.objects.about(row, CONFIRM).pending():
        notices.recall(letter, by=by, at=at, reason="届出の記録を取り消したため")
    return row


def waiting_elsewhere(customer: Customer, changed: Mapping[str, Value]) -> list[Delivery]:
    """Letters that wait with an address which this change would replace."""
    if not {Field.NAME, Field.EMAIL, Field.ADDRESS, Field.CONTACT} & set(changed):
        return []
    rows = Delivery.objects.filter(notice__customer=customer, state__in=["queued", "failed"]).select_related("notice")
    return list(rows.filter(notice__state__in=["ordered", "numbered", "final", "dispatched"])[:20])


def since_words(row: ChangeNotice) -> str:
    """From when it counts, and why then."""
    day = jday_year(row.since)
    if jst_day(row.since) == row.effective_on:
        return f"{day}から"
    return f"{day}から（変更の日 {jday_year(row.effective_on)} の後に届いたため）"
