"""What the database holds of deputies: who, whom and which days are never rewritten, and an end is final."""

from config.desk import triggers
from config.desk.triggers import changed

KEPT = "代理の登録は、書き換えられません"
_SAID = changed("number", "for_user_id", "deputy_id", "first_day", "last_day", "reason", "entered_by_id", "entered_at")
_ENDED = f"OLD.ended_at IS NOT NULL AND {changed('ended_at', 'ended_by_id', 'end_reason')}"
_THERE = "SELECT 1 FROM accounts_deputy d WHERE d.id = NEW.id OR d.number = NEW.number"
_RULES = (
    ("deputy_kept", "accounts_deputy", ("UPDATE",), f"{_SAID} OR ({_ENDED})", KEPT),
    ("deputy_no_replace", "accounts_deputy", ("INSERT",), f"EXISTS ({_THERE})", KEPT),
    ("deputy_no_delete", "accounts_deputy", ("DELETE",), "OLD.id IS NOT NULL", KEPT),
)


def deputy_triggers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    return [trigger for rule in _RULES for trigger in triggers.forbid(vendor, *rule)]
