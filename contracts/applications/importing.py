"""A file of applications, judged whole, then taken in row by row (Art. 6(1); readings, section 6).

An import that was interrupted goes on where it stopped when the same file comes again: what it had taken in is a
duplicate, its line of the intakes is the same. Two imports of one file at once do not double: see batches.py.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from config.desk import clock
from config.desk.press import as_post
from config.desk.step import step
from contracts.applications import batches, intake_files
from contracts.applications.batches import IMPORT, RECEIVE, taken_before
from contracts.applications.forms import ReceiveForm
from contracts.applications.intake import Intake as Judged
from contracts.applications.intake import Rejected, Row, read_applications
from contracts.applications.models import Intake
from contracts.rules import identifiers
from contracts.terms.models import TermsVersion

__all__ = ["RECEIVE", "IntakeResult", "as_fields", "begin", "judge", "take_in"]


@dataclass
class IntakeResult:
    """What became of the file: numbers of the web form, rejected rows with their reasons, and the row that keeps it."""

    accepted: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    intake: Intake | None = None

    def as_json(self) -> dict[str, Any]:
        """As `import_applications --json` prints it; rows are the CSV's records, the header being 1."""
        rejected = [{"row": row.row, "reason": row.reason} for row in self.rejected]
        return {"accepted": self.accepted, "duplicates": self.duplicates, "rejected": rejected}


def judge(data: bytes, encoding: str = "auto") -> Judged:
    """Judge the whole file against what was taken in before; writes nothing. RefusedWhole where it is no such file."""
    versions = set(TermsVersion.objects.values_list("number", flat=True))
    judged = read_applications(data, encoding=encoding, known_versions=versions)
    if taken := taken_before(row.number for row in judged.accepted):
        judged = read_applications(data, encoding=encoding, known_versions=versions, taken=taken)
    return judged


def take_in(
    judged: Judged, *, file_name: str, data: bytes, by: Any, at: datetime, source: str = Intake.Source.COMMAND
) -> IntakeResult:
    """Press every accepted row as `by`, and keep the file's outcome with its rejected rows. `data`: the judged bytes.

    Refused, before the first row, where no version of the terms is in force: nothing could be screened under it.
    """
    intake = begin(judged, file_name=file_name, data=data, by=by, at=at, source=source)
    told = batches.go_on(intake, by=by, at=at) if intake.state == Intake.State.RUNNING else batches.Taken()
    out = {row.row: row for row in [*judged.rejected, *told.rejected]}
    by_others = [row.number for row in judged.accepted if row.number not in told.accepted and row.row not in out]
    return IntakeResult(
        accepted=told.accepted,
        duplicates=[*(row.number for row in judged.duplicates), *by_others],
        rejected=[out[row] for row in sorted(out)],
        intake=intake,
    )


def begin(judged: Judged, *, file_name: str, data: bytes, by: Any, at: datetime, source: str) -> Intake:
    """The file's line of the intakes; its rows wait. The line of the run that was broken off, where one was.

    Refused where no version of the terms is in force.
    """
    TermsVersion.objects.in_force(clock.jst_day(at))
    sha256 = hashlib.sha256(data).hexdigest()
    if unfinished := Intake.objects.filter(sha256=sha256, state=Intake.State.RUNNING).order_by("pk").first():
        if intake_files.kept(unfinished.pk) is None:
            intake_files.keep(unfinished.pk, _entries(judged))
        return unfinished
    entries = _entries(judged)
    with step(IMPORT, by=by, at=at, reason=file_name):
        intake = Intake.objects.create(
            file_name=file_name[:200], sha256=sha256, encoding=judged.encoding, source=source, by=by, at=at,
            progressed_at=clock.now(), state=Intake.State.RUNNING if entries else Intake.State.DONE,
            duplicates=len(judged.duplicates), rows=len(entries) + len(judged.duplicates),
        )  # fmt: skip
        if entries:
            intake_files.keep(intake.pk, entries)
    return intake


def _entries(judged: Judged) -> list[batches.Entry]:
    """Rows to take in, and rows to keep with the reason why they are kept out, in the file's order."""
    accepted = [
        {
            "row": row.row,
            "number": row.number,
            "hash": row.content_hash,
            "original": row.original,
            "fields": _posted(row),
        }
        for row in judged.accepted
    ]
    rejected = [
        {"row": row.row, "number": row.number, "hash": "", "original": row.original, "reason": row.reason}
        for row in judged.rejected
    ]
    return sorted([*accepted, *rejected], key=lambda entry: int(entry["row"]))


def _posted(row: Row) -> dict[str, Any]:
    return as_post(as_fields(row)).dict()


def as_fields(row: Row) -> dict[str, Any]:
    """The verb's fields. What is longer than its field is cut, what is no postal code left out: `original` is whole."""
    fields = {name: _fitting(name, value) for name, value in row.values.items() if name in ReceiveForm.base_fields}
    return fields | {
        "postal_code": _postal_code(str(row.values["postal_code"])),
        "content_hash": row.content_hash,
        "original": json.dumps(row.original, ensure_ascii=False),
        "flags": json.dumps([str(flag) for flag in row.flags], ensure_ascii=False),
    }


def _fitting(name: str, value: Any) -> Any:
    limit = getattr(ReceiveForm.base_fields[name], "max_length", None)
    return value[:limit] if isinstance(value, str) else value


def _postal_code(text: str) -> str:
    try:
        return identifiers.postal_code(text)
    except ValueError:
        return ""
