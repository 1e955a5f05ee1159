"""What is done in the product, apart from the order; and where a refusal leads on when a stop cannot wait (9(4))."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from config.desk import house
from config.desk.locking import locked
from config.desk.refusal import Lead, Refused
from contracts.deadlines import workflow as deadlines
from contracts.decisions.models import Decision
from contracts.licenses.models import Block
from contracts.measures.gateway import APPLY, RELEASE
from contracts.measures.models import Measure, MeasureBlock
from contracts.measures.workflow import CLAUSE, CONSENT_VERB, SUSPENSION, has_ended

NOTHING_AFTER_END = "契約が終了しているので、製品で再開することはありません。"


def confirm_applied_why_not(measure: Measure, *, by: Any, at: datetime) -> Refused | None:
    """Something was ordered that nobody has confirmed; before the notice there is nothing to do (9(4))."""
    if measure.state in (Measure.State.PROPOSED, Measure.State.ORDERED) and not unconfirmed(measure):
        return too_early(measure)
    if measure.state == Measure.State.WITHDRAWN:
        return Refused("製品で行うことは、ありません。", clause=CLAUSE, instead="取りやめた措置です。")
    if unconfirmed(measure):
        return None
    if released_by_nobody(measure):
        return Refused(
            NOTHING_AFTER_END, clause="23(3)", instead="停止は解除されましたが、利用は契約の終了により止まっています。"
        )
    return Refused(
        "製品での作業は、記録済みです。",
        clause=CLAUSE,
        instead="措置の画面で、確認の日時を見てください。",
        short="記録済み",
    )


def unconfirmed(measure: Measure) -> bool:
    """Whether what was ordered last, the stop or its end, still waits for its confirmation."""
    if released_by_nobody(measure):
        return False
    return _unconfirmed(measure).exists()


def _unconfirmed(measure: Measure) -> QuerySet[MeasureBlock]:
    """Of a stop that ended and began again, the blocks that ended first are released no more."""
    if measure.state == Measure.State.IN_FORCE:
        return measure.links.filter(block__until=None, block__confirmed_at=None)
    return measure.links.filter(block__until__isnull=False, block__release_confirmed_at=None)


def released_by_nobody(measure: Measure) -> bool:
    """Lifted on a contract that is over: nothing is released in the product (23(3))."""
    return measure.state == Measure.State.LIFTED and has_ended(measure)


def waits(measure: Measure) -> bool:
    """Whether something is to be done in the product, now or when the notice has left."""
    early = measure.state in (Measure.State.PROPOSED, Measure.State.ORDERED)
    return early or (measure.state != Measure.State.WITHDRAWN and unconfirmed(measure))


def too_early(measure: Measure) -> Refused:
    """No credential is stopped before its notice has left; what may be done instead, where it cannot wait."""
    minutes = house.number("email_wait_minutes")
    return Refused(
        "停止の通知が、まだ発送されていません。その前に、認証情報を停止することはできません。", clause=CLAUSE, short="通知の発送前",
        instead=f"急ぐときは、メールだけで通知するか（承認の後、{minutes}分待って送信し、その時から停止します）、利用者の承諾を得て停止してください。",
        leads=leads(measure),
    )  # fmt: skip


def leads(measure: Measure) -> tuple[Lead, ...]:
    """The ways on while a suspension waits: notify by e-mail only, or the customer's own consent (readings, section 3)."""
    consent = Lead(label="利用者の承諾を得て停止する", verb=CONSENT_VERB, given=_named(measure))
    decision = Decision.objects.about(measure, SUSPENSION).order_by("-pk").first()
    if decision is None or not decision.is_open or decision.fields.get("channels") in ("email", ["email"]):
        return (consent,)
    return (
        Lead(label="メールだけで通知する", verb="decisions.edit", to=decision, given={"channels": "email"}),
        consent,
    )


def _named(measure: Measure) -> dict[str, str]:
    named = {"customer": measure.customer.number, "subscription": measure.subscription.number}
    return named | ({"leak_report": measure.report.number} if measure.report else {})


def confirm_applied(measure: Measure, *, by: Any, at: datetime, applied_at: datetime, how: str) -> Measure:
    """An operator did it in the product; shown apart from the order. Refused where it was done before it was ordered.

    A minute is the finest that people note, so the minute of the order counts as after it.
    """
    stopping = measure.state == Measure.State.IN_FORCE
    ordered = measure.in_force_at if stopping else measure.lifted_at
    if ordered is None or applied_at < ordered.replace(second=0, microsecond=0):
        raise _done_before_order(stopping)
    if stopping:
        measure.applied_how = how
    else:
        measure.released_how = how
    measure.save()
    for link in _unconfirmed(measure).select_related("block"):
        _confirm(locked(Block, link.block_id), stopping, applied_at)
    deadlines.meet_all(measure, APPLY if stopping else RELEASE, by=by, at=at, on=applied_at)
    return measure


def _confirm(block: Block, stopping: bool, applied_at: datetime) -> None:
    if stopping:
        block.confirmed_at = applied_at
    else:
        block.release_confirmed_at = applied_at
    block.save()


def _done_before_order(stopping: bool) -> Refused:
    what = "停止の通知の発送、または承諾の記録" if stopping else "停止の解除"
    return Refused(
        f"作業の日時が、{what}より前です。", clause=CLAUSE,
        instead="日時を確かめてください。通知の前に製品で止めていたときは、直ちに戻し、法務に知らせてください。" if stopping
        else "日時を確かめてください。",
    )  # fmt: skip
