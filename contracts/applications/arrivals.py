"""What came in while a document is awaited, and nobody has looked at yet: a refusal does not rest on silence meanwhile (6(4)).

A person says of each line that it is the document (書類の受領を記録する), or that it is not.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from config.desk.clock import JST
from config.desk.refusal import Lead, Refused
from contracts.applications import documents
from contracts.applications.models import Agent, Application, DocumentRequest, OtherArrival
from contracts.decisions.models import Objection
from contracts.incoming.models import Incoming
from contracts.incoming.reference import IncomingField, rest_on

NOT_IT, NOT_IT_LABEL = "applications.not_the_document", "求めた書類ではないと記録する"
NO_PAPER = ("phone", "log")  # by these no document comes


def unread(application: Application, at: datetime | None = None) -> "QuerySet[Incoming, Incoming]":
    """Lines about the application, or of its applicant and about nothing yet, since the request; `at`: come by then."""
    request = documents.open_request(application)
    if request is None:
        return Incoming.objects.none()
    mine = Q(pk__in=Incoming.objects.about(application).values("pk"))
    lines = Incoming.objects.filter(mine | Q(customer=application.customer, content_type=None))
    lines = lines.filter(received_at__gte=request.requested_at, **({"received_at__lte": at} if at else {}))
    return lines.exclude(channel__in=NO_PAPER).exclude(_looked_at()).order_by("received_at", "pk")


def _looked_at() -> Q:
    """Recorded as a document, as an authority, as an objection, or as none of them."""
    rows = (
        DocumentRequest.objects.exclude(incoming=None).values("incoming"),
        Agent.objects.exclude(incoming=None).values("incoming"),
        OtherArrival.objects.values("incoming"),
    )
    looked_at = Q(number__in=Objection.objects.exclude(incoming="").values("incoming"))
    for found in rows:
        looked_at |= Q(pk__in=found)
    return looked_at


def to_look_at(application: Application, at: datetime) -> Refused | None:
    """Something came that may be the document; None where all was looked at."""
    line = unread(application, at).first()
    if line is None:
        return None
    return Refused(
        f"求めた書類かもしれないものが届いています（{line.number}　{line.title}）。",
        clause="6(4)",
        instead=f"届いたものを確かめてください。書類のときは受領を記録し、違うときは「{NOT_IT_LABEL}」で記録してください。",
        leads=_leads(application, line),
    )


def missing_why_not(application: Application, at: datetime) -> Refused | None:
    """Why a refusal may not rest on the missing document: its period, or something that nobody has looked at."""
    return documents.not_lapsed(application, at) or to_look_at(application, at)


def _leads(application: Application, line: Incoming) -> tuple[Lead, Lead]:
    came = {"incoming": line.number, "received_at": line.received_at.astimezone(JST).strftime("%Y-%m-%dT%H:%M")}
    return (
        Lead(label="書類の受領を記録する", verb=documents.RECORD, to=application, given=came),
        Lead(label=NOT_IT_LABEL, verb=NOT_IT, to=application, given={"incoming": line.number}),
    )


# --- it is not the document -----------------------------------------------------------------------------------------


class NotItForm(forms.Form):
    """Which line, and why it is not the document."""

    incoming = IncomingField(label="受信番号", required=True, help_text="届いたものの、受信簿の番号です。")
    reason = forms.CharField(label="求めた書類ではない理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Something came in that nobody has looked at."""
    if unread(application).exists():
        return None
    return Refused(
        "書類を求めた後に届いて、まだ確かめていないものはありません。",
        clause="6(4)",
        instead="申込の画面で、届いたものを確かめてください。",
    )


def may_be_asked(application: Application) -> bool:
    """Whether the button belongs on the page."""
    return unread(application).exists()


def initial(application: Application | None, at: datetime) -> dict[str, Any]:
    """The first that nobody has looked at."""
    line = unread(application).first() if application is not None else None
    return {"incoming": line.number} if line else {}


def not_it(application: Application, *, by: Any, at: datetime, incoming: Incoming, reason: str) -> Application:
    """Somebody looked at the line: the document is still missing. The line is linked to the application."""
    if not unread(application).filter(pk=incoming.pk).exists():
        raise Refused(
            f"{incoming} は、書類を求めた後にこの申込について届いたものではないか、すでに確かめられています。",
            clause="6(4)",
            instead="受信番号を確かめてください。",
        )
    rest_on(incoming, application)
    OtherArrival.objects.create(application=application, incoming=incoming, reason=reason, by=by, judged_at=at)
    return application
