"""A file between upload and confirmation: kept by its content's hash, readable by us alone, gone after a day."""

import hashlib
import os
import time
from pathlib import Path

from django.conf import settings

KEPT_SECONDS = 24 * 60 * 60


def keep(data: bytes) -> str:
    """Store the bytes; their SHA-256 is the name under which they are found again."""
    folder = _folder()
    _forget_old(folder)
    sha256 = hashlib.sha256(data).hexdigest()
    target, made = folder / sha256, folder / f"{sha256}.{os.getpid()}"
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    made.replace(target)
    return sha256


def kept(sha256: str) -> bytes | None:
    """The bytes, or None where they are gone or are not what they were."""
    if len(sha256) != 64 or not sha256.isalnum():
        return None
    try:
        data = (_folder() / sha256).read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def forget(sha256: str) -> None:
    """Remove the file: what it held stands in the applications and in the rejected rows."""
    (_folder() / sha256).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "intake"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _forget_old(folder: Path) -> None:
    """What nobody confirmed; by the machine's clock, which the files' times are from."""
    for file in folder.iterdir():
        if file.stat().st_mtime < time.time() - KEPT_SECONDS:
            file.unlink(missing_ok=True)
