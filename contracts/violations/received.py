"""A line of the incoming register as where a case, a finding or an answer comes from."""

from datetime import datetime
from typing import Any

from accounts.models import Customer
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.incoming import workflow as incoming
from contracts.incoming.models import Incoming
from contracts.violations.models import Violation


def is_another_s(line: Incoming | None, customer: Customer | None) -> bool:
    """Whether it came from another customer."""
    if line is None or customer is None or line.customer is None:
        return False
    return not line.customer.is_party_of(customer)


def attach(case: Violation, line: Incoming | None, *, by: Any, at: datetime, reason: str) -> Incoming | None:
    """Link it to the case, where it is not linked yet. One that belongs to another case or customer is refused."""
    if line is None:
        return None
    fresh = locked(Incoming, line.pk)
    about = fresh.subject
    if about == case:
        return fresh
    if isinstance(about, Violation):
        raise Refused(
            f"{fresh}は、すでに案件 {about} に結び付いています。",
            clause="17(1)",
            instead="その案件で続けるか、受信の画面で結び付けを改めてください。",
        )
    return incoming.link(fresh, by=by, at=at, about=case, reason=reason)
