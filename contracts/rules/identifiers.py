"""Numbers and names by which parties and letters are recognised: check digits, and keys for comparing."""

from __future__ import annotations

import re
import unicodedata

from stdnum.jp import cn

# Full-width ASCII to ASCII; not NFKC, which would read ① as 1.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Hyphen, dashes, minus and the long vowel marks that Japanese keyboards give for them.
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff70"
_SEPARATORS = re.compile(rf"[{re.escape(_HYPHENS)}\s]")
_DIGITS = re.compile(r"[0-9]+")

# Short forms of legal forms, as they stand after NFKC (㈱ and （株） are both (株) by then).
_LEGAL_FORMS = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(合)": "合同会社",
    "(同)": "合同会社",
    "(名)": "合名会社",
    "(資)": "合資会社",
    "(一社)": "一般社団法人",
    "(一財)": "一般財団法人",
    "(公社)": "公益社団法人",
    "(公財)": "公益財団法人",
    "(社)": "社団法人",
    "(財)": "財団法人",
    "(特非)": "特定非営利活動法人",
    "(医)": "医療法人",
    "(学)": "学校法人",
    "(福)": "社会福祉法人",
    "(社福)": "社会福祉法人",
    "(宗)": "宗教法人",
    "(独)": "独立行政法人",
    "(協)": "協同組合",
}
_LEGAL_FORM = re.compile("|".join(re.escape(short) for short in _LEGAL_FORMS))
LEGAL_FORMS = frozenset(_LEGAL_FORMS.values())  # spelt out, as they stand in a name key


def is_corporate_number(text: str) -> bool:
    """Whether ``text`` is a 法人番号, or a registration number (T + 法人番号), whose check digit is right.

    Hyphens, spaces and full width are ignored. A true answer does not say that the number was issued,
    and a 0 typed as 9 goes unseen. Registration numbers of individuals may carry no check digit: warn, do not reject.
    """
    digits = corporate_number_digits(text)
    return len(digits) == 13 and _DIGITS.fullmatch(digits) is not None and bool(cn.is_valid(digits))


def corporate_number_digits(text: str) -> str:
    """The 法人番号 as bare half-width digits, without T, hyphens and spaces.

    What is no number stays as typed but for these, so that a person can see what was meant.
    """
    return _compact(text).upper().removeprefix("T")


def is_tracking_number(text: str) -> bool:
    """Whether ``text`` is a Japan Post inquiry number: 11 or 12 digits, the last being the others modulo 7.

    Hyphens, spaces and full width are ignored.
    """
    digits = _compact(text)
    if _DIGITS.fullmatch(digits) is None or len(digits) not in (11, 12):
        return False
    return int(digits[:-1]) % 7 == int(digits[-1])


def tidy_tracking_number(text: str) -> str:
    """The number as typed, in half width, its hyphens alike, without spaces: １２３‐４５ becomes 123-45."""
    half = text.translate(_HALF_WIDTH).upper()
    return re.sub(r"\s", "", re.sub(f"[{re.escape(_HYPHENS)}]", "-", half)).strip("-")


def name_key(text: str) -> str:
    """A key by which equal names of parties compare equal: NFKC, legal forms spelt out, no spaces, case folded.

    Short forms are read by common use ((合) and (同) as 合同会社). Equal keys are a weak hit only (Art. 6(3)).
    """
    shown = (char for char in _folded(text) if not char.isspace() and unicodedata.category(char) != "Cf")
    bare = unicodedata.normalize("NFKC", "".join(shown))  # a mark may have stood behind a space
    return _LEGAL_FORM.sub(lambda found: _LEGAL_FORMS[found.group()], bare)


def phone_key(text: str) -> str:
    """The digits of a telephone number in domestic form (+81 becomes 0), without any extension."""
    number = re.split(r"内線|ext|#|x", _folded(text), maxsplit=1)[0]
    digits = re.sub(r"[^0-9]", "", number)
    if number.strip().startswith("+81"):
        return "0" + digits[2:].removeprefix("0")
    return digits


def email_key(text: str) -> str:
    """An e-mail address for comparing: NFKC, lower case, no spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def postal_code(text: str) -> str:
    """A postal code in the form ``123-4567``. Raises ValueError where there are not exactly 7 digits."""
    digits = _compact(unicodedata.normalize("NFKC", text)).removeprefix("〒")
    if _DIGITS.fullmatch(digits) is None or len(digits) != 7:
        raise ValueError("郵便番号は7桁の数字で入力してください（例：123-4567）。")
    return f"{digits[:3]}-{digits[3:]}"


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", text.translate(_HALF_WIDTH))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
