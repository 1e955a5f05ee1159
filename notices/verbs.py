"""The verbs of letters and deliveries."""

from datetime import datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jshort
from config.desk.pages import note
from config.desk.refusal import Lead, Refused
from config.desk.registry import Verb, register
from contracts.rules.identifiers import is_tracking_number, tidy_tracking_number
from notices import outcomes, workflow
from notices.chips import delivery_words
from notices.engine import kind_of
from notices.envelopes import fees
from notices.forms import (
    DeliveredForm,
    EmptyForm,
    OutcomeForm,
    PostedForm,
    ReturnedForm,
    SettleForm,
    StopForm,
    TrackingForm,
)
from notices.mail import evidence
from notices.models import Channel, Delivery, Notice
from notices.posting.moments import too_early
from notices.posting.redelivery import require_own_slip
from notices.returns import register as returned_register
from notices.returns import tracking


def mark_posted_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """From final on, once. A posting that took place is recorded even where the letter was cancelled: it has no effect then."""
    post = notice.post
    if post is None:
        return Refused("この通知は、郵送しません。", clause="4(1)(2)")
    if notice.state in (Notice.State.ORDERED, Notice.State.NUMBERED, Notice.State.VOID):
        return Refused(
            f"この通知は「{notice.get_state_display()}」なので、差出しを記録できません。",
            clause="4(1)(2)",
            instead="書面ができてから記録してください。",
        )
    if post.state not in (Delivery.State.QUEUED, Delivery.State.CANCELLED):
        return Refused(
            f"郵送分は、すでに「{post.get_state_display()}」です。",
            clause="4(1)(2)",
            instead="通知の記録を確かめてください。",
        )
    return None


def mark_posted(
    notice: Notice, *, by: Any, at: datetime, posted_at: datetime, postage: str, tracking_number: str = "", **paid: Any
) -> Notice:
    """The print was posted; a posting that took place is always recorded, also after its planned day."""
    if posted_at < notice.ordered_at:
        raise Refused(
            "差出し日時が、通知を確定した時より前です。", clause="4(1)(2)", instead="差出票の日時を確かめてください。"
        )
    delivery = _delivery(notice, Channel.POST)
    if refused := too_early(delivery, posted_at):
        raise refused
    delivery.postage, delivery.tracking_number = postage, tidy_tracking_number(tracking_number)
    tracking.require_free(delivery, delivery.tracking_number, jst_day(posted_at))
    with tracking.unless_taken(delivery.tracking_number):
        outcomes.dispatched(delivery, posted_at)
    fees.keep(delivery, jst_day(posted_at), **paid)
    notice.refresh_from_db()
    return notice


def _delivery(notice: Notice, channel: str) -> Delivery:
    found = notice.deliveries.select_for_update(of=("self",)).filter(channel=channel).first()
    if found is None:
        raise Refused(
            f"この通知に、{Channel(channel).label}分はありません。", clause="4(1)", instead="方法を選び直してください。"
        )
    return found


def followed_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """Something of it has left."""
    if any(d.dispatched_at for d in notice.deliveries.all()):
        return None
    return Refused("この通知は、まだ発送されていません。", clause="4(2)", instead="発送の後に記録してください。")


def record_delivery(notice: Notice, *, by: Any, at: datetime, channel: str, delivered_at: datetime) -> Notice:
    """It arrived; the clocks that run on it move by themselves."""
    delivery = _delivery(notice, channel)
    _require_left(delivery, delivered_at, "配達")
    require_own_slip(notice, delivery, delivered_at, by=by, at=at)
    outcomes.delivered(delivery, delivered_at)
    return notice


def record_return(
    notice: Notice,
    *,
    by: Any,
    at: datetime,
    channel: str,
    returned_at: datetime,
    reason: str,
    ground: str = "",
    kept_in: str = "",
) -> Notice:
    """It came back: 返戻 of a letter, or a bounce of an e-mail."""
    delivery = _delivery(notice, channel)
    _require_left(delivery, returned_at, "返戻")
    if delivery.delivered_at is not None and returned_at < delivery.delivered_at:
        raise Refused("返戻日時が、記録済みの配達より前です。", clause="4(2)", instead="追跡の記録を確かめてください。")
    outcomes.returned(delivery, returned_at, reason)
    if delivery.channel == Channel.POST:
        returned_register.enter(delivery, ground=ground, kept_in=kept_in, at=at)
    return notice


def _require_left(delivery: Delivery, moment: datetime, what: str) -> None:
    if not delivery.has_left or delivery.dispatched_at is None:
        raise Refused(
            f"{delivery.get_channel_display()}分は「{delivery_words(delivery)}」なので、{what}を記録できません。",
            clause="4(2)",
            leads=_to_posting(delivery),
        )
    if moment < delivery.dispatched_at:
        raise Refused(f"{what}日時が、発送より前です。", clause="4(2)", instead="日時を確かめてください。")


def _to_posting(delivery: Delivery) -> list[Lead]:
    """What waits for the post is recorded as posted first."""
    waits = delivery.channel == Channel.POST and delivery.state == Delivery.State.QUEUED
    return [Lead(label="差出しを記録する", verb="notices.mark_posted", to=delivery.notice)] if waits else []


def outcome_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """Only while an e-mail is in flight."""
    if any(d.state == Delivery.State.IN_FLIGHT for d in notice.deliveries.all()):
        return None
    return Refused("結果の不明な送信はありません。", clause="4(1)(1)")


def record_outcome(notice: Notice, *, by: Any, at: datetime, outcome: str, how: str) -> Notice:
    """A person found out what became of the e-mail; the engine never sends it again by itself."""
    delivery = _delivery(notice, Channel.EMAIL)
    if outcome == "sent":
        outcomes.dispatched(delivery, delivery.claimed_at or at)
    else:
        outcomes.failed(delivery, f"送信されていないことを確かめました。{how}")
    return notice


def retry_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """Only an e-mail that was refused before it left."""
    if any(d.state == Delivery.State.FAILED for d in notice.deliveries.all()) and notice.state in (
        "final",
        "dispatched",
    ):
        return None
    return Refused("送信できなかったメールはありません。", clause="4(1)(1)")


def retry_delivery(notice: Notice, *, by: Any, at: datetime) -> Notice:
    """Nothing had left, so the same letter is sent once more."""
    delivery = _delivery(notice, Channel.EMAIL)
    delivery.state, delivery.due_at = Delivery.State.QUEUED, at
    delivery.save()
    return notice


def why_it_failed(notice: Notice) -> list[dict[str, str]]:
    """Above the form: why nothing left, and to which address it would go again."""
    failed = [d for d in notice.deliveries.all() if d.state == Delivery.State.FAILED]
    tried = [f"{jshort(d.claimed_at)} に送信を始めました。" if d.claimed_at else "" for d in failed]
    return [note("warning", f"{d.failure}{when}宛先は {d.to} です。") for d, when in zip(failed, tried, strict=True)]


def stop_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """While nothing of it has been claimed or has left; what a decision ordered is taken back there."""
    if notice.decision is not None:
        return Refused(
            "決裁による通知です。",
            clause="4(2)",
            instead=f"決裁 {notice.decision.number} を取り下げると、送信も取り消されます。",
        )
    started = any(d.state not in ("queued", "failed", "cancelled") for d in notice.deliveries.all())
    if not notice.is_pending or started:
        return Refused(
            "すでに発送されているか、送信中です。", clause="4(2)", instead="発送された通知は、取り消せません。"
        )
    return kind_of(notice).stop_why_not(notice.subject, notice, by, at)


def stop_sending(notice: Notice, *, by: Any, at: datetime, reason: str) -> Notice:
    """送信取消: nothing leaves, and the kind goes back to where it was."""
    workflow.cancel(notice, reason, tell=True)
    return notice


def settle_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """Something of it needs a person, and nobody has looked yet."""
    trouble = notice.state == Notice.State.VOID or any(
        d.state == "returned" or d.elsewhere or (d.has_left and notice.state == "cancelled")
        for d in notice.deliveries.all()
    )
    if trouble and not notice.followed_up:
        return None
    return Refused("対応の要ることはありません。", clause="4(1)")


def settle(notice: Notice, *, by: Any, at: datetime, how: str) -> Notice:
    """Somebody dealt with what came back, was never made, or left although it was cancelled."""
    notice.followed_up = True
    notice.save()
    return notice


def record_tracking_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """Something was posted."""
    if notice.post is not None and notice.post.dispatched_at is not None:
        return None
    return Refused("郵送分は、まだ差し出されていません。", clause="4(1)(2)", instead="差出しを記録してください。")


def record_tracking(notice: Notice, *, by: Any, at: datetime, tracking_number: str) -> Notice:
    """The number from the receipt, written down later."""
    tracking.keep(_delivery(notice, Channel.POST), tracking_number, by=by, at=at)
    return notice


def tracking_warning(number: str) -> str:
    """The check digit only warns: the rule is not official."""
    return (
        ""
        if not number or is_tracking_number(number)
        else "追跡番号の検査数字が合いません。写し間違いがないか確かめてください。"
    )


def has_email_in(state: str) -> Any:
    """For buttons: the letter has an e-mail in this state."""
    return lambda notice: any(d.state == state for d in notice.deliveries.all())


def register_all() -> None:
    """Called once, when the engine starts."""
    roles = frozenset({"受付", "契約"})
    common: dict[str, Any] = {"roles": roles, "subject": Notice}
    register(
        Verb(key="notices.mark_posted", label="差出しを記録する", clause="4(1)(2)", form=PostedForm, why_not=mark_posted_why_not,
             run=mark_posted, style="primary", applies=lambda n: n.post is not None and n.post.state in ("queued", "cancelled") and n.state != "void", **common)
    )  # fmt: skip
    register(
        Verb(key="notices.stop_sending", label="送信を取り消す", clause="4(2)", form=StopForm, why_not=stop_why_not, run=stop_sending,
             applies=lambda n: n.is_pending, consequence=("この通知は送られません。", "案件や申込は、通知を確定する前に戻ります。"), **common)
    )  # fmt: skip
    register(
        Verb(key="notices.settle", label="対応を記録する", clause="4(1)", form=SettleForm, why_not=settle_why_not, run=settle,
             applies=lambda n: settle_why_not(n, by=None, at=n.ordered_at) is None, **common)
    )  # fmt: skip
    register(
        Verb(key="notices.record_tracking", label="追跡番号を記録する", clause="4(1)(2)", form=TrackingForm,
             why_not=record_tracking_why_not, run=record_tracking,
             applies=lambda n: n.post is not None and n.post.dispatched_at is not None and not n.post.tracking_number, **common)
    )  # fmt: skip
    register(
        Verb(key="notices.record_delivery", label="配達を記録する", clause="4(2)", form=DeliveredForm, why_not=followed_why_not,
             run=record_delivery, applies=lambda n: any(d.state == "dispatched" for d in n.deliveries.all()), **common)
    )  # fmt: skip
    register(
        Verb(key="notices.record_return", label="返戻・不達を記録する", clause="4(2)", form=ReturnedForm, why_not=followed_why_not,
             run=record_return, applies=lambda n: any(d.has_left for d in n.deliveries.all()), **common)
    )  # fmt: skip
    register(
        Verb(key="notices.record_outcome", label="結果を記録する", clause="4(1)(1)", form=OutcomeForm, why_not=outcome_why_not,
             run=record_outcome, style="primary", applies=has_email_in("in_flight"), told=evidence.told, **common)
    )  # fmt: skip
    register(
        Verb(key="notices.retry_delivery", label="もう一度送信する", clause="4(1)(1)", form=EmptyForm, why_not=retry_why_not,
             run=retry_delivery, style="primary", applies=has_email_in("failed"), told=why_it_failed, **common)
    )  # fmt: skip
