"""What rooms above write about customers; called inside their steps."""

from datetime import date, datetime

from accounts.keys import keys_of
from accounts.models import Customer, PriorRecord
from config.desk import numbers
from contracts.rules.identifiers import corporate_number_digits


def register_customer(
    *,
    at: datetime,
    kind: str,
    name: str,
    kana: str,
    corporate_number: str,
    email: str,
    postal_code: str,
    address: str,
    phone: str,
    contact: str,
) -> Customer:
    """A party of its own under a new number C-…; who is the same party is judged by a person."""
    is_person = kind == Customer.Kind.INDIVIDUAL
    return Customer.objects.create(
        number=numbers.take("C", at), kind=kind, name=name, kana=kana,
        corporate_number=corporate_number_digits(corporate_number) if corporate_number else "",
        email=email, postal_code=postal_code, address=address, phone=phone, contact=contact,
        **keys_of(name=name, kana=kana, email=email, phone=phone),
        honorific="様" if is_person or contact else "御中", is_consumer=is_person,
    )  # fmt: skip


def record_prior(customer: Customer, *, ground: int, source: str, fact: str, happened_on: date) -> PriorRecord:
    """Keep a finding for later screenings (Art. 6(3)(1)–(2)); the same source again: the same record."""
    record, _ = PriorRecord.objects.get_or_create(
        source=source, defaults={"customer": customer, "ground": ground, "fact": fact, "happened_on": happened_on}
    )
    return record


def note_prior_cured(source: str, cured_at: datetime) -> None:
    """The record stays; that it was cured is noted on it."""
    for record in PriorRecord.objects.filter(source=source):
        record.cured_at = cured_at
        record.save()


def withdraw_prior(source: str, at: datetime) -> None:
    """Withdrawn with the finding."""
    for record in PriorRecord.objects.filter(source=source, withdrawn_at=None):
        record.withdrawn_at = at
        record.save()
