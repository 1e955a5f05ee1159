"""The rows of a file, taken in by batches. What is done stands in the tables, so whoever comes next goes on from there.

Nothing is kept in the memory of a process: two that take in the same file at once do not double (the database holds each
受付番号 once), and one that was killed leaves rows that are in, or are not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from config.desk import clock
from config.desk.locking import locked
from config.desk.press import press
from config.desk.refusal import NotPermitted, Refused
from config.desk.step import step
from contracts.applications import intake_files
from contracts.applications.intake import Rejected
from contracts.applications.models import Application, Intake, RejectedRow

RECEIVE, IMPORT = "applications.receive", "applications.import"
BATCH = 100  # rows after which the counts are brought up to date
_ASKED_AT_ONCE = 1000  # numbers looked up in one query
GONE = "取り込む途中のファイルが失われています。同じファイルを、もう一度取り込んでください。取り込み済みの行は、重複になります。"
Entry = dict[str, Any]  # row, number, original; with hash ("" of a row that is kept out) fields, or the reason


@dataclass
class Taken:
    """What this run brought: numbers that it took in, and rows that are kept out."""

    accepted: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def taken_before(numbers: Iterable[str]) -> dict[str, str]:
    """Of these numbers those taken in, with the digest of their content."""
    wanted, taken = list(numbers), dict[str, str]()
    for begin in range(0, len(wanted), _ASKED_AT_ONCE):
        taken |= Application.objects.taken(wanted[begin : begin + _ASKED_AT_ONCE])
    return taken


def go_on(intake: Intake, *, by: Any, at: datetime, most: int | None = None) -> Taken:
    """Take in at most so many of the rows that wait (None: all of them), and bring the counts up to date.

    Raises NotPermitted where `by` may not take applications in, Refused where the kept rows are lost.
    """
    told = Taken()
    waiting = _waiting(intake)
    now = waiting if most is None else waiting[:most]
    for begin in range(0, len(now), BATCH):
        for entry in now[begin : begin + BATCH]:
            _take(intake, entry, told, by, at)
        _count(intake, by, at, done=False)
    if len(now) == len(waiting):
        _count(intake, by, at, done=True)
        intake_files.forget(intake.pk)
    intake.refresh_from_db()
    return told


def _waiting(intake: Intake) -> list[Entry]:
    """The rows of which nothing is known yet, in the file's order."""
    entries = intake_files.kept(intake.pk)
    if entries is None:
        if Intake.objects.filter(pk=intake.pk, state=Intake.State.RUNNING).exists():
            raise Refused(GONE, clause="6(1)")
        return []  # another has just finished it
    taken = taken_before(entry["number"] for entry in entries)
    out = set(intake.rejected_rows.values_list("row", flat=True))
    return [e for e in entries if e["row"] not in out and taken.get(e["number"]) != e["hash"]]


def _take(intake: Intake, entry: Entry, told: Taken, by: Any, at: datetime) -> None:
    if "reason" in entry:
        _keep_out(intake, entry, entry["reason"], told, by, at)
        return
    if entry["number"] in (taken := taken_before([entry["number"]])):
        _met(intake, entry, taken[entry["number"]], told, by, at)
        return
    try:
        data = entry["fields"] | {"intake": intake.pk}
        press(RECEIVE, None, by=by, at=at, data=data, reason=f"{entry['row']}行目から取り込むため")
    except NotPermitted:
        raise
    except Refused as refused:
        _keep_out(intake, entry, refused.message, told, by, at)
    except IntegrityError:
        taken = taken_before([entry["number"]])
        if entry["number"] not in taken:
            raise  # any other clash is a mistake of ours
        _met(intake, entry, taken[entry["number"]], told, by, at)
    else:
        told.accepted.append(entry["number"])


def _met(intake: Intake, entry: Entry, content_hash: str, told: Taken, by: Any, at: datetime) -> None:
    """Somebody else took the number in since the file was judged."""
    if content_hash == entry["hash"]:
        return
    reason = (
        f"受付番号{entry['number']}は、別の内容で取り込み済みです（内容相違）。取り込み済みの申込と見比べてください。"
    )
    _keep_out(intake, entry, reason, told, by, at)


def _keep_out(intake: Intake, entry: Entry, reason: str, told: Taken, by: Any, at: datetime) -> None:
    told.rejected.append(Rejected(entry["row"], entry["number"], reason, entry["original"]))
    with step(IMPORT, by=by, at=at, reason=intake.file_name):
        given = {"source_number": entry["number"][:40], "reason": reason, "original": entry["original"]}
        RejectedRow.objects.get_or_create(intake=intake, row=entry["row"], defaults=given)


def _count(intake: Intake, by: Any, at: datetime, *, done: bool) -> None:
    with step(IMPORT, by=by, at=at, reason=intake.file_name):
        fresh = locked(Intake, intake.pk)
        if fresh.state != Intake.State.RUNNING:
            return
        fresh.accepted, fresh.rejected = fresh.applications.count(), fresh.rejected_rows.count()
        fresh.progressed_at = clock.now()
        if done:
            fresh.state, fresh.duplicates = Intake.State.DONE, fresh.rows - fresh.accepted - fresh.rejected
        fresh.save()
