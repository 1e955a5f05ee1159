"""The life of a contract: formed, handed over, started, ended (Arts. 6(3), 8(3), 22)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import Customer
from config.desk import numbers
from config.desk.clock import jst_day
from config.desk.jst import jday
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.licenses import change_proof
from contracts.licenses.models import Block, Credential, License, Subscription
from contracts.rules.periods import nth_last_day
from contracts.terms.readings import snapshot
from notices import workflow as notices
from notices.models import Channel, Delivery, Notice
from notices.rendering.glyphs import missing_glyphs

State = Subscription.State
HAND_OVER, SET_UP = "licenses.hand_over", "licenses.set_up"


def form(
    *,
    customer: Customer,
    at: datetime,
    plan: str,
    licenses: int,
    agreed_version: str,
    agreed_at: datetime,
    formed_on: date | None,
) -> Subscription:
    """The contract forms with the arrival of the acceptance (6(3), Civil Code 97); `formed_on` may lie ahead."""
    subscription = Subscription.objects.create(
        number=numbers.take("S", at),
        customer=customer,
        plan=plan,
        agreed_version=agreed_version,
        agreed_at=agreed_at,
        formed_on=formed_on,
    )
    License.objects.create(subscription=subscription, count=licenses)
    deadlines.start(SET_UP, subscription, customer=customer, at=at)
    return subscription


def set_formed_on(subscription: Subscription, formed_on: date | None) -> None:
    """Deliveries and bounces move the day of formation, until use has started."""
    fresh = locked(Subscription, subscription.pk)
    if fresh.state == State.FORMED and fresh.formed_on != formed_on:
        fresh.formed_on = formed_on
        fresh.save()


def hand_over_why_not(subscription: Subscription, *, by: Any, at: datetime) -> Refused | None:
    """Only a formed contract, from the day on which it formed, once."""
    if subscription.state != State.FORMED:
        return Refused(
            f"この契約は「{subscription.get_state_display()}」なので、認証情報を通知できません。", clause="8(3)"
        )
    if subscription.formed_on is None:
        return Refused(
            "承諾の通知が届いていないので、契約が成立していません。",
            clause="6(3)",
            instead="承諾の通知を、別の方法で送ってください。",
        )
    if subscription.formed_on > jst_day(at):
        return Refused(
            f"契約が成立するのは{jday(subscription.formed_on)}です。",
            clause="6(3)",
            instead=f"{jday(subscription.formed_on)}から通知できます。",
        )
    on_its_way = Notice.objects.about(subscription, HAND_OVER).pending()
    if on_its_way.filter(deliveries__state__in=["queued", "in_flight", "failed"]).exists():
        return Refused(
            "認証情報の通知は、すでに発送を待っています。", clause="8(3)", instead="通知の発送を待ってください。"
        )
    return None


def hand_over(
    subscription: Subscription,
    *,
    by: Any,
    at: datetime,
    admin_url: str,
    admin_id: str,
    password: str,
    channels: Sequence[str],
) -> Subscription:
    """Order the letter with URL, ID and password (8(3)); use starts when all have left."""
    if refused := change_proof.hand_over_why_not(subscription.customer, list(channels), at):
        raise refused
    if Channel.POST in channels and missing_glyphs(password):
        raise Refused(
            "初期パスワードに、通知書の書体にない文字があるため、郵送できません。", clause="8(3)",
            instead="英数字と記号の初期パスワードに改めてください。",
        )  # fmt: skip
    turn = Notice.objects.about(subscription, HAND_OVER).count() + 1
    notices.order(
        HAND_OVER, subscription, customer=subscription.customer, by=by, at=at, channels=channels, secret=password,
        fields={"admin_url": admin_url, "admin_id": admin_id}, key=f"licenses.hand_over:{subscription.number}:{turn}",
    )  # fmt: skip
    Credential.objects.create(subscription=subscription, admin_url=admin_url, admin_id=admin_id)
    return subscription


def start(subscription: Subscription, notice: Notice, at: datetime) -> None:
    """URL, ID and password have all left: use starts (8(3)), and the term is fixed (22(1), 22(3))."""
    fresh = locked(Subscription, subscription.pk)
    came_back = notice.deliveries.filter(state=Delivery.State.RETURNED).exists()
    if fresh.state != State.FORMED or fresh.formed_on is None or came_back:
        return
    fresh.state, fresh.starts_at, fresh.term_last_day = State.ACTIVE, at, term_end(fresh, at)
    fresh.save()
    for credential in fresh.credentials.filter(handed_over_at=None):
        credential.handed_over_at, credential.notice_number = at, notice.number or ""
        credential.save()
    for row in fresh.licenses.filter(since=None):
        row.since = jst_day(at)
        row.save()
    deadlines.meet_all(fresh, SET_UP, by=None, at=at, on=at)


def term_end(subscription: Subscription, starts_at: datetime) -> date:
    """The last day of the first term: 12 months or 1 month, the start day excluded unless legal reads it otherwise."""
    readings = snapshot(jst_day(starts_at), subscription)
    months = readings["annual_months"] if subscription.plan == Subscription.Plan.ANNUAL else readings["monthly_months"]
    return nth_last_day(jst_day(starts_at), 1, months=months, count_first_day=readings["term_first_day"] == "counted")


def hand_over_stands(subscription: Subscription, notice: Notice, at: datetime) -> str | None:
    """Before the letter leaves: the contract must be formed still."""
    if subscription.formed_on is None:
        return "承諾の通知が届いていないため、契約が成立していません（第6条第3項）。"
    return None if subscription.state != State.ENDED else "契約が終了しています。"


def end(subscription: Subscription, *, at: datetime) -> Subscription:
    """The contract is over at this moment. Again: nothing more."""
    fresh = locked(Subscription, subscription.pk)
    if fresh.state != State.ENDED:
        fresh.state, fresh.ended_at, fresh.ended_on = State.ENDED, at, jst_day(at)
        fresh.save()
    return fresh


def move_end(subscription: Subscription, *, at: datetime, was: datetime, clauses: Collection[str]) -> None:
    """The end, and the blocks that began with it, at another moment."""
    fresh = locked(Subscription, subscription.pk)
    fresh.ended_at, fresh.ended_on = at, jst_day(at)
    fresh.save()
    for block in fresh.blocks.filter(since=was, until=None, clause__in=clauses):
        block.since = at
        block.save()


def reopen(subscription: Subscription, *, at: datetime, since: datetime, clauses: Collection[str]) -> None:
    """The contract did not end after all; the blocks that began with its end are over."""
    fresh = locked(Subscription, subscription.pk)
    fresh.state = State.ACTIVE if fresh.starts_at else State.FORMED
    fresh.ended_at, fresh.ended_on = None, None
    fresh.save()
    for block in fresh.blocks.filter(since=since, until=None, clause__in=clauses):
        block.until = max(at, block.since)
        block.save()


def block_all(subscription: Subscription, *, clause: str, since: datetime, at: datetime, reason: str) -> None:
    """Block the service and every credential from this moment; the same clause and moment again: nothing more."""
    if Block.objects.filter(subscription=subscription, clause=clause, since=since).exists():
        return
    common: dict[str, Any] = {
        "subscription": subscription,
        "clause": clause,
        "since": since,
        "ordered_at": at,
        "reason": reason,
    }
    Block.objects.create(scope=Block.Scope.SERVICE, **common)
    for credential in subscription.credentials.all():
        Block.objects.create(scope=Block.Scope.CREDENTIAL, credential=credential, **common)


def usable_at(subscription: Subscription, at: datetime, *, credential: Credential | None = None) -> bool:
    """Whether it may be used at this moment: started, and no block covers it."""
    started = subscription.starts_at is not None and subscription.starts_at <= at
    credential_id = credential.pk if credential else None
    return started and not Block.objects.in_the_way(subscription, at, credential_id=credential_id).exists()
