"""The files of the drop folder on the disk: which are whole, what they hold, and where they go (6(1)).

Names and contents are a stranger's. A link is never followed, a name that cannot be shown is shown by its bytes, and a
file is moved only while it still holds the bytes that were judged.
"""

import errno
import fcntl
import hashlib
import os
import signal
import stat
from dataclasses import dataclass
from pathlib import Path

from contracts.applications.intake_table import MAX_BYTES

DONE, REFUSED, LOCK, WHY = "済", "不可", ".kiyaku-lock", ".理由.txt"
UNFINISHED = (".part", ".tmp", ".crdownload", "~")
LONGEST = 200  # bytes of a name that is made longer by a digest, or by the name of its reason; file systems take 255


@dataclass(frozen=True)
class Dropped:
    """A file as it was read: its bytes, at most one more than may be, and by what one sees that it was written since."""

    path: Path
    data: bytes
    stamp: tuple[int, int, int]

    @property
    def is_as_read(self) -> bool:
        """Whether what lies there is what was read: the same file, size and time, and the same bytes."""
        try:
            return read(self.path) == self
        except OSError:
            return False


def shown(path: Path) -> str:
    """Its name for people and tables: bytes that are no text are written out."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def lying(place: Path) -> list[Path]:
    """What lies in the folder, by name; hidden names and folders are left out."""
    found = (path for path in sorted(place.iterdir()) if not path.name.startswith("."))
    return [path for path in found if not path.is_dir() or path.is_symlink()]


def unfinished(path: Path) -> bool:
    """Named so by the program that writes it."""
    return path.name.lower().endswith(UNFINISHED)


def settled(path: Path, now: float, quiet_seconds: int) -> bool:
    """Not written within these seconds, by the file's own time. One that lies ahead (a clock that is wrong) says nothing."""
    try:
        return abs(now - path.lstat().st_mtime) >= quiet_seconds
    except OSError:  # it has gone meanwhile
        return False


def put_there(path: Path) -> float:
    """When it came to lie here, or was changed last, in seconds of the machine's clock; a copied date says nothing of it."""
    return path.lstat().st_ctime


def is_plain(path: Path) -> bool:
    """A file of its own, no link, pipe or device."""
    return stat.S_ISREG(path.lstat().st_mode)


def read(path: Path) -> Dropped:
    """Its bytes, one more than may be at most. OSError where it cannot be read, or is a link."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
        data, at = opened.read(MAX_BYTES + 1), os.fstat(opened.fileno())
    return Dropped(path, data, (at.st_ino, at.st_size, at.st_mtime_ns))


def is_being_written(path: Path) -> bool:
    """Whether a program of this machine has it open for writing, however long it pauses. False where nobody can tell.

    The kernel grants a read lease only on a file that nobody writes. It is given back at once; the signal that breaks a
    lease is set to one that no program minds.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
        try:
            fcntl.fcntl(opened, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as problem:
            return problem.errno in (errno.EAGAIN, errno.EWOULDBLOCK)
    return False


def move(file: Dropped, under: str) -> Path | None:
    """Into 済 or 不可 as it was read; None, and nothing moved, where something else lies there by now. OSError."""
    if not file.is_as_read:
        return None
    target = _target(file, under)
    os.replace(file.path, target)
    return target


def move_back(path: Path, place: Path) -> None:
    """Out of 済 into the folder again; where its name is taken there, it waits. OSError."""
    if not os.path.lexists(place / path.name):
        os.replace(path, place / path.name)


def explain(moved: Path, reason: str) -> None:
    """The reason beside a file in 不可. OSError."""
    beside = moved.with_name(f"{_short(moved.name)}{WHY}")
    how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(beside, how, 0o644), "w", encoding="utf-8-sig") as written:
        written.write(f"{reason}\n")


def _target(file: Dropped, under: str) -> Path:
    """Its place; another content of the same name that lies there already is not overwritten."""
    folder = file.path.parent / under
    folder.mkdir(exist_ok=True)
    target = folder / file.path.name
    if os.path.lexists(target) and not _holds(target, file.data):
        digest = hashlib.sha256(file.data).hexdigest()[:8]
        target = folder / f"{_short(file.path.stem)}-{digest}{_short(file.path.suffix)}"
    return target


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read(path).data == data
    except OSError:
        return False


def _short(name: str) -> str:
    """At most so many bytes, cut between characters; a suffix is short anyway."""
    raw = os.fsencode(name)[:LONGEST]
    return os.fsdecode(raw.decode("utf-8", "ignore").encode() if _is_text(name) else raw)


def _is_text(name: str) -> bool:
    return shown(Path(name)) == name
