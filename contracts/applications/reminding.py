"""Asking once more for a document before its period runs out: a task of the house, never a declaration (house policy).

The period stays as it was told: a reminder names the same day, and nothing hangs on whether it was sent.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from config.desk import house
from config.desk.clock import jst_day
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.applications import documents
from contracts.applications.documents import REMINDER
from contracts.applications.models import Application, DocumentRequest
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.terms.readings import Length
from notices import workflow as notices
from notices.composing import preview_html
from notices.models import Notice
from notices.phrases import Values, cited
from notices.rendering.wording import Material
from notices.wording.days import letter_day

DAYS = "document_reminder_days"
LETTER, PHONE = "letter", "phone"


def named_day(request: DocumentRequest) -> date | None:
    """The JST day by which the applicant was told to show the document, or a later one that was agreed."""
    clock = documents.clock_of(request)
    return clock.counts_to if clock else request.notice.communicated_on


def length(application: Application, day: date) -> Length:
    """Days from this JST day to the one on which to ask once more: so many before the named day."""
    request = documents.open_request(application)
    named = named_day(request) if request else None
    days = (named - day).days - int(house.number(DAYS)) if named else 0
    return Length(days=max(days, 0), parameter=DAYS, set_by="house")


def request_left(application: Application, notice: Notice, at: datetime) -> None:
    """With the period the task begins, unless the period is too short for it, or the house wants none."""
    documents.request_left(application, notice, at)
    day = jst_day(at)
    wanted = int(house.number(DAYS)) > 0 and length(application, day).days > 0
    if wanted and not Deadline.objects.about(application, REMINDER).running().exists():
        deadlines.start(REMINDER, application, customer=application.customer, at=at, begins=day)


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """While the document is awaited and its period runs; by letter once."""
    request = documents.open_request(application)
    if application.state != documents.State.AWAITING_DOCUMENT or request is None:
        return Refused(
            "提示を待っている書類はありません。", clause="6(4)", instead="申込の画面で、今の状態を確かめてください。"
        )
    if documents.clock_of(request) is None:
        return Refused(
            "書類の提示を求める通知が、まだ発送されていません。",
            clause="6(4)",
            instead="発送されてから、お願いしてください。",
        )
    if documents.not_lapsed(application, at) is None:
        return Refused(
            "書類の期限は、もう過ぎています。", clause="6(4)", instead="書類を求め直すか、不承諾を起案してください。"
        )
    return None


def remind(application: Application, *, by: Any, at: datetime, how: str, channels: Sequence[str] = ()) -> Application:
    """Ask once more: by a letter that names the same day, or by telephone, of which the reason keeps what was said."""
    request = documents.open_request(application)
    assert request is not None  # why_not
    if how == LETTER:
        _refuse_twice(application, request)
        notices.order(
            REMINDER, application, customer=application.customer, by=by, at=at, channels=channels,
            fields={"request": request.pk}, key=f"{REMINDER}:{application.number}:{request.pk}",
        )  # fmt: skip
    request.reminded_at = at
    request.save()
    deadlines.meet_all(application, REMINDER, by=by, at=at, on=at)
    return application


def _refuse_twice(application: Application, request: DocumentRequest) -> None:
    sent = (
        Notice.objects.about(application, REMINDER).filter(key=f"{REMINDER}:{application.number}:{request.pk}").first()
    )
    if sent is not None:
        raise Refused(
            f"この書類については、もう一度お願いする通知（{sent}）を、すでに作っています。",
            clause="6(4)",
            instead="電話でお願いするか、期限を待ってください。",
        )


def stands(application: Application, notice: Notice, at: datetime) -> str | None:
    """Before it leaves: the document is still awaited, and its day is not over."""
    request = documents.open_request(application)
    if request is None or request.pk != notice.fields["request"]:
        return "書類の提示を待っていません。"
    named = named_day(request)
    return "書類の期限が過ぎました。" if named is not None and jst_day(at) > named else None


def material(application: Application, fields: Mapping[str, Any], planned: date) -> Material:
    """What is still missing, and the day that was named before; nothing new is said."""
    request = DocumentRequest.objects.select_related("notice").get(pk=fields["request"])
    named = named_day(request)
    values: Values = {
        "根拠条項": cited(documents.NOT_SHOWN),
        "申込番号": application.number,
        "書類": request.document,
        "提示の期限": _told(request, named) if named else "—",
    }
    return Material(values=values, clauses=(documents.NOT_SHOWN,))


def _told(request: DocumentRequest, named: date) -> str:
    letter = request.notice.planned_dispatch_on
    from_letter = f"（{letter_day(letter)}付けの通知に記載した期限です）"
    return f"{letter_day(named)}まで{from_letter if named == request.notice.communicated_on else ''}"


def preview(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The letter, where one is to be sent; and that the period stays."""
    request = documents.open_request(application)
    if request is None:
        return Preview()
    told = ("期限は変わりません。書類が届かなければ、期限の後に不承諾を起案できます（第6条第4項）",)
    if fields.get("how") == PHONE:
        return Preview(consequences=("電話でお願いしたことが、記録に残ります", *told))
    html = preview_html(REMINDER, application, application.customer, {"request": request.pk}, jst_day(at))
    return Preview(letter_html=html, letter_note="A4　長形3号の窓付き封筒", consequences=told)
