"""`import_terms` and `show_terms`: all of a text or nothing, and the tree comes back as it was read."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from config.desk import clock
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.terms.models import Clause, TermsVersion
from contracts.terms.parsing import parse_terms
from contracts.terms.workflow import create_version
from tests.support.shared import SHARED

PUBLISHED = SHARED / "terms" / "seciosslink-terms-2025-04-01.txt"
INVENTED = """
やまびこ便 利用規約
第 1条（目的）
やまびこ便の利用
に関して定めます。
第2条（禁止）
1．次の行為はできません。
(1).複製
(2).貸与
2．第9条（雑則）に従います。
●ベータ機能の特則
第1条（定義）
定義します。
"""
pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "規約.txt"
    file.write_text(INVENTED, encoding="utf-8")
    return file


def run(name: str, *arguments: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)"""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def take_in(file: Path, *more: str) -> tuple[int, str, str]:
    return run("import_terms", str(file), "--number", "2025-04-01", "--effective", "2025-04-01", *more)


def test_a_text_is_taken_in_and_shown_as_it_was_read(text: Path) -> None:
    code, out, err = take_in(text)

    assert (code, err) == (0, "")
    assert "条 2　ベータ機能の条 1　項 4　号 2" in out
    code, shown, err = run("show_terms", "--json")
    assert (code, err) == (0, "")
    assert json.loads(shown) == parse_terms(INVENTED).tree()
    assert json.loads(shown)[1]["paragraphs"][0] == {
        "number": 1,
        "text": "次の行為はできません。",
        "items": [{"number": 1, "text": "複製"}, {"number": 2, "text": "貸与"}],
    }


def test_a_reference_that_leads_nowhere_is_reported_and_not_mended(text: Path) -> None:
    _, out, _ = take_in(text)

    assert "2(2)「第9条（雑則）」" in out
    assert Clause.objects.get(ref="2(2)").text == "第9条（雑則）に従います。"


def test_a_dry_run_writes_nothing(text: Path) -> None:
    code, out, _ = take_in(text, "--dry-run")

    assert code == 0
    assert "まだ取り込んでいません" in out
    assert not TermsVersion.objects.exists()


def test_a_malformed_text_is_refused_whole_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "broken.txt"
    file.write_text(INVENTED.replace("第2条（禁止）", "第3条（禁止）"), encoding="utf-8")
    code, out, err = take_in(file)

    assert (code, out) == (1, "")
    assert "6行目" in err
    assert not TermsVersion.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("第1条（目的）\n定めます。".encode("cp932"), "UTF-8では読めない文字"),
        (b"", "条が見つかりません"),
        ("第1条（目的）\n定めます。\0".encode(), "文字でない内容"),
    ],
    ids=["cp932", "empty", "binary"],
)
def test_what_is_no_text_of_terms_is_refused_whole(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "terms.txt"
    file.write_bytes(content)
    code, out, err = take_in(file)

    assert (code, out) == (1, "")
    assert says in err
    assert not TermsVersion.objects.exists()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert take_in(tmp_path / "nowhere.txt")[0] == 1


def test_a_number_is_taken_in_once(text: Path) -> None:
    take_in(text)
    clauses = Clause.objects.count()
    code, out, err = take_in(text)

    assert (code, out) == (1, "")
    assert "取り込み済み" in err
    assert (TermsVersion.objects.count(), Clause.objects.count()) == (1, clauses)


def test_a_version_without_clauses_gets_them(text: Path) -> None:
    with step("tests.begin", at=clock.now()):
        version = create_version(number="2025-04-01", effective_from=date(2025, 4, 1))
    code, _, _ = take_in(text)

    assert code == 0
    assert TermsVersion.objects.get().pk == version.pk
    assert version.clauses.count() == Clause.objects.count() == 9
    assert TermsVersion.objects.get().text == INVENTED


def test_the_day_of_a_version_is_not_moved_by_its_text(text: Path) -> None:
    with step("tests.begin", at=clock.now()):
        create_version(number="2025-04-01", effective_from=date(2025, 5, 1))
    code, _, err = take_in(text)

    assert code == 1
    assert "2025-05-01" in err
    assert not Clause.objects.exists()


def test_the_import_is_one_signed_step(text: Path) -> None:
    take_in(text, "--published", "2025-03-01T10:00")
    row = TermsVersion.history.get()

    assert row.history_verb == "terms.import"
    assert row.history_user.is_system
    assert "規約.txt" in row.history_change_reason
    assert TermsVersion.objects.get().published_at.isoformat() == "2025-03-01T01:00:00+00:00"


def test_a_publication_after_the_effective_day_is_pointed_out(text: Path) -> None:
    assert "第548条の4" in take_in(text, "--published", "2025-04-01")[1]
    assert TermsVersion.objects.exists()


def test_a_named_version_or_the_one_in_force_is_shown(text: Path) -> None:
    take_in(text)
    run("import_terms", str(text), "--number", "2099-01-01", "--effective", "2099-01-01")

    assert run("show_terms")[1] == run("show_terms", "--number", "2025-04-01")[1]
    assert "第1条（目的）" in run("show_terms")[1]
    assert run("show_terms", "--number", "2099-01-01", "--json")[0] == 0


def test_nothing_to_show_says_so() -> None:
    code, out, err = run("show_terms", "--json")

    assert (code, out) == (1, "")
    assert "規約の版がありません" in err
    assert run("show_terms", "--number", "1999-01-01")[0] == 1


def test_the_clauses_of_a_version_stay_in_the_order_of_the_text(text: Path) -> None:
    take_in(text)

    assert list(Clause.objects.values_list("ref", flat=True)) == [
        *("1", "1(1)", "2", "2(1)", "2(1)(1)", "2(1)(2)", "2(2)", "beta 1", "beta 1(1)"),
    ]


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason=f"the company's published text is not beside the project: {PUBLISHED.name}"
)
def test_the_published_text_is_shown_as_it_was_read() -> None:
    code, _, err = take_in(PUBLISHED)

    assert (code, err) == (0, "")
    tree = json.loads(run("show_terms", "--json")[1])
    assert tree == parse_terms(PUBLISHED.read_text(encoding="utf-8")).tree()
    assert [sum(article["part"] == part for article in tree) for part in ("main", "beta")] == [28, 5]


def test_a_race_of_two_imports_leaves_one(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is past its first look when the other commits; the look inside the step refuses it."""
    from contracts.terms import importing

    parsed, version = parse_terms(INVENTED), importing.Version(number="2025-04-01", effective_from=date(2025, 4, 1))
    importing.take_in(version, INVENTED, parsed, at=clock.now(), reason="")
    with pytest.raises(Refused, match="取り込み済み"):
        importing.take_in(version, INVENTED, parsed, at=clock.now(), reason="")
