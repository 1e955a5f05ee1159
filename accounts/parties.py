"""Customers as parties that may be the same: their keys, and who shares one, asked for many at once."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from accounts.details import RegisteredDetail
from accounts.models import Customer
from contracts.rules.parties import PartyKeys, party_keys, widened

_COLUMNS = {  # each has an index
    "number": "corporate_number", "name": "name_key", "kana": "kana_key", "email": "email_key", "phone": "phone_key",
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
    family = Customer.objects.filter(Q(pk__in=set(heads.values())) | Q(merged_into__in=set(heads.values())))
    known: dict[int, list[PartyKeys]] = defaultdict(list)
    of = {}
    for member in family:
        of[member.pk] = member.merged_into_id or member.pk
        known[of[member.pk]].append(keys_of(member))
    for customer, field, value in _registered(of):
        known[of[customer]].append(_single(field, value))
    return {pk: widened(keys_of(customer), known[heads[pk]]) for pk, customer in asked.items()}


def _registered(customers: Iterable[int]) -> Iterable[tuple[int, str, str]]:
    rows = RegisteredDetail.objects.filter(customer__in=list(customers), withdrawn_at=None, field__in=_PARTS).exclude(
        value=""
    )
    return rows.values_list("customer", "field", "value")


_PARTS = ("name", "kana", "email", "phone", "address")


def _single(field: str, value: str) -> PartyKeys:
    """The keys of one value that is or was registered."""
    return party_keys(**({"name": ""} | {field: value}))


def near(parties: Iterable[PartyKeys], limit: int) -> list[int]:
    """Customers (pk, the newest first) with a number, a name, a reading, a mailbox or a telephone of one of these, now or
    formerly, and whoever is joined with them. Three queries by index. An address alone makes nobody alike: it is not asked for.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, value in (key for party in parties for key in party.named()):
        wanted[name].add(value)
    found = Q(pk__in=[])
    for name, column in _COLUMNS.items():
        found |= Q(**{f"{column}__in": sorted(wanted[name])}) if wanted[name] else Q(pk__in=[])
    former = [f"{name}:{value}" for name in ("name", "kana", "email", "phone") for value in sorted(wanted[name])]
    once = RegisteredDetail.objects.filter(key__in=former, withdrawn_at=None).values_list(
        "customer", "customer__merged_into"
    )
    now = Customer.objects.filter(found).order_by("-pk").values_list("pk", "merged_into")
    heads = {head or pk for pk, head in [*now[:limit], *once[:limit]]}
    family = Customer.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads)).order_by("-pk")
    return list(family.values_list("pk", flat=True)[:limit])
