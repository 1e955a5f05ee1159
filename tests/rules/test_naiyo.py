"""内容証明: counting, layout without loss, what the post office refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.naiyo import FORMS, _closed_pairs, faults, latin_words, layout, naiyo_count, sheets
from tests.support.shared import SHARED

VECTORS = SHARED / "vectors.json"


def test_the_outside_vectors() -> None:
    if not VECTORS.exists():
        pytest.skip(f"NOT TESTED: the outside vectors are absent ({VECTORS.name} beside the repository)")
    rows = json.loads(VECTORS.read_text(encoding="utf-8"))["naiyo_count"]
    assert {row["text"]: naiyo_count(row["text"]) for row in rows} == {row["text"]: row["chars"] for row in rows}
    assert rows


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("株式会社", 4), ("、。", 2), ("１２3", 3), ("%％", 2), ("㎡", 2), ("kg", 2), ("㍑", 4), ("ガ゛", 2),
        ("（例）", 2), ("「是正」と『催告』", 7), ("（（例））", 3), ("（例", 2), ("例）", 2), ("）（", 2), ("（「例）」", 4),
        ("①", 2), ("⑩", 3), ("⑩役員会", 4), ("　①　役員会", 4), ("上記①の件", 6), ("①、②のとおり", 9), ("①②", 4), ("①\n役員会", 5),
        ("（1）役員会", 4), ("(12)役員会", 4), ("（一）役員会", 4), ("（ア）役員会", 4), ("（1）", 2), ("上記（1）の件", 6), ("（株）みどり", 5),
        ("⑴役員会", 4), ("⑴", 2), ("㊞", 2), ("㈱みどり", 5), ("神\ufe00戸", 2), ("あ\nい", 2), ("", 0), ("　", 0),
    ],
)  # fmt: skip
def test_counting(text: str, count: int) -> None:
    assert naiyo_count(text) == count


ANY = st.text(alphabet="あ漢1（）「」①⑩㎡%。　\nA()ー", max_size=300)


@given(ANY, st.sampled_from(sorted(FORMS)))
def test_no_character_is_lost_and_no_line_is_over_its_limit(text: str, key: str) -> None:
    form = FORMS[key]
    lines = layout(text, form)
    assert "".join(line.text for line in lines) == text.replace("\n", "")
    assert sum(line.count for line in lines) == naiyo_count(text)
    assert all(line.count <= form.per_line and len(line.cells) <= form.per_line for line in lines)
    of_sheets = sheets(lines, form)
    assert tuple(line for sheet in of_sheets for line in sheet) == lines
    assert all(len(sheet) <= form.per_sheet for sheet in of_sheets)


def test_lines_break_where_they_are_full_and_nowhere_else() -> None:
    form = FORMS["h20"]
    assert [line.text for line in layout("あ" * 20 + "。", form)] == ["あ" * 20, "。"]  # no 禁則処理
    assert [len(line.cells) for line in layout("㎡" * 11, form)] == [10, 1]  # two each
    assert [len(line.cells) for line in layout("「」" * 15, form)] == [
        20,
        10,
    ]  # 15 by the count, but a place has one character
    assert [line.text for line in layout("あ" * 19 + "（い）", form)] == ["あ" * 19 + "（", "い）"]
    assert layout("あ" * 19 + "（い）", form)[1].count == 1  # the pair counts where it opens
    assert [line.text for line in layout("あ\n\nい", form)] == ["あ", "", "い"]
    assert len(sheets(layout("あ\n" * 26, form), form)) == 2
    assert (FORMS["h26"].per_line, FORMS["h26"].per_sheet, FORMS["h13"].per_line, FORMS["h13"].per_sheet) == (
        26,
        20,
        13,
        40,
    )


def test_what_is_refused_is_named_with_its_place_and_what_to_write() -> None:
    text = "下記のとおり。\n㈱みどり😀の№3、ｶﾅ、αと㍉、①役員会（50㎡・90％）〒100-0001「見本」…～Ⅱ"
    found = {fault.text: fault for fault in faults(text) if fault.kind == "refused"}
    assert list(found) == ["㈱", "😀", "№", "ｶ", "ﾅ", "α", "㍉"]
    assert found["㈱"].instead == "「株式会社」と書いてください。"
    assert found["ｶ"].instead == "「カ」と書いてください。"
    assert found["㍉"].instead == "「ミリ」と書いてください。"
    assert found["😀"].around == "㈱みどり😀の№3、ｶﾅ"


def test_latin_letters_stand_in_confirmed_names_only() -> None:
    text = "「ＳｅｃｉｏｓｓＬｉｎｋ」のIDとURL（N-2026-000012）は5kgのコーポⅡ、info@a.example"
    assert latin_words(text) == ("SeciossLink", "ID", "URL", "Ⅱ", "info@a.example")
    assert [f.text for f in faults(text, ("SeciossLink", "Ⅱ", "info@a.example"))] == ["ID", "URL"]
    assert latin_words("https://a.example/t/x：を開く") == ("https://a.example/t/x",)
    assert latin_words("アカツキIDのIDです", ("アカツキID",)) == ("ID",)  # a whole name confirms itself only
    assert faults("是正してください。") == ()


class Counted(str):
    """A character that counts how often it is compared."""

    compared = 0
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_brackets_are_paired_in_a_time_that_grows_with_the_line() -> None:
    for line in ("（" * 300 + "」" * 300, "（「" * 300 + "）" * 300, "（" * 300 + "）" * 300):
        Counted.compared = 0
        closed = _closed_pairs([Counted(char) for char in line])
        assert Counted.compared < 10 * len(line)
        assert len(closed) == (0 if "）" not in line else 300)
