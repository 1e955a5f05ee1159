"""The address list of a run as a file, in the order of the PDF."""

from collections.abc import Iterator
from typing import Any

from config.desk.exports import Column, lines
from notices.composing import addressee_of
from notices.engine import label
from notices.posting.models import PrintRun, PrintRunLetter
from notices.posting.options import postage_words
from notices.rendering.blocks import name_lines, place_lines


def _address(letter: PrintRunLetter, name: str) -> str:
    return str(letter.delivery.address.get(name, ""))


def _honorific(letter: PrintRunLetter) -> str:
    """A person's 様 stands for that person; never two."""
    return "様" if _address(letter, "contact").strip() else _address(letter, "honorific")


COLUMNS = [
    Column("順", lambda row: row.position),
    Column("頁", lambda row: row.pages),
    Column("通知番号", lambda row: row.notice.number),
    Column("郵便番号", lambda row: _address(row, "postal_code")),
    Column("住所", lambda row: _address(row, "address")),
    Column("名称", lambda row: _address(row, "name")),
    Column("担当者", lambda row: _address(row, "contact")),
    Column("敬称", _honorific),
    Column("通知の種類", lambda row: label(row.notice.kind)),
    Column("郵便の種類", lambda row: postage_words(row.postage or row.run.postage)),
    Column("追跡番号", lambda row: row.delivery.tracking_number),
    Column("再発行", lambda row: "再発行" if row.reprint else ""),
]


def standing(run: PrintRun) -> Any:
    """The letters that are in the run and were not cancelled, in the order of the PDF."""
    rows = run.letters.exclude(state=PrintRunLetter.State.PULLED_OUT).to_hand_in()
    return rows.select_related("run", "delivery__notice__customer").in_order()


def address_list(run: PrintRun, encoding: str) -> Iterator[bytes]:
    """The file, line by line; formulas are escaped."""
    return lines(COLUMNS, standing(run), encoding)


def to_whom(letter: PrintRunLetter) -> str:
    """Name and person with exactly one honorific, as on the envelope."""
    return "　".join(name_lines(addressee_of(letter.delivery.address)))


def where(letter: PrintRunLetter) -> str:
    """Postal code and address in one line."""
    return "　".join(place_lines(addressee_of(letter.delivery.address)))
