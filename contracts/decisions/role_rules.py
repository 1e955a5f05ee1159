"""Who may decide at all, held by the database: somebody at work whose role holds it, or their deputy, who is at work too.

Asked when the decision or the ruling is written, not later: whoever leaves afterwards has decided all the same.
"""

from accounts.managers import SYSTEM_EMAIL
from config.desk import triggers
from config.desk.triggers import changed

NO_ROLE = "承認の役割のある担当者か、その代理だけが決裁・判断できます"
LATE_ENTRY = "代理は、登録した日より前の日からにはできません"
_HOLDS = (
    "SELECT 1 FROM accounts_user u JOIN accounts_user_groups g ON g.user_id = u.id JOIN auth_group_permissions m ON m.group_id = g.group_id"
    " JOIN auth_permission p ON p.id = m.permission_id WHERE u.is_active AND p.codename = '{key}' AND u.id = {who}"
)
_AT_WORK = "SELECT 1 FROM accounts_user u WHERE u.id = NEW.{by} AND u.is_active"
_ENGINE = f"SELECT 1 FROM accounts_user u WHERE u.id = NEW.{{by}} AND u.email = '{SYSTEM_EMAIL}'"
_DECIDED = (
    ("decision_role", "decisions_decision", "decisions.approve", "approved_by_id", "decided_for_id", "approved_at"),
    ("objection_role", "decisions_objection", "decisions.rule_objection", "ruled_by_id", "ruled_for_id", "ruled_at"),
)


def role_triggers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    rules = [
        (name, table, ("UPDATE",), _nobody_may(key, by, place, moment), NO_ROLE)
        for name, table, key, by, place, moment in _DECIDED
    ]
    entered = "(NEW.entered_at AT TIME ZONE 'Asia/Tokyo')::date" if vendor == "postgresql" else "date(NEW.entered_at, '+9 hours')"  # fmt: skip
    rules.append(("deputy_ahead", "accounts_deputy", ("INSERT",), f"NEW.first_day < {entered}", LATE_ENTRY))
    return [trigger for rule in rules for trigger in triggers.forbid(vendor, *rule)]


def _nobody_may(key: str, by: str, place: str, moment: str) -> str:
    """Newly decided by somebody who has left, or in whose name nobody holds the verb."""
    holder = _HOLDS.format(key=key, who=f"COALESCE(NEW.{place}, NEW.{by})")
    decided = f"NEW.{by} IS NOT NULL AND {changed(by, place, moment)}"
    engine, at_work = _ENGINE.format(by=by), _AT_WORK.format(by=by)
    return f"{decided} AND NOT EXISTS ({engine}) AND (NOT EXISTS ({at_work}) OR NOT EXISTS ({holder}))"
