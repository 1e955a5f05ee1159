"""What still keeps a mended row out, by its column: told together with what the form itself lacks, so that nobody asks twice."""

from collections.abc import Iterator, Mapping

from contracts.applications.intake_row import obstacles, too_long
from contracts.applications.intake_table import COLUMNS
from contracts.applications.mending import AGREED, AGREED_VERSION, YES
from contracts.applications.models import Application

Fault = tuple[str, str]  # the column, and the sentence
NUMBER = "受付番号"


def together(cells: Mapping[str, str], *, other: bool) -> list[Fault]:
    """The faults that the form tells. `other`: it has errors of its own.

    Without such errors a row of one kind of fault is refused by the verb, with all of that kind: nothing is told here.
    """
    first, later = list(_of_columns(cells)), list(_afterwards(cells))
    return [*first, *later] if other or (first and later) else []


def _of_columns(cells: Mapping[str, str]) -> Iterator[Fault]:
    given = {column: cells.get(column, "") for column in COLUMNS} | {AGREED: YES}
    for text in list(too_long(given)) or obstacles(given):
        yield next(column for column in COLUMNS if text.startswith(column)), text


def _afterwards(cells: Mapping[str, str]) -> Iterator[Fault]:
    """What the verb sees only in a row that can be read."""
    if not cells.get(AGREED_VERSION, "").strip():
        yield AGREED_VERSION, "同意規約版がありません。申込者に確かめて補ってください。"
    number = cells.get(NUMBER, "").strip()
    if number and number in Application.objects.taken([number]):
        yield (
            NUMBER,
            f"受付番号{number}は、取り込み済みです。同じ申込なら「取り込まない」に、別の申込なら新しい番号にしてください。",
        )
