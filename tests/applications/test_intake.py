"""Taking in applications: every row of the sample against its truth, and what a file from outside can hold."""

import csv
import io
import json
import tracemalloc
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.applications.intake import COLUMNS, MAX_ROWS, Flag, Intake, RefusedWhole, read_applications
from contracts.applications.intake_table import read_table
from tests.support.shared import SHARED

SAMPLES = SHARED / "samples"
PERSON = {
    "受付番号": "WEB-2026-10001",
    "申込日時": "2026/11/02 09:30",
    "申込経路": "Web",
    "区分": "個人",
    "法人名・氏名": "湖畔 みのり",
    "フリガナ": "コハン ミノリ",
    "法人番号": "",
    "郵便番号": "100-0005",
    "都道府県": "東京都",
    "市区町村": "千代田区",
    "町域番地": "丸の内9丁目9番9号",
    "建物名": "",
    "部署": "",
    "担当者氏名": "",
    "役職": "",
    "電話番号": "03-0000-0001",
    "メールアドレス": "minori@kohan.example",
    "希望ライセンス数": "5",
    "規約同意": "はい",
    "同意規約版": "2025-04-01",
    "備考": "",
}
COMPANY = PERSON | {
    "受付番号": "WEB-2026-10002",
    "区分": "法人",
    "法人名・氏名": "株式会社やまびこ",
    "フリガナ": "ヤマビコ",
    "法人番号": "7000012050002",
    "電話番号": "03-0000-0002",
    "メールアドレス": "office@yamabiko.example",
}


def file_of(*rows: dict[str, str], encoding: str = "utf-8", columns: tuple[str, ...] = COLUMNS) -> bytes:
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, columns, restval="x")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode(encoding)


def read(*rows: dict[str, str], **options: object) -> Intake:
    return read_applications(file_of(*rows), **options)  # type: ignore[arg-type]


def refusal(data: bytes, **options: object) -> str:
    with pytest.raises(RefusedWhole) as refused:
        read_applications(data, **options)  # type: ignore[arg-type]
    return str(refused.value)


def reason(row: dict[str, str]) -> str:
    intake = read(row)
    assert (intake.accepted, intake.duplicates) == ([], [])
    return intake.rejected[0].reason


def flags(*rows: dict[str, str], **options: object) -> list[tuple[str, ...]]:
    return [row.flags for row in read(*rows, **options).accepted]


# --- the sample ---


@pytest.fixture(scope="module")
def sample() -> bytes:
    path = SAMPLES / "applications-2026-11.csv"
    if not path.exists():
        pytest.skip(f"THE SAMPLE IS NOT AT HAND, not read: {path.name}")
    return path.read_bytes()


@pytest.fixture(scope="module")
def truth() -> list[dict[str, object]]:
    return json.loads((SAMPLES / "applications-2026-11.truth.json").read_text(encoding="utf-8"))


def outcomes(intake: Intake) -> dict[int, tuple[str, str]]:
    kinds = {"accepted": intake.accepted, "duplicate": intake.duplicates, "rejected": intake.rejected}
    return {row.row: (row.number, kind) for kind, rows in kinds.items() for row in rows}


def test_sample_is_judged_as_the_truth_says(sample: bytes, truth: list[dict[str, object]]) -> None:
    told = {row["row"]: (row["no"], row["expect"]) for row in truth}
    assert len(told) == 300
    assert outcomes(read_applications(sample)) == told


REASONS = {
    "row is cut short": "途中で切れて",
    "licence count below 1": "1以上の整数",
    "licence count is no number": "1以上の整数",
    "no such date": "申込日時",
    "no name": "法人名・氏名がありません",
    "terms not agreed to": "同意していません",
}


def test_sample_rows_are_kept_out_for_the_reason_in_the_truth(sample: bytes, truth: list[dict[str, object]]) -> None:
    reasons = {row.row: row.reason for row in read_applications(sample).rejected}
    kept_out = [row for row in truth if row["expect"] == "rejected"]
    assert [row for row in kept_out if REASONS[str(row["why"])] not in reasons[int(str(row["row"]))]] == []


def test_sample_rows_are_normalized_and_flagged_as_the_truth_says(
    sample: bytes, truth: list[dict[str, object]]
) -> None:
    rows = {row.row: row for row in read_applications(sample, known_versions={"2025-04-01"}).accepted}
    for told in truth:
        if told["expect"] != "accepted":
            continue
        row, why = rows[int(str(told["row"]))], str(told["why"])
        same = "same applicant as" in why
        assert (Flag.CHECK_DIGIT in row.flags) == ("check digit" in why)
        assert (Flag.UNKNOWN_POSTAL_CODE in row.flags) == ("no such postal code" in why)
        assert (Flag.SAME_APPLICANT in row.flags) == (same and row.values["corporate_number"] != "")
        assert not same or why.split()[3].rstrip(":") in row.same_as
        assert row.values["name"] == row.original["法人名・氏名"]
        assert row.values["remarks"] == row.original["備考"]
        assert str(row.values["kana"]).isascii() is False
        assert max(str(row.values["kana"])) < "ｱ"
        assert str(row.values["email"]).isascii()
        assert str(row.values["postal_code"]).isascii()
    formula = next(row for row in truth if "formula" in str(row["why"]))
    assert str(rows[int(str(formula["row"]))].values["remarks"]).startswith("=HYPERLINK(")


def test_sample_taken_in_again_adds_nothing(sample: bytes) -> None:
    first = read_applications(sample)
    taken = {row.number: row.content_hash for row in first.accepted}
    again = read_applications(sample.decode("cp932").encode("utf-8-sig"), taken=taken)
    assert (again.accepted, len(again.duplicates)) == ([], len(first.accepted) + len(first.duplicates))
    assert [row.row for row in again.rejected] == [row.row for row in first.rejected]


# --- values ---


def test_values_of_an_application() -> None:
    row = read(COMPANY | {"建物名": "第九ビル", "部署": "総務部", "担当者氏名": "岸 はるか", "役職": "部長"}).accepted[
        0
    ]
    at = row.values.pop("agreed_at")
    assert isinstance(at, datetime)
    assert (at.isoformat(), at.utcoffset()) == ("2026-11-02T09:30:00+09:00", timedelta(hours=9))
    assert row.values == {
        "source_number": "WEB-2026-10002",
        "kind": "corporation",
        "name": "株式会社やまびこ",
        "kana": "ヤマビコ",
        "corporate_number": "7000012050002",
        "email": "office@yamabiko.example",
        "postal_code": "100-0005",
        "address": "東京都千代田区丸の内9丁目9番9号 第九ビル",
        "phone": "03-0000-0002",
        "contact": "岸 はるか",
        "department": "総務部",
        "position": "部長",
        "channel": "web",
        "licenses": 5,
        "agreed_version": "2025-04-01",
        "remarks": "",
    }


@pytest.mark.parametrize(
    ("column", "written", "key", "value"),
    [
        ("メールアドレス", " ｍｉｎｏｒｉ＠kohan.example", "email", "minori@kohan.example"),
        ("郵便番号", "〒１００－０００５", "postal_code", "100-0005"),
        ("フリガナ", "ｺﾊﾝ ﾐﾉﾘ", "kana", "コハン ミノリ"),
        ("希望ライセンス数", "１０", "licenses", 10),
        ("区分", "団体", "kind", "association"),
        ("申込経路", "営業", "channel", "sales"),
        ("同意規約版", "2025/4/1", "agreed_version", "2025-04-01"),
        ("法人名・氏名", "㈱湖畔", "name", "㈱湖畔"),
        ("備考", "=1+1", "remarks", "=1+1"),
        ("備考", '二行\r\n、"引用"', "remarks", '二行\r\n、"引用"'),
    ],
)
def test_what_is_normalized_and_what_stays(column: str, written: str, key: str, value: object) -> None:
    row = read(PERSON | {column: written}).accepted[0]
    assert row.values[key] == value
    assert row.original[column] == written


@pytest.mark.parametrize("written", ["2026/11/2 9:30", "2026-11-02 09:30:00", "２０２６／１１／０２　０９：３０"])
def test_moments_as_spreadsheets_leave_them(written: str) -> None:
    assert read(PERSON | {"申込日時": written}).accepted[0].values["agreed_at"] == datetime.fromisoformat(
        "2026-11-02T09:30+09:00"
    )


def test_no_row_is_judged_by_today() -> None:
    assert len(read(PERSON | {"申込日時": "2099/12/31 23:59"}).accepted) == 1
    assert len(read(PERSON | {"申込日時": "1999/01/01 00:00"}).accepted) == 1


# --- kept out ---


@pytest.mark.parametrize(
    ("column", "written", "told"),
    [
        ("受付番号", " ", "受付番号がありません"),
        ("法人名・氏名", "\u3000", "法人名・氏名がありません"),
        ("申込日時", "2026/02/30 10:00", "申込日時"),
        ("申込日時", "2026/11/02 24:00", "申込日時"),
        ("申込日時", "2026/11/02", "申込日時"),
        ("申込日時", "", "申込日時"),
        ("希望ライセンス数", "0", "1以上の整数"),
        ("希望ライセンス数", "-3", "1以上の整数"),
        ("希望ライセンス数", "2.5", "1以上の整数"),
        ("希望ライセンス数", "二十", "1以上の整数"),
        ("希望ライセンス数", "", "1以上の整数"),
        ("希望ライセンス数", "9" * 150, "1,000,000を超えて"),
        ("メールアドレス", "", "メールアドレス"),
        ("メールアドレス", "minori.kohan.example", "メールアドレス"),
        ("メールアドレス", "a@b@kohan.example", "メールアドレス"),
        ("メールアドレス", "minori@kohan", "メールアドレス"),
        ("メールアドレス", "mi nori@kohan.example", "メールアドレス"),
        ("メールアドレス", "minori@kohan.example\r\nBcc: x@y.example", "メールアドレス"),
        ("規約同意", "いいえ", "同意していません"),
        ("規約同意", "", "同意していません"),
        ("担当者氏名", "あ" * 201, "担当者氏名が201文字"),
    ],
)
def test_what_keeps_a_row_out(column: str, written: str, told: str) -> None:
    assert told in reason(PERSON | {column: written})


def test_all_reasons_are_told_at_once() -> None:
    told = reason(PERSON | {"法人名・氏名": "", "希望ライセンス数": "x", "規約同意": "いいえ"})
    assert [part in told for part in ("法人名・氏名", "「x」", "同意")] == [True] * 3


def test_a_row_with_too_few_or_too_many_fields() -> None:
    whole = file_of(PERSON).decode().rstrip()
    short = read_applications((whole.rsplit(",", 3)[0] + "\r\n").encode()).rejected[0]
    assert (short.row, short.number) == (2, PERSON["受付番号"])
    assert "途中で切れて" in short.reason
    assert short.original["法人名・氏名"] == "湖畔 みのり"
    assert "列が多すぎます" in read_applications((whole + ",余分\r\n").encode()).rejected[0].reason
    assert len(read_applications((whole + ",,\r\n").encode()).accepted) == 1


def test_a_name_of_ten_megabytes_is_one_rejected_row() -> None:
    intake = read(PERSON | {"法人名・氏名": "湖" * 3_500_000}, COMPANY)
    assert [row.number for row in intake.accepted] == [COMPANY["受付番号"]]
    assert "法人名・氏名が3,500,000文字あります" in intake.rejected[0].reason
    assert len(intake.rejected[0].original["法人名・氏名"]) < 600


# --- numbers seen before ---


def test_same_number_same_content_is_listed_once_a_row() -> None:
    intake = read(PERSON, PERSON, COMPANY, PERSON | {"フリガナ": "ｺﾊﾝ ﾐﾉﾘ"})
    assert [row.row for row in intake.accepted] == [2, 4]
    assert [row.row for row in intake.duplicates] == [3, 5]


def test_same_number_other_content_is_kept_out() -> None:
    intake = read(PERSON, PERSON | {"希望ライセンス数": "6"})
    assert [row.row for row in intake.accepted] == [2]
    assert "内容相違" in intake.rejected[0].reason


def test_numbers_taken_in_by_earlier_files() -> None:
    taken = {row.number: row.content_hash for row in read(PERSON, COMPANY).accepted}
    intake = read(PERSON, COMPANY | {"備考": "急ぎ"}, taken=taken)
    assert ([row.row for row in intake.duplicates], [row.row for row in intake.rejected]) == ([2], [3])
    assert len(taken) == 2


def test_a_corrected_row_under_a_rejected_number_is_taken_in() -> None:
    intake = read(PERSON | {"希望ライセンス数": "0"}, PERSON, PERSON)
    assert ([r.row for r in intake.rejected], [r.row for r in intake.accepted]) == ([2], [3])
    assert [r.row for r in intake.duplicates] == [4]


def test_content_is_the_same_in_either_encoding() -> None:
    wave = PERSON | {"備考": "10\uff5e20名 \uff0d 至急"}
    one = read_applications(file_of(wave, encoding="cp932")).accepted[0]
    other = read(wave | {"備考": "10\u301c20名 \u2212 至急"}).accepted[0]
    assert one.content_hash == other.content_hash


# --- flags ---


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (PERSON, ()),
        (COMPANY, ()),
        (COMPANY | {"法人番号": "１０００-0120-50002"}, (Flag.CHECK_DIGIT,)),
        (COMPANY | {"法人番号": "7.00001E+12"}, (Flag.CHECK_DIGIT,)),
        (COMPANY | {"法人番号": ""}, (Flag.NO_CORPORATE_NUMBER,)),
        (COMPANY | {"区分": "団体", "法人番号": ""}, ()),
        (PERSON | {"法人番号": "7000012050002"}, (Flag.CORPORATE_NUMBER_OF_PERSON,)),
        (PERSON | {"郵便番号": "000-0000"}, (Flag.UNKNOWN_POSTAL_CODE,)),
        (PERSON | {"郵便番号": "10"}, (Flag.UNKNOWN_POSTAL_CODE,)),
        (PERSON | {"郵便番号": ""}, (Flag.UNKNOWN_POSTAL_CODE,)),
        (PERSON | {"同意規約版": "2019-01-01"}, (Flag.UNKNOWN_VERSION,)),
        (PERSON | {"区分": "その他", "申込経路": "電話"}, (Flag.UNKNOWN_KIND, Flag.UNKNOWN_CHANNEL)),
    ],
)
def test_what_is_flagged(row: dict[str, str], told: tuple[str, ...]) -> None:
    assert flags(row, known_versions=["2025-04-01"]) == [told]


def test_versions_are_looked_at_only_when_known() -> None:
    assert flags(PERSON) == [()]
    assert flags(PERSON, known_versions=[]) == [(Flag.UNKNOWN_VERSION,)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"法人名・氏名": "（株）山彦商会"}, (Flag.SAME_APPLICANT,)),
        ({"法人番号": "1180301018771", "メールアドレス": "office@yamabiko.example"}, ()),
        ({"法人番号": "", "法人名・氏名": "㈱ やまびこ"}, (Flag.NO_CORPORATE_NUMBER, Flag.SAME_NAME)),
        ({"法人番号": "", "電話番号": "０３（００００）０００２"}, (Flag.NO_CORPORATE_NUMBER, Flag.SAME_APPLICANT)),
        ({"法人番号": "", "法人名・氏名": "株式会社こだま", "電話番号": "03-0000-0002"}, (Flag.NO_CORPORATE_NUMBER,)),
    ],
)
def test_same_applicant_within_the_file(change: dict[str, str], told: tuple[str, ...]) -> None:
    later = COMPANY | {
        "受付番号": "WEB-2026-10003",
        "電話番号": "03-0000-0009",
        "メールアドレス": "b@yamabiko.example",
        "町域番地": "大手町9丁目",
    }
    first, second = read(COMPANY, later | change).accepted
    assert (first.flags, first.same_as) == ((), ())
    assert second.flags == told
    hit = any(flag in told for flag in (Flag.SAME_APPLICANT, Flag.SAME_NAME))
    assert second.same_as == ((COMPANY["受付番号"],) if hit else ())


# --- the file as a whole ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encodings_are_told_apart(encoding: str) -> None:
    data = file_of(PERSON | {"法人名・氏名": "髙﨑 みのり①"}, encoding=encoding)
    for intake in (read_applications(data), read_applications(data, encoding=encoding)):
        assert intake.encoding == encoding.removesuffix("-sig")
        assert intake.accepted[0].values["name"] == "髙﨑 みのり①"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "空です"),
        (b"\xef\xbb\xbf\r\n \r\n", "空です"),
        (b" , ,\r\n", "見出し"),
        (b"PK\x03\x04rest of a workbook", "Excel"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "CSVではない"),
        (file_of(PERSON | {"備考": "a\0b"}), "CSVではない"),
        (file_of(PERSON, encoding="utf-16"), "UTF-16"),
        (b"\x82\xff\xfe\x81", "文字コード"),
        (file_of(PERSON) + b"\xff", "3行目"),
        (file_of(PERSON, encoding="euc-jp"), "取り込んでください"),
        (file_of(PERSON).replace("希望ライセンス数".encode(), "ライセンス".encode()), "希望ライセンス数"),
        (file_of(PERSON).replace(b",", b"\t"), "見出し"),
        (file_of(PERSON).replace("建物名".encode(), "部署".encode()), "建物名"),
        (file_of(PERSON, columns=(*COLUMNS, "備考")), "2つ"),
        (file_of(PERSON, COMPANY | {"備考": "閉じない"}).replace("閉じない".encode(), '"閉じない'.encode()), "3行目"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(data: bytes, told: str) -> None:
    assert told in refusal(data)


def test_an_encoding_that_is_named_wrongly() -> None:
    assert "1行目" in refusal(file_of(PERSON, encoding="cp932"), encoding="utf-8")
    assert "扱えません" in refusal(file_of(PERSON), encoding="latin-1")


def test_columns_may_stand_in_any_order_and_beside_others() -> None:
    row = read_applications(file_of(PERSON, columns=("社内メモ", *reversed(COLUMNS)))).accepted[0]
    assert (row.values["licenses"], row.original["社内メモ"]) == (5, "x")


def test_blank_records_are_passed_over_but_counted() -> None:
    lines = file_of(PERSON, COMPANY).split(b"\r\n")
    intake = read_applications(b"\r\n".join([lines[0], b"", lines[1], b"," * 20, lines[2], b"\x1a"]))
    assert [row.row for row in intake.accepted] == [3, 5]


def many(count: int) -> bytes:
    header, row = file_of(PERSON).splitlines()
    number = PERSON["受付番号"].encode()
    return b"\r\n".join([header, *(row.replace(number, b"N%06d" % place, 1) for place in range(count))])


def test_memory_grows_with_the_file_and_a_name_in_every_row_stays_short() -> None:
    data = many(2_000)
    tracemalloc.start()
    intake = read_applications(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(intake.accepted) == 2_000
    assert peak < 40 * len(data)
    assert max(len(row.same_as) for row in intake.accepted) == 20


def test_fifty_thousand_rows_and_not_one_more() -> None:
    assert len(read_table(many(MAX_ROWS)).records) == MAX_ROWS
    assert "50,000行を超えて" in refusal(many(MAX_ROWS + 1))


def judged(data: bytes) -> list[str]:
    try:
        return [row.reason for row in read_applications(data).rejected]
    except RefusedWhole as refused:
        return [str(refused)]


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(rest: bytes) -> None:
    told = judged(rest) + judged(file_of(PERSON) + rest)
    assert all(reason.endswith("。") for reason in told)


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)))
@settings(max_examples=200, deadline=None)
def test_any_cells_are_judged(change: dict[str, str]) -> None:
    try:
        intake = read(PERSON | change)
    except RefusedWhole:
        return
    assert len(intake.accepted) + len(intake.rejected) == (1 if any((PERSON | change).values()) else 0)
