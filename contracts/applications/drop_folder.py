"""A folder into which the web form's export is dropped: each file is taken in once, then moved to 済 or 不可.

A file is moved only when its outcome stands in the tables. A run that was killed before that finds the file again, and
goes on; one that was killed between the two finds that the same content is done, and only moves it. A file that makes
trouble is left where it lies, and the others go on; `waiting` tells of it until somebody has seen to it.
"""

import fcntl
import hashlib
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
from contracts.applications import drop_files, importing
from contracts.applications.batches import IMPORT
from contracts.applications.drop_files import DONE, LOCK, REFUSED, Dropped, shown
from contracts.applications.intake import Intake as Judged
from contracts.applications.intake import RefusedWhole
from contracts.applications.models import Intake

QUIET_SECONDS = 10  # a file that changed less than this ago may still be written
WAITS, UNFINISHED_WAITS = 10 * 60, 24 * 60 * 60  # seconds after which a file that still lies there is told of
WRITTEN_SINCE = 2 * 24 * 60 * 60  # seconds for which 済 is looked through for what was written on after it was moved
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
    _bring_back(place)
    now = time.time()
    whole = (path for path in drop_files.lying(place) if not drop_files.unfinished(path))
    return [path for path in whole if drop_files.settled(path, now, quiet_seconds)]


def _bring_back(place: Path) -> None:
    """What stands in 済 with a content that nobody judged was written on after it was moved: it lies in the folder again."""
    done, since = place / DONE, time.time() - WRITTEN_SINCE
    if not done.is_dir():
        return
    for path in drop_files.lying(done):
        try:
            if drop_files.is_plain(path) and path.lstat().st_mtime >= since and not _is_known(path):
                drop_files.move_back(path, place)
        except OSError:
            continue  # it is looked at again in a minute


def _is_known(path: Path) -> bool:
    digest = hashlib.sha256(drop_files.read(path).data).hexdigest()
    return Intake.objects.filter(sha256=digest).exists()


def waiting(folder: str | Path) -> list[str]:
    """Names of what has lain in the folder for ten minutes, and will not go by itself; nothing where it cannot be read."""
    try:
        return [shown(path) for path in drop_files.lying(Path(folder)) if _waits(path)]
    except OSError:
        return []


def _waits(path: Path) -> bool:
    most = UNFINISHED_WAITS if drop_files.unfinished(path) else WAITS
    return drop_files.put_there(path) <= time.time() - most


def _take(path: Path, at: datetime) -> Outcome:
    """One file; its troubles are its own."""
    try:
        if not drop_files.is_plain(path):
            return _left(path, "ファイルそのものではなく、リンクなどです。ファイルを置き直してください。")
        if drop_files.is_being_written(path):
            return _left(path, "ほかのプログラムが書き込んでいます。書き終わってから取り込みます。")
        file = drop_files.read(path)
    except OSError:
        return _left(path, "ファイルを読めません。権限を確かめてください。")
    try:
        return _settle(file, at)
    except (OSError, UnicodeError):
        told = (
            f"取り込みましたが、移せません。「{DONE}」「{REFUSED}」のフォルダーと、ファイルの名前を確かめてください。"
        )
        known = Intake.objects.filter(sha256=_sha256(file)).exists()
        return _left(path, told if known else "取り込めません。ファイルの名前を、短い日本語か英数字に変えてください。")


def _left(path: Path, told: str) -> Outcome:
    return Outcome(shown(path), "left", told)


def _sha256(file: Dropped) -> str:
    return hashlib.sha256(file.data).hexdigest()


def _settle(file: Dropped, at: datetime) -> Outcome:
    name = shown(file.path)
    if done := _done(file):
        return _moved(file, DONE, Outcome(name, "done", f"{done.at:%Y-%m-%d} に取り込み済みの内容です。", done))
    try:
        judged = importing.judge(file.data)
    except RefusedWhole as refused:
        return _refuse(file, str(refused), at)
    return _bring(file, judged, at)


def _done(file: Dropped) -> Intake | None:
    """The same content was taken in before: what it rejected is not rejected twice."""
    return Intake.objects.filter(sha256=_sha256(file), state=State.DONE).first()


def _bring(file: Dropped, judged: Judged, at: datetime) -> Outcome:
    name = shown(file.path)
    given: dict[str, Any] = {"data": file.data, "by": system_user(), "at": at, "source": Source.FOLDER}
    try:
        result = importing.take_in(judged, file_name=name, **given)
    except IntegrityError:
        return _left(file.path, "ほかの処理が、同じ内容を取り込んでいます。")
    except Refused as refused:  # nothing is wrong with the file: the next run tries again
        return _left(file.path, f"{refused.message}{refused.instead}")
    told = (
        f"取り込んだ申込 {len(result.accepted)}　重複 {len(result.duplicates)}　取り込めない行 {len(result.rejected)}"
    )
    return _moved(file, DONE, Outcome(name, "done", told, result.intake))


def _refuse(file: Dropped, reason: str, at: datetime) -> Outcome:
    """Refused whole: on the screen of intakes, and in 不可 with the reason beside it."""
    name = shown(file.path)
    known = {"sha256": _sha256(file), "source": Source.FOLDER, "state": State.REFUSED, "file_name": name[:200]}
    intake = Intake.objects.filter(**known).first()
    if intake is None:
        with step(IMPORT, at=at, reason=name):
            intake = Intake.objects.create(**known, problem=reason, by=system_user(), at=at, progressed_at=at)
    return _moved(file, REFUSED, Outcome(name, "refused", reason, intake))


def _moved(file: Dropped, under: str, outcome: Outcome) -> Outcome:
    """Into its folder, while it is what was judged; what was written meanwhile waits for the next run."""
    moved = drop_files.move(file, under)
    if moved is None:
        return _left(file.path, "取り込む間に、内容が書き換えられました。新しい内容は、次の回に取り込みます。")
    if under == REFUSED:
        drop_files.explain(moved, outcome.told)
    return outcome
