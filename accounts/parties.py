"""Customers as parties that may be the same: their keys, and who shares one, asked for many at once."""

import unicodedata
from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Customer
from contracts.rules.parties import PartyKeys, kana_key, party_keys


def keys_of(customer: Customer) -> PartyKeys:
    """What this customer is compared by."""
    return party_keys(
        name=customer.name,
        kana=customer.kana,
        corporate_number=customer.corporate_number,
        email=customer.email,
        phone=customer.phone,
        address=customer.address,
    )


def sharing_q(parties: Iterable[PartyKeys], to: str = "") -> Q:
    """Customers with a number, a name, a mailbox or a telephone of one of these; `to` leads to the customer (customer__).

    Each of the four has an index. An address alone makes nobody alike, so it is not asked for.
    """
    wanted = list(parties)
    found = Q(pk__in=[])
    for field, key in (("corporate_number", "number"), ("name_key", "name"), ("email_key", "email"), ("phone_key", "phone")):  # fmt: skip
        if values := {getattr(one, key) for one in wanted} - {""}:
            found |= Q(**{f"{to}{field}__in": sorted(values)})
    return found


def same_kana_q(kana: Iterable[str], to: str = "") -> Q:
    """Customers of the same reading, with or without spaces and the legal form. Apart, since no index holds it."""
    values = {form for text in kana if text for form in _forms(text)}
    return Q(**{f"{to}kana__in": sorted(values)}) if values else Q(pk__in=[])


def _forms(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text).strip()
    key = kana_key(text)
    return {text, plain, "".join(plain.split()), key, plain.replace(" ", "\u3000")} - {""}
