"""Finding customers by what somebody on the telephone says: number, name, kana, telephone, e-mail, corporate number.

The one place where customers are looked up. Every place asks an index, by the beginning of a key; former values (Art. 7)
and contacts lead to their customer.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.db.models import Model, Q, QuerySet

from accounts.details import Contact, RegisteredDetail
from accounts.keys import called_key, kana_key
from accounts.models import Customer
from contracts.rules.identifiers import corporate_number_digits, email_key, name_key
from contracts.rules.parties import spelling_key

_SHORTEST = 4  # digits: fewer would find half of the customers
_NUMBER = re.compile(r"C(-|$)")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー\s・]+")
Place = tuple[QuerySet[Any], str, str]  # rows, their column with the customer's key, the key by which they were found


def customer_q(text: str) -> Q:
    """Customers whose number, name, kana, e-mail, telephone or corporate number begins with this; none for nothing.

    ㈱ and 株式会社, full and half width, hiragana and katakana compare equal; 株式会社 need not be said. A former name,
    address or telephone number, and a contact's, find the customer as well. As one subquery, for lists to filter by.
    """
    places = [rows.order_by().values(column) for rows, column, _ in _places(text)]
    if not places:
        return Q(pk__in=[])
    return Q(pk__in=places[0].union(*places[1:], all=True) if len(places) > 1 else places[0])


def first_found(text: str, most: int) -> list[Customer]:
    """The first customers found, in the order of the key by which they were: each key reads no more rows than are shown."""
    keys: list[int] = []
    for rows, column, order in _places(text):
        keys += [key for key in rows.order_by(order, "pk").values_list(column, flat=True)[:most] if key not in keys]
    found = Customer.objects.select_related("merged_into").in_bulk(keys[:most])
    return [found[key] for key in keys[:most]]


def _places(text: str) -> list[Place]:
    plain = unicodedata.normalize("NFKC", text).strip()
    return [_place(model, field, key) for model, field, key in _keys(plain) if key] if plain else []


def _place(model: type[Model], field: str, key: str) -> Place:
    column = "pk" if model is Customer else "customer"
    return model._base_manager.filter(**{f"{field}__begins": key}), column, field


def _keys(plain: str) -> Iterator[tuple[type[Model], str, str]]:
    yield Customer, "number", plain.upper() if _NUMBER.match(plain.upper()) else ""
    if _is_number(plain):
        phone, corporate = called_key(plain), corporate_number_digits(plain)
        yield from ((Customer, "phone_key", phone), (Customer, "corporate_number", corporate))
        yield from ((Contact, "phone_key", phone), (RegisteredDetail, "key", f"phone:{phone}"))
    yield from _named(plain)


def _named(plain: str) -> Iterator[tuple[type[Model], str, str]]:
    name, email = name_key(plain), email_key(plain)
    yield Customer, "bare_key", spelling_key(plain)
    yield Customer, "name_key", name
    yield Customer, "kana_key", kana_key(plain) if _KANA.fullmatch(plain) else ""
    yield RegisteredDetail, "key", f"kana:{kana_key(plain)}" if _KANA.fullmatch(plain) else ""
    yield Contact, "name_key", name
    yield RegisteredDetail, "key", f"name:{name}"
    yield RegisteredDetail, "bare_key", spelling_key(plain)
    if plain.isascii():
        yield from ((Customer, "email_key", email), (Contact, "email_key", email))
        yield RegisteredDetail, "key", f"email:{email}"


def _is_number(plain: str) -> bool:
    """Whether it is a telephone or corporate number, long enough to tell customers apart."""
    digits = re.sub(r"[^0-9]", "", plain)
    return len(digits) >= _SHORTEST and not re.search(r"[^\W\d_]", plain.removeprefix("T"))
