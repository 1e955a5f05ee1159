"""Check digits and keys of comparison."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.identifiers import (
    corporate_number_digits,
    email_key,
    is_corporate_number,
    is_tracking_number,
    name_key,
    phone_key,
    postal_code,
)

VALID = "7123456789012"  # the worked example of the ministerial ordinance


def check_digit(body: str) -> int:
    """By the formula of the ordinance: from the right, weights 1 and 2 in turn, 9 less the remainder by 9."""
    return 9 - sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(body))) % 9


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 9))
def test_one_check_digit_is_right(body: str, digit: int) -> None:
    assert is_corporate_number(f"{digit}{body}") == (digit == check_digit(body))


@pytest.mark.parametrize(
    "typed",
    [
        VALID,
        "T" + VALID,
        "t" + VALID,
        "T-7123-4567-89012",
        "7 1234 5678 9012",
        "　７１２３４５６７８９０１２",
        "Ｔ７１２３－４５６７－８９０１２",
        "7123−4567‐89012",
        "7123ー4567ー89012",
    ],
)
def test_ways_of_typing_a_corporate_number(typed: str) -> None:
    assert is_corporate_number(typed)
    assert corporate_number_digits(typed) == VALID


@pytest.mark.parametrize(
    "typed",
    ["", "T", VALID[:-1], VALID + "0", "TT" + VALID, "M" + VALID, "⑦123456789012", "٧123456789012", "7123/456789012"],
)
def test_what_is_no_corporate_number(typed: str) -> None:
    assert not is_corporate_number(typed)


def test_what_is_no_number_stays_readable() -> None:
    assert corporate_number_digits(" 1234-56 ") == "123456"
    assert corporate_number_digits("不明") == "不明"


@given(st.integers(0, 10**11 - 1), st.sampled_from([10, 11]), st.integers(0, 9))
def test_a_tracking_number_ends_with_the_rest_by_seven(number: int, length: int, digit: int) -> None:
    body = f"{number % 10**length:0{length}}"
    assert is_tracking_number(f"{body}{digit}") == (number % 10**length % 7 == digit)


@pytest.mark.parametrize("typed", ["131-12-38385-2", "131 12 38385 2", "１３１－１２－３８３８５－２"])
def test_ways_of_typing_a_tracking_number(typed: str) -> None:
    assert is_tracking_number(typed)


@pytest.mark.parametrize(
    "typed", ["", "131-12-38385", "0131-12-38385-2-0", "131-12-3838X-2", "①31-12-38385-2", "１２３", "00131-12-38385-2"]
)
def test_what_is_no_tracking_number(typed: str) -> None:
    assert not is_tracking_number(typed)


@pytest.mark.parametrize(
    "written",
    [
        "株式会社ミナトＡＢＣ商会",
        "㈱ミナトABC商会",
        "(株)ﾐﾅﾄabc商会",
        "（株） ミナト　ＡＢＣ 商会",
        "㍿ミナトＡｂｃ商会",
        "( 株 )ミナト\u200bABC商会\n",
    ],
)
def test_names_of_one_company_have_one_key(written: str) -> None:
    assert name_key(written) == "株式会社ミナトabc商会"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("㈲青葉堂", "有限会社青葉堂"),
        ("あおば（合）", "あおば合同会社"),
        ("（同）あおば", "合同会社あおば"),
        ("（一社）みどり会", "一般社団法人みどり会"),
        ("㈶みどり会", "財団法人みどり会"),
        ("（特非）みどり会", "特定非営利活動法人みどり会"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_legal_forms_are_spelt_out(written: str, key: str) -> None:
    assert name_key(written) == key


def test_where_the_legal_form_stands_makes_a_difference() -> None:
    assert name_key("㈱あおば") != name_key("あおば㈱")


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert email_key(email_key(text)) == email_key(text)


@pytest.mark.parametrize(
    "typed",
    [
        "03-1234-5678",
        "０３（１２３４）５６７８",
        "+81-3-1234-5678",
        "+81 (0)3 1234 5678",
        "03 1234 5678 内線12",
        "03ー1234ー5678",
    ],
)
def test_telephone_numbers_are_compared_by_digits(typed: str) -> None:
    assert phone_key(typed) == "0312345678"


def test_email_addresses_are_compared_in_lower_case() -> None:
    assert email_key("　Ｉｎｆｏ@Minato.EXAMPLE ") == "info@minato.example"


@pytest.mark.parametrize(
    "typed", ["1234567", "123-4567", "〒123-4567", "１２３－４５６７", " 〒 123 4567", "123ー4567"]
)
def test_ways_of_typing_a_postal_code(typed: str) -> None:
    assert postal_code(typed) == "123-4567"


@pytest.mark.parametrize("typed", ["", "123-456", "12345678", "〒", "123-456X", "一二三四五六七"])
def test_what_is_no_postal_code(typed: str) -> None:
    with pytest.raises(ValueError, match="7桁"):
        postal_code(typed)
