"""Refusing an application: proposed, approved by another person, done when the letter has left (6(3), 6(4))."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.applications import arrivals, documents, ground_reasons, judged_on, late, refusal_arrival, unformed
from contracts.applications.forms import RefusalForm
from contracts.applications.models import Application
from contracts.applications.workflow import REFUSAL, SCREENING, State, deciding, findings, judge_why_not, want_screening
from contracts.deadlines import workflow as deadlines
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from notices import workflow as notices
from notices.models import Notice
from notices.wording.choosing import chosen, extras


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """While it is screened, and no exception is under way."""
    told = "不承諾にするときは、先に起案を取り下げてください。"
    return judge_why_not(application, by=by, at=at) or deciding(application, but=REFUSAL, instead=told)


def kind_why_not(application: Application, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """Each ground named was judged to apply; 6(4) needs a request of documents that ran out unanswered."""
    if refused := why_not(application, by=by, at=at):
        return refused
    found = findings(application)
    for ground in fields["grounds"]:
        if ground == "6(4)":
            if refused := arrivals.missing_why_not(application, at):
                return refused
        elif found.get(int(ground)) != "applies":
            return Refused(
                f"第{ground}号は「該当する」と判断されていません。",
                clause="6(3)",
                instead="先に事由を判断し、理由を書いてください。",
            )
    return judged_on.carries_no_more(application, fields["grounds"])


def form(application: Application | None) -> type[forms.Form]:
    """With reasons for the grounds that apply."""
    return RefusalForm if application is None else ground_reasons.asked(application, RefusalForm)


def propose(
    application: Application,
    *,
    by: Any,
    at: datetime,
    grounds: list[str],
    reason: str,
    channels: list[str],
    stock: Sequence[str] | None = None,
    free_paragraph: str | None = None,
    **reasons: str,
) -> Decision:
    """Propose the refusal, with a reason for each ground; another person approves it (6(3))."""
    added = extras(stock, free_paragraph)
    fields = {"grounds": grounds, **reasons, "reason": reason, "channels": channels, **added}
    return decisions.propose(REFUSAL, application, customer=application.customer, by=by, at=at, fields=fields)


def carry_out(application: Application, decision: Decision, at: datetime) -> None:
    """Approved: the letter is ordered; refused only when it has left."""
    application = locked(Application, application.pk)
    turn = Notice.objects.about(application, REFUSAL).count() + 1
    notices.order(
        REFUSAL, application, customer=application.customer, by=decision.approved_by, at=at, decision=decision,
        fields={"grounds": documents.as_list(decision.fields["grounds"]), "reasons": ground_reasons.of(decision.fields)}
        | chosen(decision.fields),
        channels=documents.as_list(decision.fields["channels"]),
        key=f"applications.refusal:{decision.number}:{turn}",
    )  # fmt: skip
    application.state = State.REFUSING
    application.save()


def stands(application: Application, notice: Notice, at: datetime) -> str | None:
    """Before the letter leaves: what its grounds rest on stands, and a document is still missing where it says so (6(4))."""
    if notice.dispatched_at is None and application.state not in (State.REFUSING, State.REFUSED):
        return f"申込が「{application.get_state_display()}」になりました。"
    if notice.dispatched_at is not None:
        return None
    if fallen := judged_on.carries_no_more(application, notice.fields["grounds"]):
        return f"{fallen.message}（第6条第3項）"
    if documents.NOT_SHOWN not in notice.fields["grounds"]:
        return None
    if application.state == State.REFUSED:  # it goes again after it came back: its period is over and put away
        if documents.open_request(application) is None:
            return documents.CAME
        refused = arrivals.to_look_at(application, at)
    else:
        refused = arrivals.missing_why_not(application, at)
    return f"{refused.message}（第6条第4項）" if refused else None


def take_back(application: Application, decision: Decision, by: Any, at: datetime) -> None:
    """Recall the letter; too late is refused."""
    letter = decision.notices.order_by("-pk").first()
    if letter is not None and notices.recall(letter, by=by, at=at, reason="決裁をやり直すため") == "too_late":
        raise Refused(
            "不承諾の通知は、すでに発送されています。",
            clause="6(3)",
            instead="取り消すことはできません。法務の担当者に相談してください。",
        )
    _back(application, at)


def left(application: Application, notice: Notice, at: datetime) -> None:
    """The refusal left: nothing is asked of the applicant any more."""
    fresh = locked(Application, application.pk)
    if fresh.state == State.REFUSING:
        fresh.state = State.REFUSED
        fresh.save()
        late.left(fresh, at)
        unformed.close(fresh, at, "不承諾の通知を発送したため")
        documents.give_up(fresh, "不承諾の通知を発送したため")
        deadlines.meet_all(fresh, SCREENING, by=None, at=at, on=at)


def cancelled(application: Application, notice: Notice, reason: str) -> None:
    """The letter will not leave: the decision is closed without effect."""
    _back(application, notice.ordered_at)
    refusal_arrival.want_again(locked(Application, application.pk), notice.ordered_at)
    if notice.decision is not None:
        decisions.close(notice.decision, reason)


def _back(application: Application, at: datetime) -> None:
    """To where it stood: a document may still be awaited."""
    fresh = locked(Application, application.pk)
    if fresh.state == State.REFUSING:
        fresh.state = documents.state_of(fresh)
        fresh.save()
        if fresh.state == State.SCREENING:
            want_screening(fresh, at=at)
