"""An Excel workbook as records of text, so that it is judged as the CSV of the same rows is.

Excel keeps numbers and days where the web form wrote text: 5.0 becomes 5, a moment is written as the form writes it.
A postal or telephone number that Excel has already robbed of its leading zero stays so, and is flagged as any other.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
NEEDED = "希望ライセンス数"  # blank from this column on, a row was cut short: a workbook has no shorter rows


class UnreadableWorkbook(ValueError):
    """The message says in Japanese why, and what to do instead."""


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as .xlsx or .xls do."""
    return data.startswith(SIGNATURES)


def records(data: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet with their numbers in it (the header's is 1, if it stands first); blank rows are
    passed over. UnreadableWorkbook where it cannot be opened, or has more than `most` rows beside the header."""
    rows = _rows(data)
    taken, header = 0, list[str]()
    for number, row in enumerate(rows, start=1):
        cells = [as_text(cell) for cell in row]
        if not any(cell.strip() for cell in cells):
            continue
        taken += 1
        if taken > most + 1:
            raise UnreadableWorkbook(f"{most:,}行を超えています。ファイルを分けて、何回かで取り込んでください。")
        header = header or _trimmed(cells)
        yield number, _as_written(cells, header)


def _rows(data: bytes) -> list[list[Any]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return list(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except (CalamineError, IndexError, ValueError, OSError) as broken:
        raise UnreadableWorkbook(
            "Excelブックを開けません。パスワードを外すか、Excelで保存し直してから、取り込んでください。"
        ) from broken


def as_text(cell: Any) -> str:
    """What the web form would have written: 2026/11/02 09:30, 2026/11/02, 5."""
    if isinstance(cell, bool):
        return "はい" if cell else "いいえ"
    if isinstance(cell, datetime):
        return f"{cell:%Y/%m/%d %H:%M}" if not cell.second else f"{cell:%Y/%m/%d %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%Y/%m/%d}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _as_written(cells: list[str], header: list[str]) -> list[str]:
    """The cells under the header; cut short where nothing stands from 希望ライセンス数 on."""
    names = [name.strip() for name in header]
    needed = names.index(NEEDED) if NEEDED in names else len(names)
    filled = _trimmed(cells)
    if len(filled) <= needed < len(header):
        return filled
    return [*filled, *[""] * (len(header) - len(filled))]
