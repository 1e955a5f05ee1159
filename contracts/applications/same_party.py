"""From an application to joining doubled customers: the page offers it where the applicant is on file under another number."""

from typing import Any

from accounts.merging import MERGE
from accounts.models import Customer
from config.desk import side_cards
from contracts.applications.models import Application


def begins(row: Any) -> dict[str, str] | None:
    """The applicant's new number goes under the oldest one that is the same party; None where there is none."""
    if not isinstance(row, Application) or row.customer.merged_into_id is not None:
        return None
    own = row.customer
    alike = Customer.objects.same_party_as(corporate_number=own.corporate_number, email=own.email)
    other = alike.exclude(pk__in=own.family_ids).filter(merged_into=None).order_by("pk").first()
    if other is None or (own.corporate_number and other.corporate_number not in ("", own.corporate_number)):
        return None
    gone, kept = (own, other) if other.pk < own.pk else (other, own)
    return {"customer": gone.number, "into": kept.number}


def register_all() -> None:
    """Called once, when the room starts."""
    side_cards.act(MERGE, begins)
