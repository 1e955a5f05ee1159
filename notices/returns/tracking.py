"""Tracking numbers: written in one way, never twice on one day of posting (numbers are used again later)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Replace

from config.desk.clock import jst_day
from config.desk.refusal import Refused
from contracts.rules.identifiers import tidy_tracking_number
from notices.models import Delivery
from notices.returns.days import JstDay

CONSTRAINT = "tracking_once_a_day"


def bare(number: str) -> str:
    """Without hyphens, for comparing."""
    return tidy_tracking_number(number).replace("-", "")


def bearing(numbers: Iterable[str]) -> QuerySet[Any]:
    """The deliveries that bear one of these numbers, on whatever day (`posted_on`), the latest first."""
    rows = Delivery.objects.exclude(tracking_number="").annotate(
        bare=Replace(F("tracking_number"), Value("-"), Value("")), posted_on=JstDay(F("dispatched_at"))
    )
    return rows.filter(bare__in={bare(n) for n in numbers}).select_related("notice").order_by("-dispatched_at")


def free_why_not(delivery: Delivery, number: str, day: date) -> Refused | None:
    """Where another letter that was posted on this day bears the number."""
    other = bearing([number]).filter(posted_on=day).exclude(pk=delivery.pk).first() if number else None
    return _taken(number, str(other.notice)) if other is not None else None


def require_free(delivery: Delivery, number: str, day: date) -> None:
    """Refused where another letter that was posted on this day bears the number."""
    if refused := free_why_not(delivery, number, day):
        raise refused


@contextmanager
def unless_taken(number: str) -> Iterator[None]:
    """Two people at once: the database lets one of them through, and the other is told."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as failure:
        if CONSTRAINT not in str(failure):
            raise
        raise _taken(number, "別の通知") from failure


def _taken(number: str, by: str) -> Refused:
    return Refused(
        f"追跡番号 {number} は、同じ日に差し出した {by} に記録されています。", clause="4(1)(2)",
        instead="受領証の番号を確かめてください。",
    )  # fmt: skip


def keep(delivery: Delivery, number: str, *, by: Any, at: datetime) -> None:
    """Write the number of a posted letter; one that stands there is mended only by its author on the same day."""
    number = tidy_tracking_number(number)
    if delivery.tracking_number and bare(delivery.tracking_number) == bare(number):
        return
    _require_own_slip(delivery, by, at)
    assert delivery.dispatched_at is not None
    require_free(delivery, number, jst_day(delivery.dispatched_at))
    delivery.tracking_number = number
    with unless_taken(number):
        delivery.save()


def _require_own_slip(delivery: Delivery, by: Any, at: datetime) -> None:
    if not delivery.tracking_number:
        return
    since = delivery.history.filter(tracking_number=delivery.tracking_number).order_by("history_id").first()
    if since is None or since.history_user_id != by.pk or jst_day(since.history_date) != jst_day(at):
        raise Refused(
            f"追跡番号 {delivery.tracking_number} が、すでに記録されています。", clause="4(1)(2)",
            instead="直せるのは、記録した人が同じ日のうちだけです。その後の訂正は、法務の担当者に相談してください。",
        )  # fmt: skip
