"""Who is taken for the same party: pairs written by hand (readings, section 6), each walked both ways."""

import pytest

from contracts.rules.parties import kana_key, likeness, party_keys

OWN, OTHER, WRONG = "7999901000001", "6999901000002", "7999901000002"
BASE = {
    "name": "株式会社あかね堂", "kana": "アカネドウ", "email": "info@akane.example", "phone": "03-0000-0001", "address": "東京都千代田区千代田1-1",
}  # fmt: skip
STRANGER = {
    "name": "有限会社ほか", "kana": "ホカ", "email": "x@hoka.example", "phone": "06-0000-0002", "address": "大阪府大阪市北区梅田9",
}  # fmt: skip

# what the second party has in common with the first (BASE), the numbers of both → level, words
PAIRS = [
    ("equal number, all else different", {}, OWN, OWN, "same", "法人番号が一致"),
    ("equal number in full width with T and hyphens", {}, "Ｔ７９９９９-０１０００-００１", OWN, "same", "法人番号が一致"),
    ("equal names with different numbers", {"name": "㈱あかね堂"}, OWN, OTHER, "", ""),
    ("all equal but the numbers", BASE, OWN, OTHER, "", ""),
    ("a number wrong by its check digit tells nobody apart", BASE, OWN, WRONG, "same", "名称・フリガナ・メールアドレス・電話番号・住所が一致"),
    ("a number on one side only", {"name": "（株）あかね堂", "phone": "+81 3 0000 0001"}, OWN, "", "same", "名称・電話番号が一致"),
    ("name and mailbox", {"name": "株式会社　あかね堂", "email": "INFO@akane.example "}, "", "", "same", "名称・メールアドレスが一致"),
    ("name and telephone", {"name": "㈱あかね堂", "phone": "０３（００００）０００１"}, "", "", "same", "名称・電話番号が一致"),
    ("name and address", {"name": "㈱あかね堂", "address": "東京都千代田区千代田１－１"}, "", "", "same", "名称・住所が一致"),
    ("mailbox alone", {"email": "info@akane.example"}, "", "", "same", "メールアドレスだけが一致"),
    ("name alone", {"name": "(株)あかね堂"}, "", "", "weak", "名称だけが一致"),
    ("name and reading", {"name": "(株)あかね堂", "kana": "あかねどう"}, "", "", "weak", "名称・フリガナが一致"),
    ("reading alone", {"kana": "カブシキガイシャ　アカネドウ"}, "", "", "weak", "フリガナだけが一致"),
    ("telephone alone", {"phone": "0300000001"}, "", "", "weak", "電話番号だけが一致"),
    ("telephone and address", {"phone": "0300000001", "address": BASE["address"]}, "", "", "weak", "電話番号・住所が一致"),
    ("address alone: many are in one house", {"address": BASE["address"]}, "", "", "", ""),
    ("nothing", {}, "", "", "", ""),
    ("another legal form is another name", {"name": "合同会社あかね堂"}, "", "", "", ""),
    ("nothing known of either", {"name": "", "kana": "", "email": "", "phone": "", "address": ""}, "", "", "", ""),
    ("a dot in the name", {"name": "株式会社あかね・堂"}, "", "", "weak", "名称（表記の違いを除く）だけが一致"),
    ("a dot in the name, and the address", {"name": "(株)あかね.堂", "address": BASE["address"]}, "", "", "same", "名称（表記の違いを除く）・住所が一致"),
    ("a variant of a character", {"name": "株式会社あかね堂\U000e0100"}, "", "", "weak", "名称（表記の違いを除く）だけが一致"),
    ("a mailbox with a tag", {"email": "info+2@akane.example"}, "", "", "weak", "メールアドレス（「+」より後を除く）だけが一致"),
    ("the second of two telephones", {"phone": "090-0000-0009、03-0000-0001"}, "", "", "weak", "電話番号だけが一致"),
    ("a telephone from abroad without a plus", {"phone": "81-3-0000-0001"}, "", "", "weak", "電話番号だけが一致"),
    ("a telephone as it is dialled from abroad", {"phone": "010-81-3-0000-0001"}, "", "", "weak", "電話番号だけが一致"),
    ("a number of twelve digits is none", {}, "799990100000", "799990100000", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("common", "number", "other_number", "level", "words"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS]
)
def test_a_pair(common: dict[str, str], number: str, other_number: str, level: str, words: str) -> None:
    one = party_keys(**BASE, corporate_number=number)
    other = party_keys(**(STRANGER | common), corporate_number=other_number)
    assert (likeness(one, other).level, likeness(one, other).words) == (level, words)
    assert likeness(other, one) == likeness(one, other)


def test_empty_keys_are_equal_to_nothing() -> None:
    nobody = party_keys(name="")
    assert likeness(nobody, nobody).level == ""
    assert party_keys(name="甲", phone="110").phone == ""


@pytest.mark.parametrize(
    "text", ["アカネドウ", "あかね どう", "ｱｶﾈﾄﾞｳ", "カブシキガイシャアカネドウ", "アカネドウカブシキカイシャ"]
)
def test_readings_compare_equal(text: str) -> None:
    assert kana_key(text) == "アカネドウ"


def test_a_long_vowel_is_one_whatever_stands_for_it() -> None:
    assert kana_key("コ－ポレ−ション") == kana_key("コーポレーション")
    assert kana_key("ビル") != kana_key("ビール")
