"""The same rows in cp932, UTF-8 with and without BOM and as a workbook give the same."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from contracts.applications.intake import COLUMNS, Intake, RefusedWhole, read_applications
from contracts.applications.intake_excel import as_text
from tests.support.shared import SHARED

SAMPLE = SHARED / "samples" / "applications-2026-11.csv"
ROW = [
    "WEB-2026-90001",
    "2026/11/02 09:30",
    "Web",
    "法人",
    "㈱はまなす運輸",
    "ハマナスウンユ",
    "7000012050002",
    "100-0005",
    "東京都",
    "千代田区",
    "見本町9丁目9番9号",
    "はまなすビル2階",
    "総務部",
    "浜 茄子美",
    "部長",
    "03-0000-0001",
    "soumu@hamanasu.example",
    "5",
    "はい",
    "2025-04-01",
    "",
]
AS_EXCEL_KEEPS_IT = {"申込日時": datetime(2026, 11, 2, 9, 30), "法人番号": 7000012050002, "希望ライセンス数": 5}


def workbook(records: list[list[Any]]) -> bytes:
    """An .xlsx with these rows in its first sheet; blank cells are not written, as Excel does not."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
    ) as book:
        sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy/mm/dd hh:mm"})
        book.add_worksheet("控え").write(0, 0, "ほかの表")
        for number, record in enumerate(records):
            for place, cell in enumerate(record):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, place, cell, moment)
                elif cell != "":
                    sheet.write(number, place, cell)
    return made.getvalue()


def outcome(judged: Intake) -> dict[str, Any]:
    return {
        "accepted": [(row.row, row.number, row.content_hash, row.flags, row.same_as) for row in judged.accepted],
        "duplicates": [(row.row, row.number) for row in judged.duplicates],
        "rejected": [(row.row, row.number) for row in judged.rejected],
    }


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"the sample is not here: {SAMPLE}")
def test_the_sample_gives_the_same_in_each_form() -> None:
    data = SAMPLE.read_bytes()
    text = data.decode("cp932")
    told = outcome(read_applications(data))
    assert outcome(read_applications(text.encode())) == told
    assert outcome(read_applications(b"\xef\xbb\xbf" + text.encode())) == told
    judged = read_applications(workbook(list(csv.reader(io.StringIO(text, newline="")))))
    assert judged.encoding == "xlsx"
    assert outcome(judged) == told
    assert min(len(rows) for rows in told.values()) > 0


def test_numbers_and_moments_that_excel_made_are_read_as_the_form_wrote_them() -> None:
    kept = [AS_EXCEL_KEEPS_IT.get(name, cell) for name, cell in zip(COLUMNS, ROW, strict=True)]
    plain, made = (read_applications(workbook([list(COLUMNS), row])) for row in (ROW, kept))
    assert plain.accepted
    assert outcome(made) == outcome(plain)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(5.0, "5"), (5.5, "5.5"), (True, "はい"), (datetime(2026, 11, 2), "2026/11/02 00:00"), (datetime(2026, 11, 2, 9, 30, 5), "2026/11/02 09:30:05"), ("", "")],
)  # fmt: skip
def test_a_cell_as_text(cell: Any, text: str) -> None:
    assert as_text(cell) == text


def test_rows_keep_their_numbers_over_blank_ones() -> None:
    judged = read_applications(workbook([list(COLUMNS), [], ROW, ROW[:9]]))
    assert [row.row for row in judged.accepted] == [3]
    assert [(row.row, "途中で切れて" in row.reason) for row in judged.rejected] == [(4, True)]


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest"])
def test_what_cannot_be_opened_is_refused_whole(data: bytes) -> None:
    with pytest.raises(RefusedWhole, match="Excelブックを開けません"):
        read_applications(data)


def test_a_workbook_without_our_columns_is_refused_whole() -> None:
    with pytest.raises(RefusedWhole, match="見出しの列が足りません"):
        read_applications(workbook([["名称"], ["はまなす運輸"]]))
