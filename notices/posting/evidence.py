"""What was printed is checked like the letters themselves: each run against its history, and its file against its SHA-256."""

from collections.abc import Iterator
from typing import Any

from contracts.incoming import storage
from notices.evidence import verify
from notices.evidence.histories import against_history
from notices.evidence.verify import Difference
from notices.posting.models import PrintRun

LOST = "印刷したPDFのファイルが、ないか、記録されたSHA-256と合いません。バックアップから files の下へ戻してください。"


def _numbers(rows: list[Any]) -> dict[int, str]:
    return {row.id: row.number for row in rows}


def files() -> Iterator[Difference]:
    """Every kept file is there and is what it was; one at a time."""
    runs = PrintRun.objects.exclude(file_sha256="").order_by("pk").values_list("number", "file_sha256")
    for number, sha256 in runs.iterator():
        if storage.kept(sha256) is None:
            yield Difference(number, LOST)


def runs() -> Iterator[Difference]:
    """Every run as its history left it: its SHA-256 cannot be changed together with its file."""
    return against_history(PrintRun, "印刷", _numbers)


def register_all() -> None:
    """Called once, when the engine starts."""
    verify.register("印刷のファイル", files)
    verify.register("印刷の記録", runs)
