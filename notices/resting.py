"""What rests on the dispatch of a letter (Art. 4(2)): a later letter or decision, an effect that cannot be undone."""

from datetime import datetime

from config.desk.refusal import Refused
from contracts.decisions.models import Decision
from notices.engine import kind_of
from notices.models import Delivery, Notice


def decided_since(notice: Notice, delivery: Delivery) -> Notice | None:
    """The first letter by decision on the same matter that left after this one."""
    others = Notice.objects.about(notice.subject).exclude(pk=notice.pk).filter(decision__isnull=False)
    left = others.filter(deliveries__state__in=["in_flight", "dispatched", "delivered", "returned"])
    return left.filter(ordered_at__gt=delivery.dispatched_at).order_by("pk").first()


def begun_since(notice: Notice, since: datetime) -> str:
    """What hangs on the record: a letter or a decision on the same matter that came after it."""
    letter = Notice.objects.about(notice.subject).exclude(pk=notice.pk).filter(ordered_at__gt=since).first()
    decided = Decision.objects.about(notice.subject).filter(proposed_at__gt=since).first()
    return f"通知 {letter}" if letter is not None else f"決裁 {decided}" if decided is not None else ""


def effect_why_not(notice: Notice, delivery: Delivery) -> Refused | None:
    """Where a dispatch is recorded late: whether anything rests on the moment at which the letter took effect."""
    later = decided_since(notice, delivery)
    if later is not None:
        return no(f"そのあとに、決裁による通知（{later}）が発送されています。", "効力の日時は動かせません。")
    return effect_stands(notice)


def effect_stands(notice: Notice) -> Refused | None:
    """A decided letter, one that hands something over, or a room's own guard: its moment of effect stays."""
    if notice.decision is not None or kind_of(notice).effective == "all":
        return no(
            "この差出しによって、効力がすでに生じています。",
            "差出しの記録だけでは、効力の日時を動かせません。異議の手続か、取り消す手続で扱ってください。",
        )
    return kind_of(notice).mend_why_not(notice.subject, notice)


def no(message: str, instead: str) -> Refused:
    """A mend that is not made (4(2))."""
    return Refused(message, clause="4(2)", instead=instead)
