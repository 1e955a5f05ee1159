"""Asking the customer for facts and explanations (17(4)).

The clause lets the company ask, in place of the powers of 17(2) and (3) or beside them. It sets no period and attaches
nothing to silence: the day in the letter is house policy, and an unanswered inquiry opens no power, neither a measure nor
a termination. What follows from silence is for a person, on the clauses that give a power of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from config.desk import house
from config.desk.clock import jst_day
from config.desk.jst import jday_year, jmoment
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.deadlines import reckoning
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.incoming.models import Incoming
from contracts.terms.readings import Length, closures
from contracts.violations import received
from contracts.violations.clocks import INQUIRY, UNANSWERED
from contracts.violations.models import Inquiry, Violation
from notices import workflow as notices
from notices.models import Notice
from notices.wording.choosing import extras

State = Violation.State
ASKABLE = (State.OPEN, State.CONFIRMED, State.CORRECTION_ORDERED, State.CURING)
LONGEST_WAIT = timedelta(days=365)
GONE = (Notice.State.CANCELLED, Notice.State.VOID)


# --- what is asked and by when -------------------------------------------------------------------------------------


def length_of(days: int) -> Length:
    """So many days, by house policy."""
    return Length(days=days, parameter="inquiry_days", set_by="house")


def clock_length(case: Violation, day: date) -> Length:
    """As the latest inquiry asks; the house's days where there is none."""
    latest = case.inquiries.last()
    return length_of(latest.days if latest else house.number("inquiry_days"))


def answer_day(case: Violation, fields: Mapping[str, Any], planned: date) -> date:
    """The last day (JST) that a letter of `planned` names: the one chosen, moved with the letter where it leaves later;
    else the end of the house's days, reckoned like every period (142; post counts with its transit days)."""
    days = int(fields["days"])
    if fields["chosen"]:
        return planned + timedelta(days=days)
    terms = reckoning.Terms.of(length_of(days), deadlines.readings_on(planned, case), closures(), "社内の取扱い")
    return reckoning.plan(planned, list(fields["channels"]), terms).communicated_on


def letter_fields(
    *, at: datetime, channels: Sequence[str], questions: str, answer_by: date | None = None
) -> dict[str, Any]:
    """What the letter is made of."""
    days = (answer_by - jst_day(at)).days if answer_by else house.number("inquiry_days")
    return {"questions": questions, "days": days, "chosen": answer_by is not None, "channels": list(channels)}


def open_inquiry(case: Violation) -> Inquiry | None:
    """The latest inquiry, while it is unanswered and its letter was not given up."""
    latest = case.inquiries.select_related("notice").last()
    return None if latest is None or latest.answered_at or latest.notice.state in GONE else latest


def answerable(case: Violation) -> list[Inquiry]:
    """Inquiries to which an answer can be recorded, oldest first: the open one, and earlier ones that reached the customer."""
    latest = open_inquiry(case)
    earlier = case.inquiries.filter(answered_at=None, notice__deliveries__state__in=["dispatched", "delivered"])
    found = earlier.exclude(notice__state__in=GONE).select_related("notice").distinct().order_by("pk")
    return [*(asked for asked in found if asked != latest), *([latest] if latest else [])]


def _answered_one(case: Violation, answered_at: datetime, number: str) -> Inquiry:
    """The inquiry of this letter; where none is named, the latest that was ordered before the answer came."""
    open_ones = [asked for asked in answerable(case) if number in ("", asked.notice.number)]
    if not open_ones:
        raise Refused(
            f"回答を待っている問合せ（{number}）がありません。",
            clause="17(4)",
            instead="案件の画面で、問合せの通知番号を確かめてください。",
        )
    for asked in reversed(open_ones):
        if asked.notice.ordered_at.replace(second=0, microsecond=0) <= answered_at:
            return asked
    raise Refused(
        "回答の日時が、問合せより前になっています。",
        clause="17(4)",
        instead=f"問合せ（{jmoment(open_ones[0].notice.ordered_at)}）より後の日時を入れてください。",
    )


def clock_of(inquiry: Inquiry) -> Deadline | None:
    """Its clock, whatever its state; None before the letter has left."""
    return clocks_of([inquiry]).get(inquiry.notice_id)


def clocks_of(inquiries: Iterable[Inquiry]) -> dict[int | None, Deadline]:
    """The clock of each, by the key of its letter."""
    found = Deadline.objects.filter(kind=INQUIRY, notice__in=[inquiry.notice_id for inquiry in inquiries])
    return {clock.notice_id: clock for clock in reversed(found)}


def _waits(inquiry: Inquiry) -> bool:
    """Whether an answer may still be expected: it is on its way, or the day has not passed and it did not come back."""
    clock = clock_of(inquiry)
    if clock is not None and clock.state != Deadline.State.RUNNING:
        return False
    return inquiry.notice.deliveries.exclude(state__in=["returned", "cancelled"]).exists()


# --- asking --------------------------------------------------------------------------------------------------------


def send_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """While the case is looked into or runs; one inquiry at a time, and again where it came back or the day has passed."""
    if case.state not in ASKABLE:
        return Refused(
            f"この案件は「{case.get_state_display()}」です。",
            clause="17(4)",
            instead="説明を求められるのは、調査と是正の間です。",
        )
    waiting = open_inquiry(case)
    if waiting is None or not _waits(waiting):
        return None
    return Refused(
        f"すでに問い合わせています（{waiting.notice}）。",
        clause="17(4)",
        instead="回答を記録するか、回答の期限が過ぎるのを待ってください。",
    )


def send_inquiry(
    case: Violation,
    *,
    by: Any,
    at: datetime,
    channels: Sequence[str],
    questions: str,
    answer_by: date | None = None,
    **added: Any,
) -> Violation:
    """Order the letter; its clock starts when it leaves. The case's state, and a cure period that runs, stay as they are.

    `added`: paragraphs that staff add (`choosing.extras`).
    """
    if answer_by is not None and (refused := _unfit(answer_by, channels, jst_day(at))):
        raise refused
    fields = letter_fields(at=at, channels=channels, questions=questions, answer_by=answer_by)
    stop_asking(case, "改めて問い合わせるため")
    turn = Notice.objects.about(case, INQUIRY).count() + 1
    notice = notices.order(
        INQUIRY, case, customer=case.customer, by=by, at=at, channels=channels, fields=fields | extras(**added),
        key=f"{INQUIRY}:{case.number}:{turn}",
    )  # fmt: skip
    Inquiry.objects.create(case=case, notice=notice, questions=questions, days=fields["days"])
    return case


def _unfit(answer_by: date, channels: Sequence[str], today: date) -> Refused | None:
    """The letter needs its way, and the customer at least a day; a day that lies years ahead is a slip."""
    last = today + LONGEST_WAIT
    if answer_by > last:
        return Refused(
            "回答の期限が先すぎます。",
            clause="17(4)",
            instead=f"1年以内（{jday_year(last)}まで）の日を入れてください。",
        )
    arrives = today + timedelta(days=house.number("transit_days") if "post" in channels else 0)
    if answer_by > arrives:
        return None
    return Refused(
        "回答の期限が早すぎます。",
        clause="17(4)",
        instead=f"通知の届く日（{jday_year(arrives)}）より後の日を入れてください。",
    )


def stop_asking(case: Violation, reason: str) -> None:
    """Nothing is waited for any more: a clock that has not run out, and the task after one that has, are cancelled."""
    for clock in Deadline.objects.about(case).running().filter(kind__in=[INQUIRY, UNANSWERED]):
        deadlines.cancel(clock, reason=reason)


# --- what becomes of the letter --------------------------------------------------------------------------------------


def inquiry_stands(case: Violation, notice: Notice, at: datetime) -> str | None:
    """Before it leaves: nobody has answered, and the case has not ended."""
    if case.state in (State.TERMINATED, State.DISMISSED):
        return f"案件が「{case.get_state_display()}」になりました。"
    asked = Inquiry.objects.filter(notice=notice).first()
    return "回答があったため、問い合わせる必要がなくなりました。" if asked and asked.answered_at else None


def inquiry_left(case: Violation, notice: Notice, at: datetime) -> None:
    """The first way left: the clock starts, unless the answer came first or the case has ended."""
    fresh = locked(Violation, case.pk)
    if inquiry_stands(fresh, notice, at) is None:
        deadlines.start(INQUIRY, fresh, customer=fresh.customer, at=at, notice=notice)


def inquiry_replaced(case: Violation, old: Notice, new: Notice) -> None:
    """Dated anew: the inquiry goes on with the new letter."""
    for asked in Inquiry.objects.filter(notice=old):
        asked.notice = new
        asked.save()


def unanswered(case: Violation, clock: Deadline, at: datetime) -> None:
    """The day has passed: somebody decides what to do next. No power arises."""
    if not Deadline.objects.about(case, UNANSWERED).running().exists():
        deadlines.start(UNANSWERED, case, customer=case.customer, at=at)


# --- the answer ------------------------------------------------------------------------------------------------------


def answer_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """There is an inquiry without an answer; a late answer, and one after the end of the case, is a fact all the same."""
    if answerable(case):
        return None
    return Refused(
        "回答を待っている問合せがありません。",
        clause="17(4)",
        instead="問合せのない連絡は、受信簿に登録するか、調査の記録にしてください。",
    )


def record_answer(
    case: Violation,
    *,
    by: Any,
    at: datetime,
    answered_at: datetime,
    answer: str,
    inquiry: str = "",
    incoming: Incoming | None = None,
) -> Violation:
    """Record what the customer answered, and when it came. It meets the clock, whatever its date; it judges nothing.

    An answer to an earlier inquiry (`inquiry`: the number of its letter) leaves a later one open.
    """
    asked = _answered_one(case, answered_at, inquiry)
    is_latest = asked == open_inquiry(case)
    asked.incoming = received.attach(case, incoming, by=by, at=at, reason="問合せへの回答として受けたため")
    asked.answered_at, asked.answer = answered_at, answer
    asked.save()
    _no_longer_asked(asked.notice, by=by, at=at)
    if (clock := clock_of(asked)) is not None:
        deadlines.meet(clock, by=by, at=at, on=answered_at)
    if is_latest:
        deadlines.meet_all(case, UNANSWERED, by=by, at=at, on=at)
    return case


def _no_longer_asked(notice: Notice, *, by: Any, at: datetime) -> None:
    """What of the letter has not left need not leave."""
    if notices.recall(notice, by=by, at=at, reason="回答があったため") == "too_late":
        notices.withdraw_queued(notice, "回答があったため")
