"""From a line of the incoming register to the application that waits for a document (6(4))."""

from collections.abc import Iterable

from config.desk.clock import JST
from config.desk.refusal import Lead
from contracts.applications import documents
from contracts.applications.models import Application, DocumentRequest
from contracts.incoming.models import Incoming

WAITING = ("awaiting_document", "refusing", "refused")
MOST = 5  # applications of one customer that are offered


def leads(entered: Incoming) -> Iterable[Lead]:
    """書類の受領を記録する, for what the line is about, else for its customer's applications; once a line."""
    if DocumentRequest.objects.filter(incoming=entered).exists():
        return
    for application in _waiting(entered):
        late = application.state == "refused"
        label = documents.LATE_LABEL if late else "書類の受領を記録する"
        yield Lead(
            label=f"{label}（{application.number}）", verb=documents.LATE if late else documents.RECORD, to=application,
            given={
                "incoming": entered.number, "received_at": f"{entered.received_at.astimezone(JST):%Y-%m-%dT%H:%M}", "channel": "",
                "note": entered.title,
            },
        )  # fmt: skip


def _waiting(entered: Incoming) -> list[Application]:
    """Those for which a document is awaited."""
    if isinstance(entered.subject, Application):
        near = [entered.subject]
    elif entered.subject is None and entered.customer is not None:
        near = list(entered.customer.applications.order_by("-pk")[:MOST])
    else:
        near = []
    return [a for a in near if a.state in WAITING and documents.open_request(a) is not None]
