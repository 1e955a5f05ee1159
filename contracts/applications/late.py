"""A document that came when the refusal had left: recorded all the same, and looked at by somebody who did not decide.

Whether a refusal stands is not for whoever opens the post: it goes to the engine of objections (6(3), 6(4)).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.desk.jst import jmoment
from config.desk.refusal import Refused
from contracts.applications import documents, refusal_arrival, untold
from contracts.applications.models import Application, DocumentRequest
from contracts.applications.objections import OBJECTION
from contracts.applications.workflow import State
from contracts.decisions import objections
from contracts.decisions.models import Objection
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming

HANDLINGS = [
    ("objection", "不承諾を見直すかどうか、先に判断していない人が決める"),
    ("stands", "見直さない（申込者が求めていない）"),
]


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """The refusal has left, and a document that was asked for had not come."""
    asked = documents.open_request(application) is not None
    if application.state == State.REFUSED and asked and not untold.nothing_out(application):
        return None
    return Refused(
        "不承諾の発送の後に待っている書類はありません。",
        clause="6(4)",
        instead="発送の前に届いた書類は、「書類の受領を記録する」で記録してください。",
    )


def record(
    application: Application, *, by: Any, at: datetime, received_at: datetime, handling: str = "objection", note: str = "",
    incoming: Incoming | None = None, channel: str = "", uploads: Sequence[Upload] = (),
) -> Application:  # fmt: skip
    """On the request and in the register; then to somebody else, or not, which is refused where it came in time."""
    request = documents.open_request(application)
    assert request is not None  # why_not
    if handling == "stands" and (refused := _came_in_time(application, received_at)):
        raise refused
    request.late = True
    documents.received(
        application, request, by=by, at=at, received_at=received_at, note=note, line=incoming, channel=channel, uploads=uploads
    )  # fmt: skip
    if handling == "objection":
        look_again(application, request, at=at)
    return application


def _came_in_time(application: Application, received_at: datetime) -> Refused | None:
    """It lay here before the letter that says it is missing had arrived: the fact decides, not when it was recorded."""
    letter, arrived = untold.latest_refusal(application), refusal_arrival.arrived_at(application)
    if letter is None or letter.dispatched_at is None or documents.NOT_SHOWN not in letter.fields["grounds"]:
        return None
    if arrived is not None and received_at >= arrived:
        return None
    before = f"発送（{jmoment(letter.dispatched_at)}）" if received_at < letter.dispatched_at else "到達"
    return Refused(
        f"書類は、不承諾の通知の{before}より前に届いています。書類の提示がないことは、不承諾の理由になりません。",
        clause="6(4)",
        instead="「先に判断していない人が決める」を選んでください。",
    )


def look_again(application: Application, request: DocumentRequest, *, at: datetime) -> Objection | None:
    """Somebody who did not decide looks at the refusal, by an objection in the applicant's stead; None where one waits."""
    assert request.received_at is not None
    if Objection.objects.about(application).waiting().exists():
        return None
    line = request.incoming.number if request.incoming else ""
    summary = f"求めた書類（{request.document}）が、不承諾の発送と行き違いに届いた。{request.note}"
    return objections.record(
        OBJECTION, application, by=request.recorded_by, at=at, received_at=request.received_at, summary=summary, incoming=line
    )  # fmt: skip


def left(application: Application, at: datetime) -> None:
    """The refusal has gone that could not be stopped when the document came."""
    for request in application.document_requests.filter(late=True).select_related("recorded_by", "incoming"):
        look_again(application, request, at=at)


def told(row: Any) -> str:
    """After 書類の受領を記録する: that the letter could not be stopped any more."""
    if (
        not isinstance(row, Application)
        or row.state != State.REFUSING
        or not row.document_requests.filter(late=True).exists()
    ):
        return ""
    return (
        "不承諾の通知は、もう発送が始まっていて、止められませんでした。書類の受領は記録しました。"
        "発送されると、先に判断していない人が、不承諾を見直すかどうかを決めます。"
    )
