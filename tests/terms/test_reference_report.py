"""`check_references`, its page, the faults of the published text: found, shown first, and never mended."""

import json
from pathlib import Path

import pytest
from django.test import Client

from contracts.terms.faults import FAULTS
from contracts.terms.models import Clause, TermsVersion
from contracts.terms.reference_report import report_on
from tests.support.shared import SHARED
from tests.support.world import World
from tests.terms.test_commands import run

PUBLISHED = SHARED / "terms" / "seciosslink-terms-2025-04-01.txt"
# Invented: a reference to nowhere, another heading, an unnumbered paragraph, another law; and two of the known faults.
FAULTY = """
第1条（目的）
民法第97条に従って使います。
第2条（約束）
1．第1条（始まり）に従います。
2．第9条に従います。
3．第1条第1項に従います。
4．前項に従います。
第3条（遊び）
1．当時時点に始まります。
"""
SOUND = FAULTY.replace("（始まり）", "（目的）").replace("第9条", "第3条").replace("第1条第1項に従", "第1条に従")
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def take_in(folder: Path, text: str, number: str = "2025-04-01") -> TermsVersion:
    file = folder / "規約.txt"
    file.write_text(text, encoding="utf-8")
    code, _, err = run("import_terms", str(file), "--number", number, "--effective", number)
    assert (code, err) == (0, "")
    return TermsVersion.objects.get(number=number)


def test_every_reference_is_told_and_the_exit_code_says_whether_all_resolve(tmp_path: Path) -> None:
    take_in(tmp_path, FAULTY)
    code, out, _ = run("check_references", "--json")
    told = json.loads(out)
    assert (code, told["version"], told["ok"], told["unresolved"], told["other_headings"]) == (
        1,
        "2025-04-01",
        False,
        1,
        1,
    )
    kept = ("from", "to", "external", "resolved", "heading_differs", "unnumbered")
    assert [tuple(one[name] for name in kept) for one in told["references"]] == [
        ("2(2)", [], False, False, False, []),
        ("2(1)", ["1"], False, True, True, []),
        ("2(3)", ["1(1)"], False, True, False, ["1(1)"]),
        ("1(1)", [], True, True, False, []),
        ("2(4)", ["2(3)"], False, True, False, []),
    ]
    plain = run("check_references")[1].splitlines()
    assert [line[0] for line in plain[1:]] == ["✕", "✕", "!", "✓", "✓"]
    assert "第9条は、この規約にありません。" in plain[1]
    assert Clause.objects.get(ref="2(2)").text == "第9条に従います。"  # shown, not mended


def test_the_version_is_chosen_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    take_in(tmp_path, FAULTY)
    take_in(tmp_path, SOUND, "2025-05-01")
    assert [run("check_references", *chosen)[0] for chosen in ((), ("--version", "2025-04-01"))] == [0, 1]
    code, out, err = run("check_references", "--version", "2024-01-01")
    assert (code, out, "版 2024-01-01 は、ありません" in err) == (2, "", True)


def test_a_version_without_text_cannot_be_checked(world: World) -> None:
    assert run("check_references")[0] == 2
    assert report_on(None) is None


@pytest.fixture
def legal(world: World, tmp_path: Path) -> Client:
    take_in(tmp_path, FAULTY, "2026-01-01")
    client = Client()
    client.force_login(world.staff["aki"])
    return client


def test_the_page_shows_first_what_does_not_resolve(legal: Client) -> None:
    page = legal.get("/terms/references/").content.decode()
    places = [page.index(words) for words in ("指す先がない", "見出しが違う", "確かめる</span>", "ほかの法令</span>")]
    assert places == sorted(places)
    assert "公表された本文は、直していません" in page
    assert "/terms/references/" in legal.get("/terms/").content.decode()


def test_only_what_the_version_really_has_is_shown_as_a_fault(legal: Client) -> None:
    """The invented version has no clause 8(3); the word stands elsewhere, so the known fault of 8(3) is not its."""
    report = report_on(TermsVersion.objects.get(number="2026-01-01"))
    assert report is not None
    assert report.faults == ()
    assert "知られている不備はありません" in legal.get("/terms/faults/").content.decode()
    assert "公表された規約の不備" not in legal.get("/terms/clause/8(3)/").content.decode()


def test_the_faults_of_the_published_text() -> None:
    """Those that readings.md names (section 3, last bullet), each on its clause's page with what is done instead."""
    if not PUBLISHED.exists():
        pytest.skip(f"THE COMPANY'S TERMS ARE NOT AT HAND, their faults were not looked for: {PUBLISHED.name}")
    code, _, err = run("import_terms", str(PUBLISHED), "--number", "2025-04-01", "--effective", "2025-04-01")
    assert (code, err) == (0, "")
    report = report_on(TermsVersion.objects.get())
    assert report is not None
    assert report.broken == []
    assert [line.reference.source for line in report.doubtful] == ["19(1)(2)", "20(1)(3)", "21(5)(4)"]
    assert report.doubtful[2].reference.targets == ("9(3)",)
    assert {fault.clauses for fault in report.faults} == {
        ("21(5)(4)", "9(4)"), ("19(1)(2)",), ("20(1)(3)",), ("8(3)", "9(1)"), ("8(3)",), ("12(1)",), ("13(2)", "9(4)"),
        ("14", "14(2)"), ("14(2)",), ("22(1)",), ("5(1)", "5(2)"),
    }  # fmt: skip
    assert run("check_references")[0] == 0


def test_a_fault_that_a_version_mends_is_shown_no_more(tmp_path: Path) -> None:
    if not PUBLISHED.exists():
        pytest.skip(f"THE COMPANY'S TERMS ARE NOT AT HAND, no mended version was made: {PUBLISHED.name}")
    text = PUBLISHED.read_text(encoding="utf-8")
    mended = text.replace("当時時点", "当該時点").replace(
        "第 3 項に基づき認証情報の使用", "第 4 項に基づき認証情報の使用"
    )
    report = report_on(take_in(tmp_path, mended))
    assert report is not None
    left = {fault.key for fault in FAULTS} - {fault.key for fault in report.faults}
    assert left == {"moment", "suspension_reference"}
