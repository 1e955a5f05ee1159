"""The file as a table: encoding, header, records. What cannot be read at all is refused here, as a whole."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.applications import intake_excel

COLUMNS = (
    "受付番号",
    "申込日時",
    "申込経路",
    "区分",
    "法人名・氏名",
    "フリガナ",
    "法人番号",
    "郵便番号",
    "都道府県",
    "市区町村",
    "町域番地",
    "建物名",
    "部署",
    "担当者氏名",
    "役職",
    "電話番号",
    "メールアドレス",
    "希望ライセンス数",
    "規約同意",
    "同意規約版",
    "備考",
)
MAX_ROWS = 50_000
MAX_BYTES = 64 * 1024 * 1024

_ENCODINGS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf8": "utf-8", "cp932": "cp932", "shift_jis": "cp932"}
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


class RefusedWhole(ValueError):
    """The file cannot be taken in at all; the message says in Japanese why, and what to do instead."""


@dataclass(frozen=True)
class Table:
    """The header, and each record with its number in the file (the header being 1); blank records are passed over."""

    encoding: str
    columns: tuple[str, ...]
    records: list[tuple[int, list[str]]]


def read_table(data: bytes, encoding: str = "auto") -> Table:
    """Open the file; `RefusedWhole` where it is no such table, a quotation mark is not closed or rows are too many."""
    if intake_excel.is_workbook(data):
        return _read_workbook(data)
    data = data.rstrip(b"\x1a")  # the end mark of old tools
    _refuse_other_files(data)
    encoding = _encoding_of(data) if encoding == "auto" else _named(encoding)
    (_, header), *records = list(_records(_decoded(data, encoding))) or [(1, [])]
    return Table(encoding, _columns(header), records)


def _read_workbook(data: bytes) -> Table:
    _refuse_too_large(data)
    try:
        found = list(intake_excel.records(data, MAX_ROWS))
    except intake_excel.UnreadableWorkbook as broken:
        raise RefusedWhole(str(broken)) from broken
    (_, header), *records = found or [(1, [])]
    return Table("xlsx", _columns(header), records)


def _refuse_too_large(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise RefusedWhole("ファイルが64MBを超えています。行を分けて、何回かで取り込んでください。")


def _refuse_other_files(data: bytes) -> None:
    if not data.removeprefix(_BOM).strip():
        raise RefusedWhole("ファイルが空です。申込の一覧を書き出し直してから、取り込んでください。")
    _refuse_too_large(data)
    if data.startswith(_UTF_16):
        raise RefusedWhole(
            "文字コードがUTF-16です。「CSV UTF-8（コンマ区切り）」で保存し直してから、取り込んでください。"
        )
    if _NO_TEXT.search(data):
        raise RefusedWhole(
            "CSVではないファイルです（文字でない内容があります）。申込のCSVかExcelブックを選んでください。"
        )


def _named(encoding: str) -> str:
    try:
        return _ENCODINGS[encoding.lower()]
    except KeyError:
        raise RefusedWhole(
            f"文字コード「{encoding}」は扱えません。UTF-8かcp932（Shift_JIS）を選んでください。"
        ) from None


def _encoding_of(data: bytes) -> str:
    """The encoding in which the first column's name is found, else the first that fits."""
    if data.startswith(_BOM):
        return "utf-8"
    head = data[:4096]
    for encoding in ("utf-8", "cp932"):
        if any(name.encode(encoding) in head for name in COLUMNS[:2]):
            return encoding
    for encoding in ("utf-8", "cp932"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise RefusedWhole("文字コードが分かりません。UTF-8かcp932（Shift_JIS）で保存し直してから、取り込んでください。")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.removeprefix(_BOM).decode(encoding)
    except UnicodeDecodeError as broken:
        line = broken.object[: broken.start].count(b"\n") + 1
        raise RefusedWhole(
            f"{line}行目に、{encoding}では読めない文字があります。文字コードを確かめて、保存し直してから取り込んでください。"
        ) from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    # The limit holds for the whole process and is only ever raised: how long a field may be is judged row by row.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = taken = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell and not cell.isspace() for cell in cells):
                taken += 1
                if taken > MAX_ROWS + 1:
                    raise RefusedWhole(f"{MAX_ROWS:,}行を超えています。ファイルを分けて、何回かで取り込んでください。")
                yield number, cells
    except csv.Error:
        raise RefusedWhole(
            f'{number + 1}行目の引用符（"）が、正しく閉じられていません。その行を直してから、取り込んでください。'
        ) from None


def _columns(header: list[str]) -> tuple[str, ...]:
    """The column names in the file's order; other columns than ours are kept with the original."""
    ours = {unicodedata.normalize("NFKC", name): name for name in COLUMNS}
    plain = [unicodedata.normalize("NFKC", name).strip() for name in header]
    names = [ours.get(name, name) for name in plain]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise RefusedWhole(
            f"見出しの列が足りません：{'、'.join(missing)}。1行目に列名がある申込のCSVかExcelブックを選んでください。"
        )
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise RefusedWhole(f"同じ見出しの列が2つあります：{'、'.join(twice)}。1つにしてから、取り込んでください。")
    return tuple(names)
