"""What the database holds of the registers behind Arts. 4(1), 6(3) and 7: entered once, taken back once, never rewritten."""

from config.desk import triggers
from config.desk.triggers import changed

REGISTERED = "登録内容の記録は、書き換えられません"
PRIOR = "過去の記録は、書き換えられません"
CONTACT = "連絡先の記録は、消せません"
_DETAIL = ("customer_id", "field", "value", "postal_code", "since", "source", "recorded_at")
_PRIOR = ("customer_id", "ground", "source", "fact", "happened_on", "recorded_at")
_TAKEN_BACK = f"OLD.withdrawn_at IS NOT NULL AND {changed('withdrawn_at')}"


def registers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    detail, prior = "accounts_registereddetail", "accounts_priorrecord"
    return [
        *triggers.kept(vendor, detail, _DETAIL, once="customer_id,field,source", message=REGISTERED, final=_TAKEN_BACK),
        *triggers.kept(vendor, prior, _PRIOR, once="source", message=PRIOR, final=_TAKEN_BACK),
        *triggers.undeletable(vendor, "accounts_contact", CONTACT),
    ]
