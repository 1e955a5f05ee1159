"""The figures of an address, as the customer barcode takes them, and the fees of the post office."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.customer_barcode import address_figures, barcode_data, below_town
from contracts.rules.postage import SHIPPED, Fee, NoFee, fee_of, posting_fee

DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("address", "figures"),
    [
        ("１丁目３番２号　郵便プラザ５０３室", "1-3-2-503"),
        ("二十三丁目百五番地", "23-105"),
        ("一丁目2番3号", "1-2-3"),
        ("3‐4ー5 見本タワー", "3-4-5"),
        ("5-6 A棟12", "5-6A12"),
        ("5-6 ABC館12", "5-6-12"),
        ("6丁目7-14 ABCビル2F", "6-7-14-2"),
        ("三見本町 第二ビル", ""),
        ("1・2番/3", "12-3"),
    ],
)
def test_figures(address: str, figures: str) -> None:
    assert address_figures(address) == figures


@given(st.text(max_size=60))
def test_only_what_the_barcode_can_say_and_no_more_than_twenty_symbols(address: str) -> None:
    figures = address_figures(address)
    assert set(figures) <= set("0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert "--" not in figures
    data = barcode_data("100-0013", figures)
    assert sum(2 if char.isalpha() else 1 for char in data) <= 20


def test_a_letter_is_not_cut_in_two() -> None:
    assert barcode_data("1000013", "123456789012A") == "1000013123456789012"
    assert barcode_data("1000013", "12345678901A2") == "100001312345678901A"


@pytest.mark.parametrize("code", ["100-8700", "10000", ""])
def test_no_barcode_for_codes_of_post_offices_or_no_code(code: str) -> None:
    assert barcode_data(code, "1-2") == ""


def test_the_name_of_the_town_gives_no_figures() -> None:
    assert below_town("札幌市中央区南４条西29丁目1524-23", "南四条西") == "29丁目1524-23"
    assert address_figures(below_town("東京都千代田区三番町6番地", "三番町")) == "6"
    assert below_town("別の町1-2", "三番町") == "別の町1-2"


def test_fees_of_a_certified_letter_of_three_sheets() -> None:
    assert fee_of(SHIPPED, "certified_content", DAY, 3) == 480 + 2 * 290
    assert (
        posting_fee(SHIPPED, "registered", ["certified_content", "certified_delivery"], DAY, 3)
        == 110 + 480 + 1060 + 350
    )
    assert posting_fee(SHIPPED, "ordinary", [], DAY) == 110
    assert posting_fee(SHIPPED, "simple_registered", [], DAY, 3) == 110 + 350


def test_the_fee_of_the_day_holds_and_the_last_entry_of_a_day() -> None:
    new = Fee(service="letter", yen=120, since=date(2027, 4, 1))
    mended = Fee(service="letter", yen=130, since=date(2027, 4, 1))
    table = [new, *SHIPPED, mended]
    assert [fee_of(table, "letter", day) for day in (date(2027, 3, 31), date(2027, 4, 1))] == [110, 130]
    with pytest.raises(NoFee, match="特定記録"):
        fee_of(table, "acceptance_recorded", date(2024, 9, 30))
    with pytest.raises(ValueError, match="sheet"):
        fee_of(table, "letter", DAY, 0)
