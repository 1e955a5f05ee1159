"""Which letter a returned envelope is: by its QR code or number, else by its tracking number."""

from dataclasses import dataclass, field

from notices.models import Delivery, Notice
from notices.returns.scanned import letter_in
from notices.returns.tracking import bare, bearing


@dataclass(frozen=True, kw_only=True)
class Found:
    """One letter; or several that bore the same tracking number on different days; or why there is none."""

    notice: Notice | None = None
    several: list[Delivery] = field(default_factory=list)
    problem: str = ""


def find(query: str) -> Found:
    """The letter of what was scanned or typed."""
    if number := letter_in(query):
        notice = Notice.objects.select_related("customer").prefetch_related("deliveries").filter(number=number).first()
        return Found(notice=notice, problem="" if notice else f"{number} の通知はありません。番号を確かめてください。")
    rows = list(bearing([query])[:20]) if len(bare(query)) >= 8 else []
    if len(rows) == 1:
        return Found(notice=rows[0].notice)
    if rows:
        return Found(several=rows, problem="この追跡番号は、日を変えて使われています。どの通知かを選んでください。")
    return Found(problem="通知番号も、記録のある追跡番号も、読み取れません。封筒の番号を手で入れてください。")
