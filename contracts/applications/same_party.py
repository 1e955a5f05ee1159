"""From an application to joining doubled customers: the page offers it where the applicant is on file under another number."""

from typing import Any

from accounts import parties
from accounts.merging import MERGE
from config.desk import side_cards
from contracts.applications.models import Application

MOST = 50  # near customers that are compared


def begins(row: Any) -> dict[str, str] | None:
    """The applicant's new number goes under the oldest one that is the same party; None where there is none."""
    if not isinstance(row, Application) or row.customer.merged_into_id is not None:
        return None
    own = row.customer
    near = parties.alike(parties.all_keys([own])[own.pk], MOST)
    same = (c for c, how in near if how.level == "same" and c.pk not in own.family_ids and c.merged_into_id is None)
    if (other := next(same, None)) is None:
        return None
    gone, kept = (own, other) if other.pk < own.pk else (other, own)
    return {"customer": gone.number, "into": kept.number}


def register_all() -> None:
    """Called once, when the room starts."""
    side_cards.act(MERGE, begins)
