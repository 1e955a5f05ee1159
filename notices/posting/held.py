"""What the database holds of print runs and mended records: a fixed order stays, a posted letter is not posted anew."""

from config.desk import triggers
from config.desk.triggers import changed

KEPT_CORRECTION = "記録の訂正は、書き換えられません"
KEPT_LETTER = "印刷に入れた通知と、確定した順は、書き換えられません"
_MENDED = ("delivery_id", "what", "before", "after", "made_by_id", "made_at", "decision_id", "reason")
_FIXED = f"(OLD.position IS NOT NULL AND {changed('position')})"
_POSTED = "(OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'pulled_out'))"


def registers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    letters = triggers.kept(
        vendor, "notices_printrunletter", ("run_id", "delivery_id"), once="run_id,delivery_id", message=KEPT_LETTER,
        final=f"{_FIXED} OR {_POSTED}",
    )  # fmt: skip
    mended = triggers.kept(vendor, "notices_recordcorrection", _MENDED, once="id", message=KEPT_CORRECTION)
    return [*letters, *mended]
