"""配達 recorded once more (Art. 4(2)): only a slip of today, by its author, while nothing hangs on it and no two people decided."""

from datetime import datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.refusal import Refused
from notices import resting
from notices.models import Delivery, Notice
from notices.posting import corrections
from notices.posting.corrections import Mend, What

BY_PROPOSAL = "「記録の訂正を起案する」で、ほかの人の承認を受けてください。"


def require_own_slip(notice: Notice, delivery: Delivery, moment: datetime, *, by: Any, at: datetime) -> None:
    """The first record is free; a later one would move clocks that others rely on."""
    if delivery.delivered_at is None:
        return
    last = delivery.history.filter(history_verb="notices.record_delivery").order_by("-history_id").first()
    if last is None or last.history_user_id != by.pk or jst_day(last.history_date) != jst_day(at):
        raise Refused(
            "配達は、すでに記録されています。", clause="4(2)",
            instead=f"直せるのは、記録した人が同じ日のうちだけです。その後は{BY_PROPOSAL}",
        )  # fmt: skip
    _require_undecided(delivery, last.history_date)
    if begun := resting.begun_since(notice, last.history_date):
        raise Refused(
            f"この配達の記録のあとに、{begun}が始まっています。", clause="4(2)", instead=f"直すときは、{BY_PROPOSAL}"
        )
    mend = Mend(channel=delivery.channel, what=What.DELIVERY, correct_at=moment)
    if refused := corrections.rests_on_it(notice, delivery, mend):
        raise refused


def _require_undecided(delivery: Delivery, since: datetime) -> None:
    """What two people approved is not put aside by one."""
    decided = delivery.corrections.filter(decision__isnull=False, made_at__gte=since).order_by("-pk").first()
    if decided is not None:
        raise Refused(
            f"この配達の記録のあとに、決裁 {decided.decision} で記録が訂正されています。", clause="4(2)",
            instead=f"また違っているときは、改めて{BY_PROPOSAL}",
        )  # fmt: skip
