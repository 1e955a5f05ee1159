"""Keys by which parties are looked up: what somebody on the telephone says, in whatever writing."""

import re
from typing import Final

from contracts.rules import parties
from contracts.rules.identifiers import LEGAL_FORMS, email_key, name_key, phone_key

_FORMS = "|".join(re.escape(form) for form in sorted(LEGAL_FORMS, key=len, reverse=True))
_AROUND = re.compile(rf"^(?:{_FORMS})|(?:{_FORMS})$")
LONGEST: Final = 200


def bare_key(name: str) -> str:
    """The name key without 株式会社 and its like before or behind: nobody says them on the telephone."""
    key = name_key(name)[:LONGEST]
    return _AROUND.sub("", key) or key


def kana_key(kana: str) -> str:
    """Katakana, full width, without spaces, dots and カブシキガイシャ; hiragana and half width compare equal."""
    return parties.kana_key(kana)[:LONGEST]


def keys_of(*, name: str, kana: str, email: str, phone: str) -> dict[str, str]:
    """The keys of a customer's row."""
    return {
        "name_key": name_key(name)[:LONGEST], "bare_key": bare_key(name), "kana_key": kana_key(kana),
        "email_key": email_key(email), "phone_key": phone_key(phone) if phone else "",
    }  # fmt: skip
