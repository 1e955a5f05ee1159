"""The moment of a posting (Art. 4(1)(2)): no paper is posted before it can have existed."""

from datetime import datetime

from config.desk.clock import jst_day
from config.desk.jst import jday, jshort
from config.desk.refusal import Refused
from notices.models import Delivery
from notices.posting.models import PrintRunLetter


def before_its_paper(delivery: Delivery, moment: datetime) -> Refused | None:
    """Refused on a JST day before its words were final. The hour is not compared: a day's work may be recorded afterwards."""
    content = getattr(delivery.notice, "content", None)
    if content is None or jst_day(moment) >= jst_day(content.created_at):
        return None
    return Refused(
        f"差出し日時が、通知の書面ができた日（{jday(jst_day(content.created_at))}）より前です。",
        clause="4(1)(2)",
        instead="差出票の日時を確かめてください。",
    )


def before_its_run(delivery: Delivery, moment: datetime) -> Refused | None:
    """Refused before the list of its printed run was fixed: the paper that was posted comes out of that run."""
    printed = PrintRunLetter.objects.live().filter(
        delivery=delivery, checked_at__isnull=False, run__printed_at__isnull=False
    )
    letter = printed.filter(run__frozen_at__gt=moment).select_related("run").first()
    if letter is None or letter.run.frozen_at is None:
        return None
    return Refused(
        f"差出し日時が、印刷 {letter.run} の一覧を確定した時（{jshort(letter.run.frozen_at)}）より前です。",
        clause="4(1)(2)",
        instead="差出票の日時を確かめてください。この印刷とは別に刷って差し出した通知は、先に印刷から抜いてください。",
    )


def too_early(delivery: Delivery, moment: datetime) -> Refused | None:
    """For the record of a posting and for its correction."""
    return before_its_paper(delivery, moment) or before_its_run(delivery, moment)
