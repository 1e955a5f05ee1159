"""Asking an applicant for a document, and what follows from its coming or not coming (6(4)).

The letter starts a period of house policy, reckoned from its deliveries: a declaration to an applicant takes effect on
arrival (Civil Code 97). Only the latest request counts. Silence is a ground of refusal of its own, never of rescission.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.desk.clock import JST, jst_day
from config.desk.jst import jmoment
from config.desk.locking import locked
from config.desk.refusal import Lead, Refused
from contracts.applications import agents, receipts, refusal_arrival, untold
from contracts.applications.models import Application, DocumentRequest
from contracts.applications.workflow import (
    REFUSAL,
    SCREENING,
    State,
    deciding,
    refusal_is_open,
    reopen,
    screen_again,
    want_screening,
)
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming
from notices import workflow as notices
from notices.models import Notice
from notices.wording.choosing import extras

REQUEST, DOCUMENT = "applications.document_request", "applications.document"
REMINDER = "applications.document_reminder"  # the task to ask once more
NOT_SHOWN = "6(4)"  # as a refusal names it
CAME = "求めた書類が提示されたため"
RECORD = "applications.record_document"
LATE, LATE_LABEL = "applications.record_late_document", "発送後に届いた書類を記録する"


def as_list(value: Any) -> list[str]:
    """Stored fields hold one value or several."""
    return value if isinstance(value, list) else [value]


# --- what is asked for ---------------------------------------------------------------------------------------------


def open_request(application: Application) -> DocumentRequest | None:
    """The latest request, while it is unanswered and its letter was not given up."""
    found = application.document_requests.select_related("notice").order_by("-pk").first()
    gone = (Notice.State.CANCELLED, Notice.State.VOID)
    return None if found is None or found.received_at or found.notice.state in gone else found


def clock_of(request: DocumentRequest) -> Deadline | None:
    """Its period, running or run out; None before the letter has left."""
    found = Deadline.objects.on_file().filter(kind=DOCUMENT, notice_id=request.notice_id).first()
    return deadlines.as_it_stands(found) if found is not None else None


def state_of(application: Application) -> State:
    """Where an application stands on which nothing is decided."""
    return State.AWAITING_DOCUMENT if open_request(application) else State.SCREENING


def not_lapsed(application: Application, at: datetime) -> Refused | None:
    """Why a refusal may not rest on a missing document yet, naming the moment from which it may; None when it may."""
    request = open_request(application)
    if request is None:
        return _nothing_missing(application)
    clock = clock_of(request)
    if clock is None:
        return Refused(
            "書類の提示を求める通知が、まだ発送されていません。",
            clause="6(4)",
            instead="発送されてから、期限の経過を待ってください。",
        )
    return None if clock.may_act(at) else _too_early(clock)


def _nothing_missing(application: Application) -> Refused:
    if application.document_requests.exclude(received_at=None).exists():
        return Refused(
            "求めた書類は、提示されています。", clause="6(4)", instead="書類を見て、事由を判断してください。"
        )
    return Refused(
        "書類の提示を求めて期限が過ぎた記録がありません。",
        clause="6(4)",
        instead="ほかの事由を選ぶか、書類の提示を求めてください。",
    )


def _too_early(clock: Deadline) -> Refused:
    if clock.act_from is None:
        return Refused(
            f"書類を待つ期間が数えられません。{clock.blocked}。",
            clause="6(4)",
            instead="別の方法で求め直すか、配達の記録を待ってください。",
        )
    first = clock.act_from.astimezone(JST)
    return Refused(
        f"書類の提示がないことによる不承諾は、{jmoment(first)} からできます。",
        clause="6(4)",
        instead="それまでは、書類の提示を待ってください。",
        short=f"{first.month}/{first.day} から",
    )


# --- asking --------------------------------------------------------------------------------------------------------


def may_ask(application: Application) -> bool:
    """While it is screened, or nobody was told of what was decided."""
    return application.state in (State.SCREENING, State.AWAITING_DOCUMENT) or untold.nobody_was_told(application)


def request_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """While it is screened; one document at a time, and again where the letter came back or the period ran out."""
    if not may_ask(application):
        return Refused(
            f"この申込は「{application.get_state_display()}」です。",
            clause="6(4)",
            instead="申込の画面で、今の状態を確かめてください。",
        )
    if refusal_is_open(application):
        return Refused(
            "不承諾の決裁中です。", clause="6(4)", instead="書類を求めるときは、先に起案を取り下げてください。"
        )
    if refused := deciding(application, but=REFUSAL, instead="書類を求めるときは、先に起案を取り下げてください。"):
        return refused
    request = open_request(application)
    if request is None or _came_back(request.notice) or not_lapsed(application, at) is None:
        return None
    return Refused(
        f"すでに書類の提示を求めています（{request.document}）。",
        clause="6(4)",
        instead="書類が届くか、期限が過ぎるのを待ってください。",
    )


def _came_back(notice: Notice) -> bool:
    return not notice.deliveries.exclude(state__in=["returned", "cancelled"]).exists()


def request_document(
    application: Application, *, by: Any, at: datetime, ground: int, document: str, channels: Sequence[str], **added: Any
) -> Application:  # fmt: skip
    """Order the request; its period starts when the letter leaves. An earlier one is given up. `added`: of staff."""
    reopen(application, at=at)
    give_up(application, "新しい通知で、期間を数え直すため")
    turn = Notice.objects.about(application, REQUEST).count() + 1
    notice = notices.order(
        REQUEST, application, customer=application.customer, by=by, at=at, channels=channels,
        fields={"ground": ground, "document": document, "channels": list(channels), **extras(**added)},
        key=f"{REQUEST}:{application.number}:{turn}",
    )  # fmt: skip
    DocumentRequest.objects.create(
        application=application, ground=ground, document=document, notice=notice, requested_at=at, by=by
    )
    application.state = State.AWAITING_DOCUMENT
    application.save()
    for task in Deadline.objects.about(application, SCREENING).running():
        deadlines.cancel(task, reason="書類の提示を待つため")
    return application


def give_up(application: Application, reason: str) -> None:
    """No period of a document runs any more, and nobody is to ask once more."""
    for clock in Deadline.objects.about(application).filter(kind__in=[DOCUMENT, REMINDER]).on_file():
        deadlines.cancel(clock, reason=reason)


def request_stands(application: Application, notice: Notice, at: datetime) -> str | None:
    """Before the letter leaves: the document is still wanted."""
    if DocumentRequest.objects.filter(notice=notice).exclude(received_at=None).exists():
        return "求めた書類が提示されました。"
    if application.state not in (State.SCREENING, State.AWAITING_DOCUMENT):
        return f"申込が「{application.get_state_display()}」になりました。"
    return None


def request_left(application: Application, notice: Notice, at: datetime) -> None:
    """The first way left: the period starts, unless the document has come."""
    if DocumentRequest.objects.filter(notice=notice, received_at=None).exists():
        deadlines.start(DOCUMENT, application, customer=application.customer, at=at, notice=notice)


def request_cancelled(application: Application, notice: Notice, reason: str) -> None:
    """It will not leave: back to screening."""
    fresh = locked(Application, application.pk)
    if fresh.state == State.AWAITING_DOCUMENT and open_request(fresh) is None:
        screen_again(fresh, at=notice.ordered_at)


def request_replaced(application: Application, old: Notice, new: Notice) -> None:
    """Dated anew: the request is the new letter's."""
    for request in DocumentRequest.objects.filter(notice=old):
        request.notice = new
        request.save()


def ran_out(application: Application, deadline: Deadline, at: datetime) -> None:
    """Nothing is decided by silence: somebody has to look (a task of the house)."""
    stop_reminding(application, "書類の期限が過ぎたため")
    want_screening(application, at=at)


def stop_reminding(application: Application, reason: str) -> None:
    """Nobody is to ask once more."""
    for task in Deadline.objects.about(application, REMINDER).on_file():
        deadlines.cancel(task, reason=reason)


# --- what came -----------------------------------------------------------------------------------------------------


def record_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """A document that was asked for may come until the refusal has left."""
    if application.state == State.REFUSED and not untold.nothing_out(application):
        return _gone(application)
    if open_request(application) is not None:
        return None
    return Refused("提示を求めている書類はありません。", clause="6(4)", instead="先に書類の提示を求めてください。")


def _gone(application: Application) -> Refused:
    """The refusal has left: the document is recorded all the same, and somebody else looks at it."""
    late = Lead(label=LATE_LABEL, verb=LATE, to=application)
    return Refused(
        "不承諾の通知を、すでに発送しています。",
        clause="6(4)",
        instead=f"「{LATE_LABEL}」で受領を記録し、不承諾を見直すかどうかを、先に判断していない人に決めてもらってください。",
        leads=[late] if open_request(application) else [],
    )


def received(
    application: Application, request: DocumentRequest, *, by: Any, at: datetime, received_at: datetime, note: str,
    line: Incoming | None = None, channel: str = "", uploads: Sequence[Upload] = (),
) -> None:  # fmt: skip
    """The document came: on the request, and in the incoming register. Refused for a day before it was asked for."""
    if jst_day(received_at) < jst_day(request.requested_at):
        raise Refused("受領日時が、書類の提示を求めた日より前です。", clause="6(4)", instead="日時を確かめてください。")
    told = f"求めた書類：{request.document}\n{note}".strip()
    entered = receipts.enter(
        application, summary=told, by=by, at=at, received_at=received_at, line=line, channel=channel, uploads=uploads
    )
    request.received_at, request.note, request.recorded_by, request.incoming = received_at, note, by, entered
    request.save()


def record_document(
    application: Application, *, by: Any, at: datetime, received_at: datetime, note: str = "", incoming: Incoming | None = None,
    channel: str = "", uploads: Sequence[Upload] = (), authority: bool = False,
) -> Application:  # fmt: skip
    """The document came, in time or late: what rested on its absence falls away, and screening goes on.

    A refusal whose letter is being sent at this moment cannot be recalled: the document is recorded all the same, and
    the refusal, once gone, is looked at by somebody who did not decide (refusing.left).
    """
    request = open_request(application)
    assert request is not None  # record_why_not
    if application.state == State.REFUSED:  # it came back: nobody was told of a refusal
        refusal_arrival.give_up(application, by, at, CAME)
    sent = _stop_refusal(application, by, at)
    request.late = sent
    received(
        application, request, by=by, at=at, received_at=received_at, note=note, line=incoming, channel=channel, uploads=uploads
    )  # fmt: skip
    if authority and agents.asked_for(request):
        agents.hold(application, request.document, by=by, received_at=received_at, entered=request.incoming)
    stop_reminding(application, CAME)
    _stop_request(request.notice, by, at)
    for clock in Deadline.objects.about(application, DOCUMENT).on_file():
        deadlines.meet(clock, by=by, at=at, on=received_at)
    if not sent:
        screen_again(application, at=at)
    return application


def _stop_request(letter: Notice, by: Any, at: datetime) -> None:
    if notices.recall(letter, by=by, at=at, reason=CAME) == "too_late":
        notices.withdraw_queued(letter, CAME)


def _stop_refusal(application: Application, by: Any, at: datetime) -> bool:
    """A refusal for the missing document alone ends; one with other grounds is looked at again. True: it is leaving."""
    decision = (
        Decision.objects.about(application, REFUSAL).filter(state__in=["proposed", "approved", "returned"]).first()
    )
    if decision is None:
        return False
    decision = locked(Decision, decision.pk)
    letter = decision.notices.order_by("-pk").first() if decision.state == Decision.State.APPROVED else None
    if letter is not None and notices.recall(letter, by=by, at=at, reason=CAME) == "too_late":
        return True
    alone = as_list(decision.fields["grounds"]) == [NOT_SHOWN]
    decisions.close(decision, CAME) if alone else decisions.hold(decision, CAME)
    return False
