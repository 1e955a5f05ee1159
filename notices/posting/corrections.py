"""Mending a record of a posting, a delivery or a return (Art. 4(2)): visibly, never overwritten.

By its author on the same day, while nothing hangs on it; later by a proposal with a reason that another person approves.
The old record stays in the history, what was mended is a row of its own, and the clocks follow as for every delivery.
What cannot be undone any more is not undone by mending what it rests on: such a mend is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jshort
from config.desk.locking import locked
from config.desk.refusal import Lead, Refused
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from notices import outcomes, resting, workflow
from notices.engine import kind_of
from notices.models import Channel, Delivery, Notice, Secret
from notices.posting.models import PrintRunLetter, RecordCorrection
from notices.posting.moments import too_early
from notices.returns import register as returned_register
from notices.returns import tracking

KIND, PROPOSE = "notices.correct_record", "notices.propose_correction"
What, State = RecordCorrection.What, Delivery.State
FIELD = {
    What.POSTING: "dispatched_at", What.NOT_POSTED: "dispatched_at", What.DELIVERY: "delivered_at", What.NOT_DELIVERED: "delivered_at",
    What.RETURN: "returned_at", What.NOT_RETURNED: "returned_at",
}  # fmt: skip
TAKEN_BACK = (What.NOT_POSTED, What.NOT_DELIVERED, What.NOT_RETURNED)


@dataclass(frozen=True, kw_only=True)
class Mend:
    """What is to be mended: on which way, what is wrong, and the right moment (None where it did not happen at all)."""

    channel: str
    what: str
    correct_at: datetime | None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Mend":
        """From the fields of a form, cleaned."""
        what = str(fields["what"])
        moment = None if what in TAKEN_BACK else fields.get("correct_at")
        return cls(channel=str(fields.get("channel") or Channel.POST), what=what, correct_at=moment)


# --- what is in the way -------------------------------------------------------------------------------------------------


def recorded_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """For the buttons: something of it is on record."""
    if any(d.dispatched_at for d in notice.deliveries.all()):
        return None
    return Refused("訂正する記録がありません。", clause="4(2)", instead="差出しや配達を、先に記録してください。")


def propose_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """And no proposal is under way."""
    return recorded_why_not(notice, by=by, at=at) or decisions.open_already(KIND, notice)


def kind_why_not(notice: Notice, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """At the proposal, at each change and at the approval: the record is there, the moment fits, nothing rests on it."""
    mend = Mend.of(fields)
    delivery = next((d for d in notice.deliveries.all() if d.channel == mend.channel), None)
    if delivery is None or getattr(delivery, FIELD[What(mend.what)]) is None:
        return Refused("その記録がありません。", clause="4(2)", instead="方法と、訂正することを選び直してください。")
    return _does_not_fit(delivery, mend, at) or rests_on_it(notice, delivery, mend)


def _does_not_fit(delivery: Delivery, mend: Mend, at: datetime) -> Refused | None:
    if mend.what in (What.POSTING, What.NOT_POSTED) and delivery.channel != Channel.POST:
        return resting.no("メールの送信日時は、訂正できません。", "送信の結果は、自動で記録しています。")
    if mend.what in TAKEN_BACK:
        return None
    if mend.correct_at is None:
        return resting.no("正しい日時を入れてください。", "起こっていないときは、その訂正を選んでください。")
    if mend.correct_at > at:
        return resting.no("正しい日時が、記録する時点より後です。", "実際にあった日時を入れてください。")
    if refused := _out_of_order(delivery, mend.what, mend.correct_at):
        return refused
    if mend.what != What.POSTING:
        return None
    taken = tracking.free_why_not(delivery, delivery.tracking_number, jst_day(mend.correct_at))
    return too_early(delivery, mend.correct_at) or taken


def _out_of_order(delivery: Delivery, what: str, moment: datetime) -> Refused | None:
    """Ordered, posted, delivered, returned: in this order, as far as each is on record."""
    steps = [delivery.notice.ordered_at, delivery.dispatched_at, delivery.delivered_at, delivery.returned_at]
    place = {What.POSTING: 1, What.DELIVERY: 2, What.RETURN: 3}[What(what)]
    early = any(known is not None and moment < known for known in steps[:place])
    late = any(known is not None and moment > known for known in steps[place + 1 :])
    if early or late:
        return resting.no("確定・差出し・配達・返戻の順と合いません。", "ほかの記録の日時も確かめてください。")
    if moment == steps[place]:
        return resting.no("記録されている日時と同じです。", "正しい日時を入れてください。")
    return None


def rests_on_it(notice: Notice, delivery: Delivery, mend: Mend) -> Refused | None:
    """What cannot be undone: a decided letter that left after this one, an own effect by decision, a letter sent anew."""
    later = resting.decided_since(notice, delivery)
    if later is not None:
        return resting.no(
            f"この記録のあとに、決裁による通知（{later}）が発送されています。",
            "取り消せない効果が、この記録に基づいて生じています。異議の手続で、先に判断した人と別の人が判断してください。",
        )
    if mend.what in (What.RETURN, What.NOT_RETURNED) and notice.followed_up:
        return resting.no("返戻を受けて、すでに改めて送るか、対応しています。", "あとの通知の記録で扱ってください。")
    if mend.what == What.NOT_POSTED and _has_lost_its_secret(notice):
        return resting.no(
            "この通知の認証情報は、差出しのときに消しています。",
            "書面を刷り直せません。認証情報を改めて渡す手続をしてください。",
        )
    if mend.what in (What.POSTING, What.NOT_POSTED):
        return _moves_an_effect(notice, delivery, mend)
    return kind_of(notice).mend_why_not(notice.subject, notice)


def _has_lost_its_secret(notice: Notice) -> bool:
    content = getattr(notice, "content", None)
    labeled = content is not None and bool(content.letter["content"].get("secret_label"))
    return labeled and not Secret.objects.filter(notice=notice).exists()


def _moves_an_effect(notice: Notice, delivery: Delivery, mend: Mend) -> Refused | None:
    """The moment at which the letter took effect is not moved where a decision, or the start of a use, rests on it."""
    if notice.state != Notice.State.DISPATCHED or _effect_after(notice, delivery, mend) == notice.dispatched_at:
        return None
    return resting.effect_stands(notice)


def _effect_after(notice: Notice, delivery: Delivery, mend: Mend) -> datetime | None:
    moments = [d.dispatched_at for d in notice.deliveries.all() if d.pk != delivery.pk and d.dispatched_at]
    moments += [mend.correct_at] if mend.correct_at is not None else []
    return min(moments, default=None)


# --- by its author, on the same day ------------------------------------------------------------------------------------


def mend_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """For the button: this person recorded something of it today, and nothing has begun since."""
    if refused := recorded_why_not(notice, by=by, at=at):
        return refused
    mine = [
        record for d in notice.deliveries.all() for field in set(FIELD.values()) if (record := _own(d, field, by, at))
    ]
    return None if mine else _by_proposal(notice)


def mend(notice: Notice, *, by: Any, at: datetime, reason: str, **fields: Any) -> Notice:
    """A slip of today, put right by whoever made it."""
    asked = Mend.of(fields)
    if refused := kind_why_not(notice, fields, by, at):
        raise refused
    delivery = notice.deliveries.select_for_update(of=("self",)).get(channel=asked.channel)
    record = _own(delivery, FIELD[What(asked.what)], by, at)
    if record is None:
        raise _by_proposal(notice)
    if begun := resting.begun_since(notice, record.history_date):
        raise _by_proposal(notice, f"この記録のあとに、{begun}が始まっています。")
    _correct(delivery, asked, by=by, at=at, reason=reason)
    notice.refresh_from_db()
    return notice


def _own(delivery: Delivery, field: str, by: Any, at: datetime) -> Any:
    """The history row by which this person, today (JST), wrote what stands in the field; None where it was another."""
    value, written = getattr(delivery, field), None
    if value is None:
        return None
    for record in delivery.history.order_by("-history_id"):
        if getattr(record, field) != value:
            break
        written = record
    own = written is not None and written.history_user_id == by.pk and jst_day(written.history_date) == jst_day(at)
    return written if own else None


def _by_proposal(notice: Notice, why: str = "") -> Refused:
    return Refused(
        why or "自分が今日記録したものではありません。", clause="4(2)",
        instead="記録の訂正を起案して、ほかの人の承認を受けてください。",
        leads=[Lead(label="記録の訂正を起案する", verb=PROPOSE, to=notice)],
    )  # fmt: skip


# --- by a proposal -----------------------------------------------------------------------------------------------------


def propose(notice: Notice, *, by: Any, at: datetime, reason: str, **fields: Any) -> Decision:
    """The record stays as it is until another person approves."""
    given = {"reason": reason} | {name: value for name, value in fields.items() if value not in (None, "")}
    return decisions.propose(KIND, notice, customer=notice.customer, by=by, at=at, fields=given)


def carry_out(notice: Notice, decision: Decision, at: datetime) -> None:
    """Approved: mended in the same step; the clocks follow by a handler."""
    asked = Mend.of(_read(decision.fields))
    delivery = notice.deliveries.select_for_update(of=("self",)).get(channel=asked.channel)
    reason = str(decision.fields["reason"])
    _correct(delivery, asked, by=decision.approved_by, at=at, reason=reason, decision=decision)


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A moment as it is kept with the proposal."""
    moment = fields.get("correct_at")
    return dict(fields) | {"correct_at": datetime.fromisoformat(str(moment)) if moment else None}


def take_back(notice: Notice, decision: Decision, by: Any, at: datetime) -> None:
    """It is carried out with its approval."""
    raise Refused(
        "記録は、すでに訂正されています。",
        clause="4(2)",
        instead="また違っているときは、改めて訂正を起案してください。",
    )


# --- the mend ----------------------------------------------------------------------------------------------------------


def _correct(
    delivery: Delivery, mend: Mend, *, by: Any, at: datetime, reason: str, decision: Decision | None = None
) -> None:
    before = getattr(delivery, FIELD[What(mend.what)])
    RecordCorrection.objects.create(
        delivery=delivery, what=mend.what, before=before, after=mend.correct_at, made_by=by, made_at=at, decision=decision, reason=reason
    )  # fmt: skip
    _WAYS[What(mend.what)](delivery, mend.correct_at)
    with tracking.unless_taken(delivery.tracking_number):
        outcomes.mended(delivery, at)
    returned_register.follow(delivery, reason=reason, at=at)


def _posting(delivery: Delivery, moment: datetime | None) -> None:
    """Its place in a run tells the same moment."""
    delivery.dispatched_at = moment
    delivery.elsewhere = moment is not None and workflow.misplaced(delivery, moment)
    for letter in PrintRunLetter.objects.filter(delivery=delivery, state=PrintRunLetter.State.POSTED):
        fresh = locked(PrintRunLetter, letter.pk)
        fresh.posted_at = moment
        fresh.save()


def _not_posted(delivery: Delivery, moment: None) -> None:
    """It waits again: to be posted, or, where its letter was cancelled, for nothing. Its run has let it go."""
    gone = delivery.notice.state == Notice.State.CANCELLED
    delivery.state = State.CANCELLED if gone else State.QUEUED
    delivery.failure = delivery.notice.closed_reason if gone else ""
    delivery.dispatched_at = delivery.delivered_at = delivery.returned_at = delivery.waived_at = None
    delivery.elsewhere, delivery.postage, delivery.tracking_number = False, "", ""
    for letter in PrintRunLetter.objects.live().filter(delivery=delivery):
        fresh = locked(PrintRunLetter, letter.pk)
        fresh.state, fresh.reason = PrintRunLetter.State.PULLED_OUT, "差し出していなかったため（記録の訂正）"
        fresh.save()


def _delivery(delivery: Delivery, moment: datetime | None) -> None:
    delivery.delivered_at = moment


def _not_delivered(delivery: Delivery, moment: None) -> None:
    delivery.delivered_at = None
    if delivery.state == State.DELIVERED:
        delivery.state = State.DISPATCHED


def _return(delivery: Delivery, moment: datetime | None) -> None:
    delivery.returned_at = moment


def _not_returned(delivery: Delivery, moment: None) -> None:
    delivery.state = State.DELIVERED if delivery.delivered_at else State.DISPATCHED
    delivery.returned_at, delivery.failure = None, ""


_WAYS: dict[RecordCorrection.What, Callable[[Delivery, Any], None]] = {
    What.POSTING: _posting, What.NOT_POSTED: _not_posted, What.DELIVERY: _delivery, What.NOT_DELIVERED: _not_delivered,
    What.RETURN: _return, What.NOT_RETURNED: _not_returned,
}  # fmt: skip


def in_words(delivery: Delivery | None, mend: Mend) -> str:
    """11/2（月）10:00 → 11/1（日）10:00, for the page of the proposal."""
    before = getattr(delivery, FIELD[What(mend.what)]) if delivery is not None else None
    after = jshort(mend.correct_at) if mend.correct_at else "取り消す"
    return f"{jshort(before) if before else '—'} → {after}"
