"""Whether two parties are the same: equal keys, and how much each is worth (Art. 6(3); readings, section 6).

Pure. A likeness is a question for a person: it says what was found equal, never what follows from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from contracts.rules.identifiers import corporate_number_digits, email_key, is_corporate_number, name_key, phone_key

_SHORTEST_PHONE = 9  # digits: fewer is no telephone number that tells parties apart
_HYPHENS = re.compile("[-\u2010-\u2015\u2212\u30fc]")
_NOT_SPELT = re.compile("[-\u2010-\u2015\u2212\u30fc\\s・.。、,\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BETWEEN = re.compile("[、,/;]|または|又は|及び")  # telephone numbers in one field
_ABROAD = re.compile(r"^(?:010|00)?81(?=[1-9]|0[1-9])0?")
_NOT_SAID = re.compile(r"[\s・･.．。、,]")  # spaces and dots between the parts of a name
_LEGAL_FORMS = re.compile("^(カブシキ|ユウゲン|ゴウドウ)[カガ]イシャ|(カブシキ|ユウゲン|ゴウドウ)[カガ]イシャ$")
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(frozen=True, slots=True)
class PartyKeys:
    """What a party is compared by, each empty where it is not known. `number` is set for 13 digits only.

    `also` holds what is the party's as well, by the name of the key: what it was called or where it was reached before
    (Art. 7), and what stands under another number that a person joined with it. `members` are those rows, each by itself.
    """

    number: str
    number_is_valid: bool
    name: str
    kana: str
    email: str
    phone: str
    address: str
    also: frozenset[tuple[str, str]] = frozenset()
    members: tuple[PartyKeys, ...] = ()
    spelling: str = ""  # the name without dots, hyphens, long vowel marks and variants of a character
    mailbox: str = ""  # the e-mail address without what stands behind a plus

    def named(self) -> frozenset[tuple[str, str]]:
        """Every key that is known, with its name."""
        own = {(name, getattr(self, name)) for name in _NAMES}
        return frozenset(key for key in own | self.also if key[1])

    def values(self, name: str) -> frozenset[str]:
        """What is known under this name."""
        return frozenset(value for key, value in self.named() if key == name)

    @property
    def is_numbered(self) -> bool:
        """Whether a corporate number is known that is right by its check digit."""
        return self.number_is_valid or any(is_corporate_number(value) for value in self.values("number"))


_NAMES = ("number", "name", "kana", "email", "phone", "address", "spelling", "mailbox")


@dataclass(frozen=True, slots=True)
class Likeness:
    """`same`: taken for the same party; `weak`: may be somebody else; empty: not alike. `by` names what is equal."""

    level: Literal["same", "weak", ""]
    by: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """名称とメールアドレスが一致, 名称だけが一致."""
        if not self.by:
            return ""
        alone = len(self.by) == 1 and self.by[0] != NUMBER
        return f"{self.by[0]}だけが一致" if alone else f"{'・'.join(self.by)}が一致"


NUMBER, NAME, KANA, EMAIL, PHONE, ADDRESS = "法人番号", "名称", "フリガナ", "メールアドレス", "電話番号", "住所"
SPELLING, MAILBOX = "名称（表記の違いを除く）", "メールアドレス（「+」より後を除く）"
NOT_ALIKE = Likeness("")


def party_keys(
    *, name: str, kana: str = "", corporate_number: str = "", email: str = "", phone: str = "", address: str = ""
) -> PartyKeys:
    """The keys of a party from what is written of it, in whatever width and spelling."""
    digits = corporate_number_digits(corporate_number) if corporate_number else ""
    called = [key for key in phone_keys(phone) if len(key) >= _SHORTEST_PHONE]
    return PartyKeys(
        number=digits if re.fullmatch("[0-9]{13}", digits) else "",
        number_is_valid=is_corporate_number(digits) if digits else False,
        name=name_key(name),
        kana=kana_key(kana),
        email=email_key(email),
        phone=called[0] if called else "",
        address=_HYPHENS.sub("-", name_key(address)),
        also=frozenset(("phone", key) for key in called[1:]),
        spelling=spelling_key(name),
        mailbox=mailbox_key(email),
    )


def widened(party: PartyKeys, others: Iterable[PartyKeys]) -> PartyKeys:
    """The party, with what else is known of it."""
    return replace(party, also=party.also.union(*(other.named() for other in others)))


def joined(own: PartyKeys, members: Iterable[PartyKeys]) -> PartyKeys:
    """The party with the rows that a person joined with it, itself among them; each is still compared by itself."""
    rows = tuple(members)
    return own if len(rows) < 2 else replace(widened(own, rows), members=rows)


def spelling_key(name: str) -> str:
    """The name key without what is written now so, now so: dots, hyphens, long vowel marks, variants of one character."""
    key = name_key(name)
    return _NOT_SPELT.sub("", key) or key


def mailbox_key(email: str) -> str:
    """The address to which info+2@… is delivered."""
    key = email_key(email)
    return re.sub(r"(?<=.)\+[^@]*(?=@)", "", key)


def phone_keys(text: str) -> list[str]:
    """Every number that stands in the field, in domestic form, also where +81 is written as 81, 0081 or 010-81."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text))
    return [_domestic(key) for part in parts if (key := phone_key(part))]


def _domestic(digits: str) -> str:
    return "0" + bare if len(bare := _ABROAD.sub("", digits)) in (9, 10) and bare != digits else digits


def kana_key(text: str) -> str:
    """Katakana without spaces, dots and the legal form's reading, by which equal readings compare equal."""
    plain = _NOT_SAID.sub("", unicodedata.normalize("NFKC", text).translate(_KATAKANA))
    plain = _HYPHENS.sub("ー", plain)
    return _LEGAL_FORMS.sub("", plain) or plain


def likeness(one: PartyKeys, other: PartyKeys) -> Likeness:
    """How alike two parties are (readings, section 6, "Same party").

    Equal corporate numbers: the same. Two different numbers that are right by their check digits: two parties, whatever
    else is equal. Otherwise the same name with e-mail, telephone or address, or the same mailbox: the same. Name, kana
    or telephone alone: weak. A name that is only spelt otherwise counts as the name; an address only up to its plus is
    weak by itself. Of rows that were joined the most alike counts: another's number hides none of them.
    """
    pairs = [(one, other), *product(one.members or (one,), other.members or (other,))]
    return max((_pair(*pair) for pair in pairs), key=_worth)


def _worth(likeness: Likeness) -> tuple[int, int, tuple[str, ...]]:
    return ("", "weak", "same").index(likeness.level), len(likeness.by), likeness.by


def _pair(one: PartyKeys, other: PartyKeys) -> Likeness:
    shared = {name for name, _ in one.named() & other.named()}
    if "number" in shared:
        return Likeness("same", (NUMBER,))
    if one.is_numbered and other.is_numbered:
        return NOT_ALIKE
    equal = tuple(word for word, key in _COMPARED if key in shared)
    equal = tuple(word for word in equal if _PLAIN.get(word) not in equal)
    named = {NAME, SPELLING} & set(equal)
    if EMAIL in equal or (named and {PHONE, ADDRESS, MAILBOX} & set(equal)):
        return Likeness("same", equal)
    return Likeness("weak", equal) if named or {KANA, PHONE, MAILBOX} & set(equal) else NOT_ALIKE


_PLAIN = {SPELLING: NAME, MAILBOX: EMAIL}  # not told beside what is equal to the letter
_COMPARED = (
    (NAME, "name"),
    (SPELLING, "spelling"),
    (MAILBOX, "mailbox"),
    (KANA, "kana"),
    (EMAIL, "email"),
    (PHONE, "phone"),
    (ADDRESS, "address"),
)
