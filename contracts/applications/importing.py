"""A file of applications, judged whole, then pressed row by row (Art. 6(1); readings, section 6).

An import that was interrupted goes on where it stopped: what it had taken in is a duplicate when the same file comes
again. Two imports of one file at once do not double: the database holds each 受付番号 once, and whoever comes second
meets a duplicate.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from config.desk import clock
from config.desk.press import press
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.applications.forms import ReceiveForm
from contracts.applications.intake import Intake as Judged
from contracts.applications.intake import Rejected, Row, read_applications
from contracts.applications.models import Application, Intake, RejectedRow
from contracts.rules import identifiers
from contracts.terms.models import TermsVersion

RECEIVE = "applications.receive"
_ASKED_AT_ONCE = 1000  # numbers looked up in one query


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
    if taken := _taken(row.number for row in judged.accepted):
        judged = read_applications(data, encoding=encoding, known_versions=versions, taken=taken)
    return judged


def _taken(numbers: Iterable[str]) -> dict[str, str]:
    """Of these numbers those taken in, with the digest of their content."""
    wanted, taken = list(numbers), dict[str, str]()
    for begin in range(0, len(wanted), _ASKED_AT_ONCE):
        taken |= Application.objects.taken(wanted[begin : begin + _ASKED_AT_ONCE])
    return taken


def take_in(judged: Judged, *, file_name: str, data: bytes, by: Any, at: datetime) -> IntakeResult:
    """Press every accepted row as `by`, then keep the file's outcome with its rejected rows. `data`: the judged bytes.

    Refused, before the first row, where no version of the terms is in force: nothing could be screened under it.
    """
    TermsVersion.objects.in_force(clock.jst_day(at))
    result = IntakeResult(duplicates=[row.number for row in judged.duplicates], rejected=list(judged.rejected))
    for row in judged.accepted:
        _take(row, result, by, at)
    result.rejected.sort(key=lambda row: row.row)
    result.intake = _keep(result, judged.encoding, file_name, data, by, at)
    return result


def _take(row: Row, result: IntakeResult, by: Any, at: datetime) -> None:
    try:
        press(RECEIVE, None, by=by, at=at, data=as_fields(row), reason=f"{row.row}行目から取り込むため")
    except Refused as refused:
        result.rejected.append(Rejected(row.row, row.number, refused.message, row.original))
    except IntegrityError:
        _clash(row, result)
    else:
        result.accepted.append(row.number)


def _clash(row: Row, result: IntakeResult) -> None:
    """Somebody else took the number in since the file was judged; any other clash is a mistake of ours and raises."""
    taken = _taken([row.number])
    if row.number not in taken:
        raise
    if taken[row.number] == row.content_hash:
        result.duplicates.append(row.number)
        return
    reason = f"受付番号{row.number}は、別の内容で取り込み済みです（内容相違）。取り込み済みの申込と見比べてください。"
    result.rejected.append(Rejected(row.row, row.number, reason, row.original))


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


def _keep(result: IntakeResult, encoding: str, file_name: str, data: bytes, by: Any, at: datetime) -> Intake:
    with step("applications.import", by=by, at=at, reason=file_name):
        intake = Intake.objects.create(
            file_name=file_name[:200],
            sha256=hashlib.sha256(data).hexdigest(),
            encoding=encoding,
            accepted=len(result.accepted),
            duplicates=len(result.duplicates),
            rejected=len(result.rejected),
            by=by,
            at=at,
        )
        for row in result.rejected:
            RejectedRow.objects.create(
                intake=intake, row=row.row, source_number=row.number[:40], reason=row.reason, original=row.original
            )
    return intake
