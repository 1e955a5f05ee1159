"""References inside the terms: what they name, and which lead nowhere."""

import pytest

from contracts.terms.parsing import parse_terms
from contracts.terms.references import Reference, references
from tests.support.shared import SHARED

PUBLISHED = SHARED / "terms" / "seciosslink-terms-2025-04-01.txt"

# Invented: an article to stand in (第2条第3項), and others to point to.
FRAME = """
第1条（目的）
目的を定めます。
(1).前号
(2).後号
第2条（例）
1．一つめです。
2．二つめです。
(1).甲
(2).乙
(3).丙
3．{}
4．四つめです。
第3条（終わり（注））
1．甲とします。
2．乙とします。
●ベータ機能の特則
第1条（定義）
第1条（定義）第1項をみます。
"""


def read(sentence: str) -> list[Reference]:
    found = references(parse_terms(FRAME.format(sentence)))
    return [reference for reference in found if reference.source == "2(3)"]


def named(sentence: str) -> list[tuple[str, ...]]:
    assert [reference.problem for reference in read(sentence) if reference.problem] == []
    return [reference.targets for reference in read(sentence)]


@pytest.mark.parametrize(
    ("sentence", "targets"),
    [
        ("第3条に従います。", [("3",)]),
        ("第3条（終わり（注））に従います。", [("3",)]),
        ("第３条（終わり(注)）第２項に従います。", [("3(2)",)]),
        ("第3条第1項若しくは第2項に従います。", [("3(1)", "3(2)")]),
        ("第2条第1項から第3項までに従います。", [("2(1)", "2(2)", "2(3)")]),
        ("第1条から第3条までに従います。", [("1", "2", "3")]),
        ("第2条第2項各号に従います。", [("2(2)(1)", "2(2)(2)", "2(2)(3)")]),
        ("第2条第2項第1号から第3号までに従います。", [("2(2)(1)", "2(2)(2)", "2(2)(3)")]),
        ("第2条第2項第1号又は第3号に従います。", [("2(2)(1)", "2(2)(3)")]),
        ("第1条各号に従います。", [("1(1)(1)", "1(1)(2)")]),
        ("第1条、第3条（終わり（注））及び第2条第1項に従います。", [("1",), ("3",), ("2(1)",)]),
        ("前項に従います。", [("2(2)",)]),
        ("前項各号に従います。", [("2(2)(1)", "2(2)(2)", "2(2)(3)")]),
        ("前項第2号に従います。", [("2(2)(2)",)]),
        ("前2項に従います。", [("2(1)", "2(2)")]),
        ("前各項に従います。", [("2(1)", "2(2)")]),
        ("次項に従います。", [("2(4)",)]),
        ("前条及び次条に従います。", [("1",), ("3",)]),
        ("本条第2項各号に従います。", [("2(2)(1)", "2(2)(2)", "2(2)(3)")]),
        ("第4項に従います。", [("2(4)",)]),
        ("第3条第1項に従い、同条第2項は除きます。", [("3(1)",), ("3(2)",)]),
        ("本条と本項は、次の各号のとおりとし、第三者や1項目、2条件は数えません。", []),
        ("この方法第3条に従います。", [("3",)]),
    ],
)
def test_what_a_reference_names(sentence: str, targets: list[tuple[str, ...]]) -> None:
    assert named(sentence) == targets


def test_other_laws_are_external() -> None:
    found = read("民法第548条の4及び第97条、著作権法（昭和45年）第27条第1項並びに同法第30条に従い、前項は除きます。")
    assert [(reference.text, reference.targets, reference.external) for reference in found] == [
        ("民法第548条の4", (), True),
        ("第97条", (), True),
        ("著作権法（昭和45年）第27条第1項", (), True),
        ("同法第30条", (), True),
        ("前項", ("2(2)",), False),
    ]
    assert [reference.problem for reference in found] == [None] * 5


@pytest.mark.parametrize(
    ("sentence", "targets", "problem"),
    [
        ("第9条に従います。", (), "第9条は、この規約にありません。"),
        ("第3条（始め）に従います。", ("3",), "第3条の見出しは「終わり（注）」ですが、「始め」と書かれています。"),
        ("第3条第2項から第3項までに従います。", ("3(2)",), "第3条第3項は、この規約にありません。"),
        ("第2条第2項第4号に従います。", (), "第4号は、この規約にありません。"),
        ("第1条の2に従います。", (), "「第1条の2」にあたるところが、"),
        ("前号に従います。", (), "「前号」にあたるところが、"),
        ("前3項に従います。", (), "「前3項」にあたるところが、"),
        ("第2条第1項各号に従います。", (), "「各号」にあたるところが、"),
    ],
)
def test_what_leads_nowhere_is_reported(sentence: str, targets: tuple[str, ...], problem: str) -> None:
    (found,) = read(sentence)
    assert (found.targets, problem in str(found.problem)) == (targets, True), found


def test_the_beta_part_points_into_itself() -> None:
    found = references(parse_terms(FRAME.format("三つめです。")))[-1]
    assert (found.source, found.targets, found.problem) == ("beta 1(1)", ("beta 1(1)",), None)


def test_published_references() -> None:
    if not PUBLISHED.exists():
        pytest.skip(f"THE COMPANY'S TERMS ARE NOT AT HAND, not read: {PUBLISHED.name}")
    found = references(parse_terms(PUBLISHED.read_text(encoding="utf-8")))
    assert [reference for reference in found if reference.problem] == []
    assert [reference.text for reference in found if reference.external] == ["著作権法第27条", "第28条"]
    told = {
        "3(1)(2)": ["3(1)(1)"],
        "4(2)": ["4(1)", "4(1)(1)", "4(1)(2)"],
        "6(4)": [f"6(3)({item})" for item in range(1, 6)],
        "9(4)": ["9(3)(1)", "9(3)(2)"],
        "13(2)": ["17", "18", "19"],
        "17(1)(16)": [f"17(1)({item})" for item in range(1, 16)],
        "17(3)": ["17(2)", *(f"17(1)({item})" for item in range(1, 18))],
        "17(4)": ["17(2)", "17(3)"],
        "19(1)(2)": [f"18(1)({item})" for item in range(1, 6)],
        "20(1)(3)": [f"18(1)({item})" for item in range(1, 6)],
        "21(5)(1)": ["3(3)"],
        "21(5)(3)": ["6(3)", "6(4)"],
        "21(5)(4)": ["9(3)"],
        "21(5)(5)": ["17(2)", "17(3)", "17(4)"],
        "21(7)": [f"21({paragraph})" for paragraph in range(1, 7)],
        "22(3)": ["22(1)", "22(2)"],
        "26(4)": [],
    }
    for source, targets in told.items():
        assert [one for reference in found if reference.source == source for one in reference.targets] == targets
