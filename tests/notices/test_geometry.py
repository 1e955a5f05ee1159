"""Lines in the window and beside the seal, and the characters that the fonts have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.envelopes.shapes import NAGA3
from notices.rendering.content import CannotRender
from notices.rendering.geometry import beside_seal_lines, fitting, window_lines, wrap
from notices.rendering.glyphs import missing_glyphs, require_glyphs, text_width
from tests.notices.letters import ADDRESSEE, SENDER, a_letter

LONGEST = {
    "postal_code": "4350099",
    "address": "鹿児島県大島郡見本町大字見本字東見本1234番地56　見本ヒルズセントラルタワー28階2801号室",
    "name": "一般社団法人見本地域情報基盤推進機構",
    "department": "総務部",
    "contact": "勅使河原　龍之介",
}


def window(**changes: str) -> tuple[str, ...]:
    return window_lines(a_letter(addressee=changes).addressee)


def test_a_long_address_breaks_before_the_building() -> None:
    assert window_lines(ADDRESSEE) == (
        "〒435-0099",
        "静岡県浜松市中央区見本町一丁目2番3号",
        "見本ビル4階",
        "株式会社浜名湖デザイン工房",
        "代表取締役　河合　由紀　様",
    )


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({}, ("株式会社浜名湖デザイン工房", "代表取締役　河合　由紀　様")),
        ({"department": ""}, ("株式会社浜名湖デザイン工房", "河合　由紀　様")),
        ({"contact": ""}, ("株式会社浜名湖デザイン工房", "代表取締役　殿")),
        ({"contact": "", "department": ""}, ("見本ビル4階", "株式会社浜名湖デザイン工房　御中")),
        ({"contact": "", "department": "", "name": "見本　花子", "honorific": "様"}, ("見本ビル4階", "見本　花子　様")),
    ],
)
def test_there_is_one_honorific_and_it_stands_last(changes: dict[str, str], last: tuple[str, ...]) -> None:
    lines = window(**changes)
    assert lines[-2:] == last
    assert sum(line.endswith(("様", "御中", "殿")) for line in lines) == 1


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("㈱見本", "株式会社見本"),
        ("見本（株）", "見本株式会社"),
        ("(有)見本", "有限会社見本"),
        ("㈲見本", "有限会社見本"),
        ("見本（仮）", "見本（仮）"),
    ],
)
def test_no_abbreviation_of_the_kind_of_company_in_the_address(name: str, spelled: str) -> None:
    assert spelled in window(name=name)


@pytest.mark.parametrize("code", ["4350099", "435-0099", "〒435-0099", "４３５－００９９"])
def test_the_postal_code_is_written_in_one_way(code: str) -> None:
    assert window(postal_code=code)[0] == "〒435-0099"


def test_where_six_lines_were_needed_the_postal_code_joins_the_address() -> None:
    lines = window(**LONGEST)
    assert len(lines) == 5
    assert lines[0].startswith("〒435-0099　鹿児島県")
    assert lines[3:] == ("一般社団法人見本地域情報基盤推進機構", "総務部　勅使河原　龍之介　様")
    assert all(text_width(line, 9.5) <= 64 for line in lines)
    assert NAGA3 in fitting(a_letter(addressee=LONGEST).addressee)


def test_a_long_department_follows_the_name_where_that_saves_a_line() -> None:
    lines = window(name="㈱見本", department="情報システム統括本部第一基盤グループ運用担当", address="東京都" * 12)
    assert lines[0] == "〒435-0099"
    assert lines[3:] == ("株式会社見本　情報システム統括本部第", "一基盤グループ運用担当　河合　由紀　様")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"address": "見本" * 60}, "住所"),
        ({"name": "見本" * 60}, "名称"),
        ({"department": "見本" * 60}, "部署・担当者"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, str], named: str) -> None:
    letter = a_letter(addressee=changes)
    assert NAGA3 not in fitting(letter.addressee)
    with pytest.raises(CannotRender, match=f"いちばん長いのは{named}「見本見本"):
        window_lines(letter.addressee)


def test_the_sender_keeps_clear_of_the_seal() -> None:
    sender = a_letter(
        sender={"address": "東京都千代田区見本一丁目1番1号　見本インターナショナル　第二別館東棟12階"}
    ).sender
    lines = beside_seal_lines(sender)
    assert lines[1:3] == ("東京都千代田区見本一丁目1番1号", "見本インターナショナル")
    assert all(text_width(line, 10) <= 55 for line in lines)


def test_a_sender_that_is_too_long_is_refused() -> None:
    with pytest.raises(CannotRender, match="差出人"):
        beside_seal_lines(a_letter(sender={"company": "見本" * 60}).sender)
    assert len(beside_seal_lines(SENDER)) == 5


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("見本町1234番地見本町", ("見本町", "1234番地", "見本町")),  # a number keeps its counter
        ("見本見本見本見本ー", ("見本見本", "見本見本ー")),  # nothing begins with ー, and the lines are even
        ("見本見本見　様", ("見本見", "本見　様")),  # an honorific is never alone
        ("見本見本　様様", ("見本見本", "様様")),
        ("", ()),
    ],
)
def test_where_a_line_may_break(text: str, lines: tuple[str, ...]) -> None:
    assert wrap(text, 18.0, 9.5) == lines


def test_a_line_of_the_window_has_64_millimetres() -> None:
    assert wrap("見" * 19, 64.0, 9.5) == ("見" * 19,)  # 63.7 mm
    full = window(name="見" * 19, contact="", department="")
    assert [len(line) for line in full[-2:]] == [11, 11]
    assert window(address="見" * 19 + "1", name="見本")[1:3] != ("見" * 19 + "1", "見本")  # 65.7 mm


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="見本町一丁目123番AB 　ー、（）様御中", max_size=60))
def test_wrapping_loses_nothing_and_fits(text: str) -> None:
    lines = wrap(text, 64.0, 9.5)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 9.5) <= 64.0 for line in lines if len(set(line)) > 2)


def test_variants_in_names_are_there_and_what_lacks_is_named_once() -> None:
    assert missing_glyphs("髙﨑邉①㈱～〜−葛\U000e0100") == []
    assert missing_glyphs("𠮷田と𠮷野🙂") == ["𠮷", "🙂"]
    assert missing_glyphs("𠮷", "gothic") == ["𠮷"]
    with pytest.raises(CannotRender, match=r"「𠮷」（U\+20BB7）、「🙂」（U\+1F642）"):
        require_glyphs("𠮷田🙂")


def test_widths_are_millimetres() -> None:
    assert text_width("漢字", 72) == pytest.approx(2 * 25.4)
    assert text_width("", 10) == 0
