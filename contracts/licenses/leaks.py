"""A leak or a use by others that the customer reports, and our instructions (9(3)): reported → instructed → closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.incoming.models import Incoming
from contracts.incoming.reference import rest_on
from contracts.licenses.models import LeakReport, Subscription
from notices import workflow as notices
from notices.models import Delivery, Notice

State = LeakReport.State
INSTRUCTIONS, INSTRUCT = "licenses.leak_instructions", "licenses.instruct"
CLAUSE = "9(3)"


def record_why_not(subscription: Subscription, *, by: Any, at: datetime) -> Refused | None:
    """There are credentials that can have leaked, and the contract lives."""
    if subscription.state == Subscription.State.ENDED:
        return Refused(
            "この契約は終了しています。認証情報は、もう使えません。",
            clause="23(3)",
            instead="連絡は、受信簿に登録してください。",
        )
    if subscription.credentials.exists():
        return None
    return Refused(
        "この契約の認証情報は、まだ発行していません。", clause=CLAUSE, instead="連絡は、受信簿に登録してください。"
    )


def record(
    subscription: Subscription, *, by: Any, at: datetime, reported_at: datetime, kind: str, facts: str, incoming: Incoming | None = None
) -> LeakReport:  # fmt: skip
    """Enter the report; the company must instruct by the end of the next day (house policy, counted from the report)."""
    rest_on(incoming, subscription)
    report = LeakReport.objects.create(
        number=f"{subscription.number}-L{subscription.leak_reports.count() + 1}", customer=subscription.customer,
        subscription=subscription, kind=kind, summary=facts, reported_at=reported_at, incoming=incoming, owner=by,
    )  # fmt: skip
    deadlines.start(INSTRUCT, report, customer=report.customer, at=at, begins=reported_at)
    return report


def instruct_why_not(report: LeakReport, *, by: Any, at: datetime) -> Refused | None:
    """Further instructions may follow the first, until the report is closed; one letter at a time."""
    if report.state == State.CLOSED:
        return _closed(report)
    if _on_its_way(report):
        return Refused(
            "指示の通知が、すでに発送を待っています。", clause=CLAUSE, instead="発送を待つか、通知の画面で送信を取り消してください。",
            short="発送待ち",
        )  # fmt: skip
    return None


def _closed(report: LeakReport) -> Refused:
    return Refused(
        "この連絡への対応は終わっています。",
        clause=CLAUSE,
        instead="新しい連絡があれば、契約の画面で記録してください。",
        short="終了済",
    )


def _on_its_way(report: LeakReport) -> bool:
    return Notice.objects.about(report, INSTRUCTIONS).pending().exists()


def instruct(report: LeakReport, *, by: Any, at: datetime, instructions: str, channels: Sequence[str]) -> LeakReport:
    """Order the letter with our instructions; they are given when it leaves (Art. 4(2))."""
    turn = Notice.objects.about(report, INSTRUCTIONS).count() + 1
    notices.order(
        INSTRUCTIONS, report, customer=report.customer, by=by, at=at, fields={"instructions": instructions}, channels=channels,
        key=f"{INSTRUCTIONS}:{report.number}:{turn}",
    )  # fmt: skip
    return report


def stands(report: LeakReport, notice: Notice, at: datetime) -> str | None:
    """Before the letter leaves: instructions for a matter that is over would mislead."""
    return "この連絡への対応は終わっています。" if report.state == State.CLOSED else None


def left(report: LeakReport, notice: Notice, at: datetime) -> None:
    """Our instructions have been given; a later letter's replace them."""
    fresh = locked(LeakReport, report.pk)
    if fresh.state == State.CLOSED:
        return
    fresh.state, fresh.instructions = State.INSTRUCTED, str(notice.fields["instructions"])
    fresh.instructed_at = fresh.instructed_at or at
    fresh.save()
    deadlines.meet_all(fresh, INSTRUCT, by=None, at=at, on=at)


def followed(report: LeakReport, delivery: Delivery) -> None:
    """No letter with instructions stands any more: the customer has none, and we owe them anew."""
    fresh = locked(LeakReport, report.pk)
    at = delivery.returned_at
    if delivery.state != Delivery.State.RETURNED or at is None or fresh.state != State.INSTRUCTED:
        return
    if any(d.has_left for n in Notice.objects.about(fresh, INSTRUCTIONS) for d in n.deliveries.all()):
        return
    fresh.state, fresh.instructed_at = State.REPORTED, None
    fresh.save()
    deadlines.start(INSTRUCT, fresh, customer=fresh.customer, at=at)


def close_why_not(report: LeakReport, *, by: Any, at: datetime) -> Refused | None:
    """Once."""
    return _closed(report) if report.state == State.CLOSED else None


def close(report: LeakReport, *, by: Any, at: datetime, done: str, reason: str) -> LeakReport:
    """The matter is over. A letter still waiting does not leave; a duty to instruct that was not done falls away.

    A suspension (9(4)) is not lifted by this: it has its own verb.
    """
    for letter in Notice.objects.about(report, INSTRUCTIONS).pending():
        if notices.recall(letter, by=by, at=at, reason="連絡への対応を終えたため") == "too_late":
            raise Refused(
                "指示の通知を、いま送信しています。", clause=CLAUSE, instead="送信の結果を待ってから終えてください。"
            )
    report.state, report.closed_at, report.done, report.closed_reason = State.CLOSED, at, done, reason
    report.save()
    for deadline in Deadline.objects.about(report, INSTRUCT).running():
        deadlines.cancel(deadline, reason=reason[:300])
    return report
