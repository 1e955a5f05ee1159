"""取下げ: the applicant does not want it any more, before anything was told (6(1)). Nothing is decided on it then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from config.desk.clock import jst_day
from config.desk.refusal import Refused
from contracts.applications import receipts, unformed, untold
from contracts.applications.forms import ReceiptForm
from contracts.applications.models import Application
from contracts.applications.workflow import ACCEPTANCE, REFUSAL, State
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming
from notices import workflow as notices
from notices.forms import WHEN
from notices.models import Notice

WITHDRAW, CLAUSE, WHY = "applications.record_withdrawal", "6(1)", "申込が取り下げられたため"
BEFORE = (State.SCREENING, State.AWAITING_DOCUMENT, State.ACCEPTING, State.REFUSING)


class WithdrawalForm(ReceiptForm):
    """When and how the applicant said so; where it lies in the register."""

    withdrawn_at = forms.DateTimeField(
        label="申出のあった日時",
        widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="記録する時ではなく、申込者から申出のあった時です。",
    )
    reason = forms.CharField(label="申出の内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ["withdrawn_at", "reason", "incoming", "channel", "uploads"]


def may_be(application: Application) -> bool:
    """Whether the button belongs on the page."""
    return application.state in BEFORE or untold.nobody_was_told(application)


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Until the applicant was told of a decision."""
    if may_be(application):
        return None
    return Refused(
        f"この申込は「{application.get_state_display()}」です。",
        clause=CLAUSE,
        instead="承諾の後の申出は、契約の手続によってください。申出は受信簿に登録できます。",
    )


def record(
    application: Application, *, by: Any, at: datetime, withdrawn_at: datetime, reason: str, incoming: Incoming | None = None,
    channel: str = "", uploads: Sequence[Upload] = (),
) -> Application:  # fmt: skip
    """What waits to leave is stopped, open decisions and tasks end, and nothing is asked any more.

    Refused without a line of the register, and where a decision's letter is being sent at this moment.
    """
    if jst_day(withdrawn_at) < jst_day(application.received_at):
        raise Refused("申出の日時が、申込の受付より前です。", clause=CLAUSE, instead="日時を確かめてください。")
    told = f"申込の取下げ：{reason}"
    entered = receipts.enter(
        application, summary=told, by=by, at=at, received_at=withdrawn_at, line=incoming, channel=channel, uploads=uploads
    )  # fmt: skip
    if entered is None:
        raise Refused("申込者の申出の記録がありません。", clause=CLAUSE, instead="受信番号か、届いた方法を入れてください。")  # fmt: skip
    _stop_letters(application, by, at)
    for decision in Decision.objects.about(application).filter(state__in=["proposed", "approved", "returned"]):
        decisions.close(decision, WHY)
    for clock in Deadline.objects.about(application).on_file():
        deadlines.cancel(clock, reason=WHY)
    unformed.close(application, at, WHY)
    application.state, application.withdrawn_at = State.WITHDRAWN, withdrawn_at
    application.save()
    return application


def _stop_letters(application: Application, by: Any, at: datetime) -> None:
    for letter in Notice.objects.about(application).exclude(state__in=["cancelled", "void"]):
        if notices.recall(letter, by=by, at=at, reason=WHY) == "recalled":
            continue
        if letter.is_pending and letter.kind in (ACCEPTANCE, REFUSAL):
            raise Refused(
                f"{letter.number or '通知'} は、もう発送が始まっています。",
                clause=CLAUSE,
                instead="発送の結果を確かめてから、記録し直してください。",
            )
        notices.withdraw_queued(letter, WHY)
