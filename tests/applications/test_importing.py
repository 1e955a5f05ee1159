"""Taking a file in: each row once, whatever interrupts, and the outcome as the command prints it."""

import csv
import io
import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Customer
from config.desk import clock
from config.desk.step import step, system_user
from contracts.applications import importing, intake_files, workflow
from contracts.applications.intake import COLUMNS, RefusedWhole
from contracts.applications.models import Application, Intake, RejectedRow
from contracts.deadlines.models import Deadline
from contracts.terms.workflow import create_version
from tests.support.shared import SHARED

SAMPLES = SHARED / "samples"
SAMPLE, TRUTH = SAMPLES / "applications-2026-11.csv", SAMPLES / "applications-2026-11.truth.json"
ROW = {
    "受付番号": "WEB-2026-90001",
    "申込日時": "2026/11/02 09:30",
    "申込経路": "Web",
    "区分": "法人",
    "法人名・氏名": "㈱はまなす運輸",
    "フリガナ": "ﾊﾏﾅｽｳﾝﾕ",
    "法人番号": "7000012050002",
    "郵便番号": "１００−０００５",
    "都道府県": "東京都",
    "市区町村": "千代田区",
    "町域番地": "見本町9丁目9番9号",
    "建物名": "はまなすビル2階",
    "部署": "総務部",
    "担当者氏名": "浜　茄子美",
    "役職": "部長",
    "電話番号": "03-0000-0001",
    "メールアドレス": "soumu＠hamanasu.example",
    "希望ライセンス数": "5",
    "規約同意": "はい",
    "同意規約版": "2025-04-01",
    "備考": "=1+1",
}
pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def _terms(db: None) -> None:
    with step("tests.begin", at=clock.now()):
        create_version(number="2025-04-01", effective_from=date(2025, 4, 1))


def rows(count: int, **other: str) -> list[dict[str, str]]:
    """So many different applicants."""
    return [
        ROW
        | {"受付番号": f"WEB-2026-9{n:04}", "法人番号": "", "区分": "団体", "メールアドレス": f"a{n}@hamanasu.example"}
        | other
        for n in range(1, count + 1)
    ]


def csv_of(*given: dict[str, str], encoding: str = "utf-8") -> bytes:
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerows(given)
    return written.getvalue().encode(encoding)


def take_in(data: bytes) -> importing.IntakeResult:
    return importing.take_in(importing.judge(data), file_name="申込.csv", data=data, by=system_user(), at=clock.now())


def command(file: Path, *more: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)"""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("import_applications", str(file), *more, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def written() -> Counter[str]:
    """Everything that an import could have written."""
    models = (Application, Customer, Deadline, Intake, RejectedRow)
    return Counter({model.__name__: model._default_manager.count() for model in models})


# --- the sample ---


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    if not (SAMPLE.exists() and TRUTH.exists()):
        pytest.skip(f"the sample is not beside the project: {SAMPLE.name}")
    return json.loads(TRUTH.read_text(encoding="utf-8"))


def test_the_sample_gives_what_its_truth_says(truth: list[dict[str, Any]]) -> None:
    code, out, err = command(SAMPLE, "--json")
    found = json.loads(out)

    assert (code, err) == (0, "")
    assert found["accepted"] == [row["no"] for row in truth if row["expect"] == "accepted"]
    assert found["duplicates"] == [row["no"] for row in truth if row["expect"] == "duplicate"]
    assert [row["row"] for row in found["rejected"]] == [row["row"] for row in truth if row["expect"] == "rejected"]
    assert all(row["reason"].endswith("。") for row in found["rejected"])
    numbers = Application.objects.order_by("pk").values_list("source_number", flat=True)
    assert list(numbers) == found["accepted"]


def test_the_sample_again_is_all_duplicates(truth: list[dict[str, Any]]) -> None:
    command(SAMPLE)
    before = written()
    code, out, _ = command(SAMPLE, "--json")
    again = json.loads(out)

    assert code == 0
    assert again["accepted"] == []
    assert sorted(again["duplicates"]) == sorted(row["no"] for row in truth if row["expect"] != "rejected")
    assert [row["row"] for row in again["rejected"]] == [row["row"] for row in truth if row["expect"] == "rejected"]
    assert written() - before == Counter(Intake=1, RejectedRow=len(again["rejected"]))


# --- what is kept ---


def test_a_row_becomes_an_application_that_waits_to_be_screened() -> None:
    result = take_in(csv_of(ROW, encoding="cp932"))
    application = Application.objects.get()

    assert result.as_json() == {"accepted": ["WEB-2026-90001"], "duplicates": [], "rejected": []}
    assert (application.state, application.channel, application.licenses) == ("screening", "web", 5)
    assert application.agreed_at.isoformat() == "2026-11-02T00:30:00+00:00"
    assert (application.original["フリガナ"], application.original["部署"]) == ("ﾊﾏﾅｽｳﾝﾕ", "総務部")
    customer = application.customer
    assert (customer.name, customer.kana, customer.email) == (
        "㈱はまなす運輸",
        "ハマナスウンユ",
        "soumu@hamanasu.example",
    )
    assert (customer.postal_code, customer.contact) == ("100-0005", "浜　茄子美")
    assert application.remarks == "=1+1"
    assert Deadline.objects.get().kind == "applications.screening"


def test_flags_stand_on_the_application() -> None:
    take_in(csv_of(ROW | {"法人番号": "7000012050003", "同意規約版": "1999-01-01", "郵便番号": "999-9999"}))

    assert Application.objects.get().flags == [
        "法人番号の検査数字が合わない",
        "郵便番号が見つからない",
        "同意規約版が不明",
    ]


def test_what_an_applicant_left_out_or_wrote_at_length_does_not_keep_the_row_out() -> None:
    long = {"法人番号": "1" * 30, "担当者氏名": "長" * 150, "電話番号": "0" * 45, "同意規約版": "版" * 30}
    result = take_in(
        csv_of(
            ROW
            | {"フリガナ": "", "郵便番号": "不明", "都道府県": "", "市区町村": "", "町域番地": "", "建物名": ""}
            | long
        )
    )
    application = Application.objects.select_related("customer").get()

    assert result.accepted == ["WEB-2026-90001"]
    assert (application.customer.kana, application.customer.postal_code, application.customer.address) == ("", "", "")
    assert application.original["担当者氏名"] == "長" * 150


def test_no_row_is_judged_by_todays_date() -> None:
    assert take_in(csv_of(ROW | {"申込日時": "2099/01/01 00:00"})).accepted == ["WEB-2026-90001"]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("メールアドレス", "a..b@hamanasu.example", "送れません"),
        ("受付番号", "W" * 45, "45文字あります"),
        ("申込日時", "0001/01/01 00:00", "ある日時として読めません"),
        ("法人名・氏名", "名" * 10_000_000, "10,000,000文字あります"),
    ],
    ids=["email", "number", "year", "a name of 10 MB"],
)
def test_what_no_table_can_hold_is_rejected_in_the_preview_already(column: str, value: str, says: str) -> None:
    data = csv_of(ROW | {column: value}, *rows(1))
    judged = importing.judge(data)
    result = take_in(data)

    assert [row.row for row in judged.rejected] == [2]
    assert says in judged.rejected[0].reason
    assert result.accepted == ["WEB-2026-90001"]
    kept = RejectedRow.objects.get()
    assert (kept.row, kept.intake) == (2, result.intake)
    assert len(json.dumps(kept.original)) < 20_000


def test_rejected_rows_are_kept_as_they_came_and_the_command_still_exits_0(tmp_path: Path) -> None:
    file = tmp_path / "申込.csv"
    file.write_bytes(csv_of(ROW, ROW | {"受付番号": "WEB-2026-90002", "希望ライセンス数": "0"}))
    code, out, err = command(file, "--json")

    assert (code, err) == (0, "")
    assert json.loads(out)["rejected"][0]["row"] == 3
    assert RejectedRow.objects.get().original["希望ライセンス数"] == "0"
    intake = Intake.objects.get()
    assert (intake.file_name, intake.accepted, intake.rejected, intake.by.is_system) == ("申込.csv", 1, 1, True)


def test_every_row_is_signed_and_its_reason_names_it() -> None:
    take_in(csv_of(ROW))

    assert Application.history.get().history_verb == "applications.receive"
    assert Application.history.get().history_change_reason == "2行目から取り込むため"
    assert set(Intake.history.values_list("history_verb", flat=True)) == {"applications.import"}


# --- again, interrupted, at once ---


class Interrupted(Exception):
    """The power goes."""


def stop_in_the_fourth(monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes when customer and application of the fourth row are written, and its deadline is not."""
    start, started = workflow.deadlines.start, Counter[str]()

    def start_three(*args: Any, **kwargs: Any) -> Any:
        started["rows"] += 1
        if started["rows"] > 3:
            raise Interrupted
        return start(*args, **kwargs)

    monkeypatch.setattr(workflow.deadlines, "start", start_three)


def test_an_interrupted_import_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    data = csv_of(*rows(5), ROW | {"受付番号": "WEB-2026-99999", "規約同意": "いいえ"})
    with monkeypatch.context() as patch:
        stop_in_the_fourth(patch)
        with pytest.raises(Interrupted):
            take_in(data)
    assert written() == Counter(Application=3, Customer=3, Deadline=3, Intake=1)
    assert Intake.objects.get().state == "running"

    result = take_in(data)

    assert result.duplicates == ["WEB-2026-90001", "WEB-2026-90002", "WEB-2026-90003"]
    assert result.accepted == ["WEB-2026-90004", "WEB-2026-90005"]
    assert [row.row for row in result.rejected] == [7]
    assert (Application.objects.count(), Customer.objects.count(), RejectedRow.objects.count()) == (5, 5, 1)
    intake = Intake.objects.get()
    assert (intake.state, intake.accepted, intake.duplicates, intake.rejected) == ("done", 5, 0, 1)
    assert intake_files.kept(intake.pk) is None


def test_a_number_with_other_content_is_kept_out() -> None:
    take_in(csv_of(ROW))
    result = take_in(csv_of(ROW | {"希望ライセンス数": "6"}))

    assert (result.accepted, result.duplicates) == ([], [])
    assert "内容相違" in result.rejected[0].reason
    assert Application.objects.get().licenses == 5


def test_a_corrected_row_under_a_rejected_number_is_taken_in() -> None:
    take_in(csv_of(ROW | {"希望ライセンス数": "0"}))

    assert take_in(csv_of(ROW)).accepted == ["WEB-2026-90001"]


def test_two_imports_at_once_do_not_double() -> None:
    """Both judged the file before either took a row in."""
    data = csv_of(*rows(2), ROW | {"受付番号": "WEB-2026-90009"})
    other = csv_of(*rows(2), ROW | {"受付番号": "WEB-2026-90009", "備考": "別の内容"})
    first, second = importing.judge(data), importing.judge(other)
    importing.take_in(first, file_name="甲", data=data, by=system_user(), at=clock.now())
    result = importing.take_in(second, file_name="乙", data=other, by=system_user(), at=clock.now())

    assert (result.accepted, result.duplicates) == ([], ["WEB-2026-90001", "WEB-2026-90002"])
    assert "内容相違" in result.rejected[0].reason
    assert (Application.objects.count(), Customer.objects.count()) == (3, 3)


def test_the_preview_knows_what_was_taken_in_before() -> None:
    take_in(csv_of(ROW))
    before = written()
    same, other = importing.judge(csv_of(ROW)), importing.judge(csv_of(ROW | {"希望ライセンス数": "6"}))

    assert ([row.number for row in same.duplicates], same.accepted) == (["WEB-2026-90001"], [])
    assert ([row.row for row in other.rejected], other.accepted) == ([2], [])
    assert written() == before


# --- files that are refused whole ---


def too_many() -> bytes:
    line = csv_of(ROW).split(b"\r\n")[1]
    return csv_of(ROW) + (line + b"\r\n") * 99_999


@pytest.mark.parametrize(
    ("data", "more", "says"),
    [
        (lambda: b"", (), "空です"),
        (lambda: b"\x00\x01\x02\x03PNG", (), "CSVではない"),
        (lambda: csv_of(ROW, encoding="cp932"), ("--encoding", "utf-8"), "読めない文字"),
        (lambda: csv_of(ROW), ("--encoding", "latin-1"), "扱えません"),
        (lambda: "受付番号,申込日時\r\n1,2".encode(), (), "見出しの列が足りません"),
        (too_many, (), "50,000行を超えています"),
    ],
    ids=["empty", "binary", "wrong encoding", "unknown encoding", "other table", "100,000 rows"],
)
def test_a_file_that_is_refused_whole_writes_nothing(
    tmp_path: Path, data: Any, more: tuple[str, ...], says: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(data())
    code, out, err = command(file, "--json", *more)

    assert (code, out) == (1, "")
    assert says in err
    assert written() == Counter()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert command(tmp_path / "nowhere.csv")[0] == 1


def test_a_file_is_judged_whole_before_its_first_row_is_pressed() -> None:
    with pytest.raises(RefusedWhole):
        take_in(csv_of(*rows(3)) + '"閉じない'.encode())

    assert not Application.objects.exists()


def test_without_terms_in_force_nothing_is_taken_in(tmp_path: Path) -> None:
    file = tmp_path / "申込.csv"
    file.write_bytes(csv_of(ROW))
    with clock.standing_at(clock.now().replace(year=2020)):
        code, out, err = command(file)

    assert (code, out) == (1, "")
    assert "規約の版がありません" in err
    assert written() == Counter()
