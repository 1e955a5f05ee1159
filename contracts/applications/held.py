"""What the database holds of Art. 6: what was applied for and agreed to, whose judgement it was, what 法務 decided of the money."""

from config.desk import triggers
from config.desk.triggers import changed

APPLIED = "申込の内容と規約同意の記録は、書き換えられません"
JUDGED = "不承諾事由の判断は、だれの判断かを含めて、判断し直すことでだけ変えられます"
SETTLED = "金銭の扱いの決定は、書き換えられません"
ASKED = "書類の提示の記録は、消せません"
_APPLIED = (
    "number", "customer_id", "channel", "agreed_version", "agreed_at", "received_at", "source_number", "content_hash", "original",
)  # fmt: skip
_SIGNED_ANEW = f"{changed('by_id', 'finding', 'reason')} AND NOT {changed('judged_at', 'finding', 'reason')}"
_DECIDED = (
    f"OLD.state = 'decided' AND {changed('outcome', 'basis', 'received', 'returned', 'reason', 'decided_by_id')}"
    f" AND NOT {changed('decided_at', 'state')}"
)


def registers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    judgement, of_it = "applications_groundjudgement", ("application_id", "ground")
    money, opened = "applications_settlement", ("number", "application_id", "customer_id", "opened_at")
    return [
        *triggers.kept(vendor, "applications_application", _APPLIED, once="number", message=APPLIED),
        *triggers.kept(vendor, judgement, of_it, once=",".join(of_it), message=JUDGED, final=_SIGNED_ANEW),
        *triggers.kept(vendor, money, opened, once="number", message=SETTLED, final=_DECIDED),
        *triggers.undeletable(vendor, "applications_documentrequest", ASKED),
    ]
