"""What the database holds of the notices of change (Art. 7): when we were told of what is never rewritten."""

from config.desk import triggers
from config.desk.triggers import changed

KEPT = "変更の届出は、書き換えられません"
_SAID = (
    "number",
    "customer_id",
    "notified_at",
    "channel",
    "incoming_id",
    "effective_on",
    "since",
    "changes",
    "evidence",
    "owner_id",
)
_ENDED = f"OLD.state = 'withdrawn' AND {changed('state', 'withdrawn_at', 'withdrawn_reason')}"


def registers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    return triggers.kept(vendor, "licenses_changenotice", _SAID, once="number", message=KEPT, final=_ENDED)
