"""The customer card's own part: who it is today, what is about to change, doubled numbers, whom one may call."""

from typing import Any

from accounts import registered
from accounts.contacts import in_charge
from accounts.details import Contact
from accounts.models import Customer
from config.desk import clock
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday, jday_year
from config.desk.pages import card, fact, note, url_of

MOST_CONTACTS = 20


def chips(customer: Customer) -> list[Chip]:
    """What the party is, and whether it lives on under another number."""
    made = [state_chip("draft", customer.get_kind_display())]
    return [*made, state_chip("closed", "まとめ済")] if customer.merged_into_id else made


def messages(customer: Customer) -> list[dict[str, str]]:
    """What the reader must not overlook."""
    made = []
    if customer.merged_into:
        head = customer.merged_into
        made.append(
            note("warning", f"{head.number} にまとめました。「まとめた番号」から、残した番号の画面へ進めます。")
        )
    for row in registered.coming(customer, clock.now()):
        day = jday(row.since) if row.since else ""
        made.append(
            note("info", f"{day}から、{row.get_field_display()}が変わります。{row.shown or 'なし'}（{row.source}）")
        )
    return made


def side(customer: Customer) -> list[dict[str, Any]]:
    """登録の内容, 連絡先, まとめた番号."""
    return [card("登録の内容", "facts", facts(customer)), *_contacts(customer), *_family(customer)]


def facts(customer: Customer) -> list[dict[str, Any]]:
    """What is registered now, read by date."""
    now = registered.registered_at(customer, clock.now())
    address = f"〒{now.postal_code}　{now.address}" if now.postal_code else now.address
    rows = [
        fact("名称", now.name, sub=now.kana),
        fact("区分", customer.get_kind_display(), more="消費者" if customer.is_consumer else ""),
        fact("法人番号", customer.corporate_number or "—"),
        fact("通知先メール", now.email, clause="4(1)"),
        fact("通知先住所", address, clause="4(1)"),
        fact("電話番号", now.phone or "—"),
        fact("担当者", now.contact or "—", sub=f"敬称 {now.honorific}"),
    ]
    return [*rows, fact("代表者", now.representative)] if now.representative else rows


def _contacts(customer: Customer) -> list[dict[str, Any]]:
    """Those who are there today; the others stand in the timeline."""
    people = in_charge(customer.family_ids, clock.today())
    if not people:
        return []
    rows = [_contact(contact, customer) for contact in people[:MOST_CONTACTS]]
    return [card("連絡先", "facts", rows, count=f"{len(people)}人", sub="通知は送りません")]


def _contact(contact: Contact, customer: Customer) -> dict[str, Any]:
    whose = contact.customer.number if contact.customer_id != customer.pk else ""
    until = f"{jday_year(contact.until)}まで" if contact.until else ""
    sub = "　".join(part for part in (contact.phone, contact.email, contact.note, until, whose) if part)
    return fact(contact.get_role_display(), contact.name, more=contact.department, sub=sub)


def _family(customer: Customer) -> list[dict[str, Any]]:
    """The numbers that were joined."""
    if head := customer.merged_into:
        return [card("まとめた番号", "facts", [_one("残した番号", head)])]
    gone = list(customer.merged.order_by("pk"))
    return (
        [card("まとめた番号", "facts", [_one("まとめた", one) for one in gone], count=f"{len(gone)}件")] if gone else []
    )


def _one(label: str, one: Customer) -> dict[str, Any]:
    when = f"{jday_year(one.merged_at)}　" if one.merged_at else ""
    return fact(label, one.number, url=url_of(one), sub=f"{when}{one.name}　{one.email}　{one.address}")
