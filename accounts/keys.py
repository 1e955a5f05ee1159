"""Keys by which parties are looked up: what somebody on the telephone says, in whatever writing."""

import re
from typing import Final

from contracts.rules import parties
from contracts.rules.identifiers import LEGAL_FORMS, email_key, name_key

_FORMS = "|".join(re.escape(form) for form in sorted(LEGAL_FORMS, key=len, reverse=True))
_AROUND = re.compile(rf"^(?:{_FORMS})|(?:{_FORMS})$")
LONGEST: Final = 200


def bare_key(name: str) -> str:
    """The name as it is spelt anyhow (no dots, no long vowel marks), without 株式会社 and its like before or behind: nobody says them on the telephone."""
    return without_form(parties.spelling_key(name)[:LONGEST])


def without_form(key: str) -> str:
    """A key without the legal form before or behind it."""
    return _AROUND.sub("", key) or key


def called_key(phone: str) -> str:
    """The first telephone number of the field, in domestic form."""
    return next(iter(parties.phone_keys(phone)), "")[:40]


def kana_key(kana: str) -> str:
    """Katakana, full width, without spaces, dots and カブシキガイシャ; hiragana and half width compare equal."""
    return parties.kana_key(kana)[:LONGEST]


def keys_of(*, name: str, kana: str, email: str, phone: str) -> dict[str, str]:
    """The keys of a customer's row."""
    return {
        "name_key": name_key(name)[:LONGEST], "bare_key": bare_key(name), "kana_key": kana_key(kana),
        "email_key": email_key(email), "phone_key": called_key(phone),
    }  # fmt: skip
