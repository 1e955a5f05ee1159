"""A folder into which the web form's export is dropped: each file is taken in once, then moved to 済 or 不可.

A file is moved only when its outcome stands in the tables. A run that was killed before that finds the file again, and
goes on; one that was killed between the two finds that the same content is done, and only moves it.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError

from config.desk.refusal import Refused
from config.desk.step import step, system_user
from contracts.applications import importing
from contracts.applications.batches import IMPORT
from contracts.applications.intake import Intake as Judged
from contracts.applications.intake import RefusedWhole
from contracts.applications.intake_table import MAX_BYTES
from contracts.applications.models import Intake

DONE, REFUSED, LOCK = "済", "不可", ".kiyaku-lock"
QUIET_SECONDS = 10  # a file that changed less than this ago may still be written
_UNFINISHED = (".part", ".tmp", ".crdownload", "~")
Source, State = Intake.Source, Intake.State


@dataclass(frozen=True)
class Outcome:
    """What became of one file: done, refused (moved to 不可), or left where it lies, with a sentence."""

    name: str
    state: str
    told: str
    intake: Intake | None = None


def take_all(folder: str | Path, *, at: datetime, quiet_seconds: int = QUIET_SECONDS) -> list[Outcome]:
    """Every file that lies there, in the order of names. OSError where the folder cannot be read.

    Another run that is at work in the same folder is left alone: then nothing is done, and the list is empty.
    """
    place = Path(folder)
    with _alone(place) as mine:
        return [_take(file, at) for file in _files(place, quiet_seconds)] if mine else []


@contextmanager
def _alone(place: Path) -> Iterator[bool]:
    """One run at a time on this machine; the lock goes with its process, however that ends."""
    with (place / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _files(place: Path, quiet_seconds: int) -> list[Path]:
    found = (file for file in sorted(place.iterdir()) if file.is_file() and not file.name.startswith("."))
    whole = (file for file in found if not file.name.lower().endswith(_UNFINISHED))
    return [file for file in whole if file.stat().st_mtime <= time.time() - quiet_seconds]


def _take(file: Path, at: datetime) -> Outcome:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)  # one more than may be: the judge says that it is too much
    except OSError:
        return Outcome(file.name, "left", "ファイルを読めません。権限を確かめてください。")
    if done := _done(data):
        return _moved(file, DONE, Outcome(file.name, "done", f"{done.at:%Y-%m-%d} に取り込み済みの内容です。", done))
    try:
        judged = importing.judge(data)
    except RefusedWhole as refused:
        return _refuse(file, data, str(refused), at)
    return _bring(file, data, judged, at)


def _done(data: bytes) -> Intake | None:
    """The same content was taken in before: what it rejected is not rejected twice."""
    return Intake.objects.filter(sha256=hashlib.sha256(data).hexdigest(), state=State.DONE).first()


def _bring(file: Path, data: bytes, judged: Judged, at: datetime) -> Outcome:
    given: dict[str, Any] = {"data": data, "by": system_user(), "at": at, "source": Source.FOLDER}
    try:
        result = importing.take_in(judged, file_name=file.name, **given)
    except IntegrityError:
        return Outcome(file.name, "left", "ほかの処理が、同じ内容を取り込んでいます。")
    except Refused as refused:  # nothing is wrong with the file: the next run tries again
        return Outcome(file.name, "left", f"{refused.message}{refused.instead}")
    told = (
        f"取り込んだ申込 {len(result.accepted)}　重複 {len(result.duplicates)}　取り込めない行 {len(result.rejected)}"
    )
    return _moved(file, DONE, Outcome(file.name, "done", told, result.intake))


def _refuse(file: Path, data: bytes, reason: str, at: datetime) -> Outcome:
    """Refused whole: on the screen of intakes, and in 不可 with the reason beside it."""
    sha256 = hashlib.sha256(data).hexdigest()
    known = {"sha256": sha256, "source": Source.FOLDER, "state": State.REFUSED, "file_name": file.name[:200]}
    intake = Intake.objects.filter(**known).first()
    if intake is None:
        with step(IMPORT, at=at, reason=file.name):
            intake = Intake.objects.create(**known, problem=reason, by=system_user(), at=at, progressed_at=at)
    target = _target(file, REFUSED)
    target.with_name(f"{target.name}.理由.txt").write_text(f"{reason}\n", encoding="utf-8-sig")
    return _moved(file, REFUSED, Outcome(file.name, "refused", reason, intake))


def _moved(file: Path, under: str, outcome: Outcome) -> Outcome:
    os.replace(file, _target(file, under))
    return outcome


def _target(file: Path, under: str) -> Path:
    """Its place; another content of the same name that lies there already is not overwritten."""
    folder = file.parent / under
    folder.mkdir(exist_ok=True)
    target = folder / file.name
    if target.exists() and target.read_bytes() != file.read_bytes():
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        target = folder / f"{file.stem}-{digest}{file.suffix}"
    return target
