"""A document in the incoming register: the line that is there already, or a new one with the files (6(4))."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts.applications.models import Application
from contracts.incoming import workflow as incoming
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming
from contracts.incoming.reference import rest_on


def enter(
    application: Application, *, summary: str, by: Any, at: datetime, received_at: datetime, line: Incoming | None = None,
    channel: str = "", uploads: Sequence[Upload] = (),
) -> Incoming | None:  # fmt: skip
    """The line, linked to the application; None where neither a line, nor a way, nor a file is named.

    Raises Refused where the line is another customer's.
    """
    if line is not None:
        rest_on(line, application)
        return line
    if not (channel or uploads):
        return None
    return incoming.receive(
        None, by=by, at=at, channel=channel, received_at=received_at, summary=summary, about=application, uploads=uploads
    )  # fmt: skip
