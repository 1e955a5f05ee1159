"""Which letters a notice of change reaches (7(3)): what left before we were told stays good, what left afterwards does not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Customer, RegisteredDetail
from accounts.registered import Field, Value
from config.desk.refusal import Refused
from contracts.licenses.change_models import ChangeNotice
from notices import outcomes
from notices.models import Channel, Delivery

CONFIRM = "licenses.change_confirmation"
WAYS = {Field.EMAIL: Channel.EMAIL, Field.ADDRESS: Channel.POST}


def sent_since(customers: list[int], changed: Mapping[str, Value], since: datetime) -> list[str]:
    """The numbers of the letters that went to another place after the moment from which this change counts."""
    found = set[str]()
    for field, channel in WAYS.items():
        if field in changed:
            left = Delivery.objects.has_left().filter(notice__customer__in=customers, dispatched_at__gte=since)
            rows = left.filter(channel=channel).exclude(notice__kind=CONFIRM).select_related("notice").order_by("-pk")
            found |= {str(row.notice) for row in rows[:20] if not _is_to(row, changed[field])}
    return sorted(found)


def _is_to(delivery: Delivery, value: Value) -> bool:
    if delivery.channel == Channel.EMAIL:
        return bool(delivery.address.get("email") == value[0])
    return (delivery.address.get("address"), delivery.address.get("postal_code")) == value


def look_again(customers: list[Customer], row: ChangeNotice, at: datetime) -> None:
    """The register of a past time is another now: each letter since is judged anew, and its clock follows."""
    if {line["field"] for line in row.changes} & set(WAYS):
        for customer in customers:
            outcomes.look_at_places(customer, row.since, at)


def went_to_new(row: ChangeNotice) -> list[str]:
    """The numbers of the letters that left for a place which this notice brought, its own confirmation apart."""
    fields = [field for field in WAYS if any(line["field"] == field for line in row.changes)]
    values: dict[Any, Value] = {
        detail.field: (detail.value, detail.postal_code)
        for detail in RegisteredDetail.objects.filter(source=row.number, field__in=fields)
    }
    found = set[str]()
    left = Delivery.objects.has_left().filter(notice__customer__details__source=row.number)
    since = left.filter(dispatched_at__gte=max(row.since, row.recorded_at)).exclude(notice__kind=CONFIRM).distinct()
    for delivery in since.select_related("notice").order_by("pk"):
        field = Field.EMAIL if delivery.channel == Channel.EMAIL else Field.ADDRESS
        if field in values and _is_to(delivery, values[field]):
            found.add(str(delivery.notice))
    return sorted(found)


def withdraw_why_not(row: ChangeNotice) -> Refused | None:
    """What a letter rests on is not taken away from it: the true address is entered as a notice of its own."""
    letters = went_to_new(row)
    if not letters:
        return None
    return Refused(
        f"新しい宛先に、通知が出ています（{'、'.join(letters[:5])}）。", clause="7(3)",
        instead="正しい宛先を新しい届出として記録し、その通知を改めて送ってください。", short="発送の後",
    )  # fmt: skip
