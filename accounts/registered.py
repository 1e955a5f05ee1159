"""What is registered of a customer at a moment (Arts. 4(1), 7): read by date, so that no job has to run in time.

A change counts from the later of the day that it names and the moment at which we were told: until then what we sent to
the former address was rightly sent (7(3)).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from accounts.details import RegisteredDetail
from accounts.keys import bare_key, called_key, kana_key, keys_of
from accounts.models import Customer
from config.desk.clock import JST
from contracts.rules.identifiers import email_key, name_key

Field = RegisteredDetail.Field
Value = tuple[str, str]  # the value, and of an address its postal code


@dataclass(frozen=True, kw_only=True)
class Registered:
    """The registered data as they stand at a moment."""

    name: str
    kana: str
    email: str
    postal_code: str
    address: str
    phone: str
    contact: str
    honorific: str
    representative: str


def begins(effective_on: date, notified_at: datetime) -> datetime:
    """From when a change counts: 0:00 (JST) of the day that it names, but never before we were told."""
    return max(datetime.combine(effective_on, time(), JST), notified_at)


def registered_at(customer: Customer, at: datetime) -> Registered:
    """What is registered at this moment."""
    found = values_at(customer, at)
    contact = found[Field.CONTACT][0]
    return Registered(
        name=found[Field.NAME][0], kana=found[Field.KANA][0], email=found[Field.EMAIL][0], address=found[Field.ADDRESS][0],
        postal_code=found[Field.ADDRESS][1], phone=found[Field.PHONE][0], contact=contact,
        honorific=_honorific(customer, contact), representative=found[Field.REPRESENTATIVE][0],
    )  # fmt: skip


def _honorific(customer: Customer, contact: str) -> str:
    if contact == customer.contact:
        return customer.honorific
    return "様" if contact or customer.kind == Customer.Kind.INDIVIDUAL else "御中"


def values_at(customer: Customer, at: datetime) -> dict[str, Value]:
    """Every field with its value at this moment; what was never changed stands in the customer's own columns."""
    found = first_values(customer)
    for row in _in_order(RegisteredDetail.objects.filter(customer=customer)):
        if stood(row, at):
            found[row.field] = (row.value, row.postal_code)
    return found


def stood(row: RegisteredDetail, at: datetime) -> bool:
    """Whether the value counted at this moment. What was taken back stood from its entry until then: the past stays."""
    if row.since is not None and row.since > at:
        return False
    return row.withdrawn_at is None or row.recorded_at <= at < row.withdrawn_at


def first_values(customer: Customer) -> dict[str, Value]:
    """What the columns hold."""
    return {
        Field.NAME: (customer.name, ""), Field.KANA: (customer.kana, ""), Field.EMAIL: (customer.email, ""),
        Field.ADDRESS: (customer.address, customer.postal_code), Field.PHONE: (customer.phone, ""),
        Field.CONTACT: (customer.contact, ""), Field.REPRESENTATIVE: ("", ""),
    }  # fmt: skip


def standing(customer: Customer) -> list[RegisteredDetail]:
    """The dated values that were not taken back, in the order in which they begin."""
    return _in_order(RegisteredDetail.objects.filter(customer=customer, withdrawn_at=None))


def _in_order(rows: Iterable[RegisteredDetail]) -> list[RegisteredDetail]:
    return sorted(rows, key=lambda row: (row.since is not None, row.since or row.recorded_at, row.pk))


def change(customer: Customer, changed: Mapping[str, Value], *, since: datetime, source: str, at: datetime) -> None:
    """Enter new values from a moment on, beside the former ones. The customer is locked by the caller."""
    known = set(RegisteredDetail.objects.filter(customer=customer).values_list("field", flat=True))
    former = first_values(customer)
    for field, value in changed.items():
        if field not in known:  # as it was at first, so that it is found and shown for ever
            _enter(customer, field, former[field], None, "")
        _enter(customer, field, value, since, source)
    copy(customer, at)


def _enter(customer: Customer, field: str, value: Value, since: datetime | None, source: str) -> None:
    RegisteredDetail.objects.create(
        customer=customer, field=field, value=value[0], postal_code=value[1], key=key_of(field, value[0]), since=since, source=source,
        bare_key=bare_key(value[0]) if field == Field.NAME else "",
    )  # fmt: skip


def key_of(field: str, value: str) -> str:
    """By which a value is compared, with its field before it; nothing for what nobody is looked up by."""
    keys = {Field.NAME: name_key, Field.EMAIL: email_key, Field.PHONE: called_key, Field.KANA: kana_key}
    return f"{field}:{keys[Field(field)](value)}"[:300] if field in keys and value else ""


def take_back(source: str, *, at: datetime) -> None:
    """A notice was entered by mistake: its values do not count any more, but stay."""
    rows = RegisteredDetail.objects.filter(source=source, withdrawn_at=None).select_related("customer").order_by("pk")
    customers = {}
    for row in rows:
        row.withdrawn_at = at
        row.save()
        customers[row.customer_id] = row.customer
    for customer in customers.values():
        copy(customer, at)


def of_others(customer: Customer, at: datetime) -> list[RegisteredDetail]:
    """What begins later and was told of another number, while the two were joined."""
    return [row for row in coming(customer, at) if not row.source.startswith(f"{customer.number}-")]


def part_coming(customer: Customer, at: datetime) -> None:
    """They are two again: what lies ahead goes with the number whose notice it was."""
    for row in of_others(customer, at):
        row.withdrawn_at = at
        row.save()


def copy(customer: Customer, at: datetime) -> None:
    """Bring the columns, by which lists show and find, to what is registered at this moment."""
    now = registered_at(customer, at)
    plain = {name: getattr(now, name) for name in COPIED}
    plain |= keys_of(name=now.name, kana=now.kana, email=now.email, phone=now.phone)
    if any(getattr(customer, name) != value for name, value in plain.items()):
        for name, value in plain.items():
            setattr(customer, name, value)
        customer.save()


COPIED = ("name", "kana", "email", "postal_code", "address", "phone", "contact", "honorific")


def coming(customer: Customer, at: datetime) -> list[RegisteredDetail]:
    """Values that were told to us and have not begun."""
    return [row for row in standing(customer) if row.since is not None and row.since > at]
