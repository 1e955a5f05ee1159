"""Contacts: whom one may call in which matter, from when to when. Legal letters go to the registered address only (4(1))."""

from datetime import date, datetime
from typing import Any

from accounts.details import Contact
from accounts.keys import called_key
from accounts.models import Customer
from config.desk.clock import jst_day
from config.desk.refusal import Refused
from contracts.rules.identifiers import email_key, name_key


def add(
    customer: Customer, *, by: Any, at: datetime, name: str, role: str, department: str = "", email: str = "", phone: str = "",
    since: date | None = None, note: str = "",
) -> Contact:  # fmt: skip
    """A person more; `since` None: from today."""
    return Contact.objects.create(
        number=f"{customer.number}-P{customer.contacts.count() + 1}", customer=customer, name=name, name_key=name_key(name)[:100], role=role,
        department=department, email=email, email_key=email_key(email), phone=phone, phone_key=called_key(phone),
        since=since or jst_day(at), note=note,
    )  # fmt: skip


def in_charge(customers: list[int], day: date) -> list[Contact]:
    """Those who are still there on this JST day."""
    rows = Contact.objects.filter(customer__in=customers).select_related("customer").order_by("role", "pk")
    return [contact for contact in rows if contact.until is None or contact.until >= day]


def end_why_not(customer: Customer, *, by: Any, at: datetime) -> Refused | None:
    """There is somebody whose time can end."""
    if customer.contacts.filter(until=None).exists():
        return None
    return Refused("終える連絡先がありません。", instead="連絡先を追加してください。", short="連絡先なし")


def end(
    customer: Customer, *, by: Any, at: datetime, contact: str, until_on: date | None = None, reason: str = ""
) -> Contact:
    """Not to be called after this JST day; the row stays."""
    row = customer.contacts.filter(number=contact, until=None).first()
    if row is None:
        raise Refused("その連絡先は、もう終えています。", instead="利用者の画面で、今の連絡先を確かめてください。")
    until = until_on or jst_day(at)
    if until < row.since:
        raise Refused("終わる日が、始まる日より前です。", instead="日付を確かめてください。")
    row.until = until
    row.save()
    return row
