"""Customers as parties that may be the same: their keys, and who shares one, asked for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from accounts.details import RegisteredDetail
from accounts.keys import without_form
from accounts.models import Customer
from contracts.rules.parties import Likeness, PartyKeys, joined, likeness, party_keys, widened

_COLUMNS = {  # each has an index
    "number": "corporate_number", "name": "name_key", "kana": "kana_key", "email": "email_key", "phone": "phone_key",
    "bare": "bare_key",
}  # fmt: skip


def keys_of(customer: Customer) -> PartyKeys:
    """What this customer is compared by, as it is registered now."""
    return party_keys(
        name=customer.name,
        kana=customer.kana,
        corporate_number=customer.corporate_number,
        email=customer.email,
        phone=customer.phone,
        address=customer.address,
    )


def all_keys(customers: Iterable[Customer]) -> dict[int, PartyKeys]:
    """By customer: also what was registered before (Art. 7), and what stands under the numbers joined with it. Two queries."""
    asked = {customer.pk: customer for customer in customers}
    heads = {pk: customer.merged_into_id or pk for pk, customer in asked.items()}
    family = list(Customer.objects.filter(Q(pk__in=set(heads.values())) | Q(merged_into__in=set(heads.values()))))
    former: dict[int, list[PartyKeys]] = defaultdict(list)
    for customer, field, value in _registered(member.pk for member in family):
        former[customer].append(_single(field, value))
    members: dict[int, list[PartyKeys]] = defaultdict(list)
    for member in family:
        members[member.merged_into_id or member.pk].append(widened(keys_of(member), former[member.pk]))
    return {pk: joined(widened(keys_of(row), former[pk]), members[heads[pk]]) for pk, row in asked.items()}


def _registered(customers: Iterable[int]) -> Iterable[tuple[int, str, str]]:
    rows = RegisteredDetail.objects.filter(customer__in=list(customers), withdrawn_at=None, field__in=_PARTS).exclude(
        value=""
    )
    return rows.values_list("customer", "field", "value")


_PARTS = ("name", "kana", "email", "phone", "address")


def _single(field: str, value: str) -> PartyKeys:
    """The keys of one value that is or was registered."""
    return party_keys(**({"name": ""} | {field: value}))


@dataclass(frozen=True, slots=True)
class Near:
    """Customers (pk) that share a key; `cut`: so many share one that not all of them are named."""

    customers: list[int]
    cut: bool


def near(parties: Iterable[PartyKeys], limit: int) -> Near:
    """Customers with a number, a name, a reading, a mailbox or a telephone of one of these, now or formerly, and whoever is
    joined with them. Five queries by index. An address alone makes nobody alike: it is not asked for.

    A number, a name or a mailbox is asked for by itself, so that no telephone that many share crowds it out.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, value in (key for party in parties for key in party.named()):
        wanted[name].add(value)
    wanted["bare"] = {without_form(key) for key in wanted["spelling"]}
    wanted["email"] |= wanted["mailbox"]
    strong, cut = _heads(wanted, _STRONG, limit)
    weak, cut_too = _heads(wanted, _WEAK, limit)
    heads = strong | weak
    family = Customer.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads)).order_by("-pk")
    return Near(list(family.values_list("pk", flat=True)), cut or cut_too)


def alike(party: PartyKeys, limit: int) -> list[tuple[Customer, Likeness]]:
    """Customers that are like this party, the same first, the oldest number first; of at most so many near ones."""
    customers = Customer.objects.filter(pk__in=near([party], limit).customers)
    keys = all_keys(customers)
    found = [(customer, likeness(party, keys[customer.pk])) for customer in customers]
    return sorted(((c, how) for c, how in found if how.level), key=lambda one: (one[1].level != "same", one[0].pk))


_STRONG, _WEAK = ("number", "name", "email"), ("kana", "phone", "bare")


def _tagged(mailboxes: Iterable[str]) -> Q:
    """info+anything@… of these mailboxes."""
    found = Q(pk__in=[])
    for own, _, domain in (mailbox.rpartition("@") for mailbox in sorted(mailboxes)):
        found |= Q(email_key__begins=f"{own}+", email_key__endswith=f"@{domain}") if own else Q(pk__in=[])
    return found


def _heads(wanted: Mapping[str, set[str]], names: Iterable[str], limit: int) -> tuple[set[int], bool]:
    """The numbers that stand for whoever has one of these keys, the newest first; and whether there are more than `limit`."""
    found = Q(pk__in=[])
    for name in names:
        found |= Q(**{f"{_COLUMNS[name]}__in": sorted(wanted.get(name, ()))})
        found |= _tagged(wanted["mailbox"]) if name == "email" else Q(pk__in=[])
    former = [f"{name}:{value}" for name in names if name != "number" for value in sorted(wanted.get(name, ()))]
    so_called = Q(key__in=former)
    if "bare" in names:
        so_called |= Q(bare_key__in=sorted(wanted["bare"]))
    once = RegisteredDetail.objects.filter(so_called, withdrawn_at=None).order_by("-customer")
    now = Customer.objects.filter(found).order_by("-pk").values_list("pk", "merged_into")[: limit + 1]
    rows = [list(now), list(once.values_list("customer", "customer__merged_into")[: limit + 1])]
    return {head or pk for part in rows for pk, head in part[:limit]}, any(len(part) > limit for part in rows)
