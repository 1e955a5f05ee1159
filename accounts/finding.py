"""Finding customers by what somebody on the telephone says: number, name, kana, telephone, e-mail, corporate number."""

import re
import unicodedata

import jaconv
from django.db.models import Q

from contracts.rules.identifiers import corporate_number_digits, email_key, name_key, phone_key

_SHORTEST = 4  # digits: fewer would find half of the customers


def customer_q(text: str) -> Q:
    """Customers whose number, name, kana, e-mail, telephone or corporate number begins with this; none for nothing.

    ㈱ and 株式会社, full and half width, hiragana and katakana compare equal.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return Q(pk__in=[])
    found = (
        Q(number__startswith=plain.upper())
        | Q(name_key__startswith=name_key(plain))
        | Q(email_key__startswith=email_key(plain))
    )
    found |= Q(kana__startswith=jaconv.hira2kata(plain))
    return found | _by_digits(plain)


def _by_digits(plain: str) -> Q:
    digits = re.sub(r"[^0-9]", "", plain)
    if len(digits) < _SHORTEST or re.search(r"[^\W\d_]", plain.removeprefix("T")):
        return Q(pk__in=[])
    return Q(phone_key__startswith=phone_key(plain)) | Q(corporate_number__startswith=corporate_number_digits(plain))
