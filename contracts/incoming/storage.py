"""Bytes kept by their SHA-256, in the storage `files` of the settings: files/<first two letters>/<hash>.

The bytes are on the disk before the row that names them is committed: a row never points at nothing. What a refused
verb leaves behind is a file that no row names, which harms nobody.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages


class HashedStorage(FileSystemStorage):
    """A folder whose files appear whole or not at all, and outlast a power cut. One name, one content."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: the same name is the same content."""
        return name

    def _save(self, name: str, content: Any) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = target.with_name(f"{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content.read())
            file.flush()
            os.fsync(file.fileno())
        made.replace(target)
        _sync_folder(target.parent)
        return name


def _sync_folder(folder: Path) -> None:
    """The name too survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep(data: bytes) -> str:
    """Store the bytes, unless they lie there already; their SHA-256."""
    sha256 = hashlib.sha256(data).hexdigest()
    if kept(sha256) is None:  # not there, or damaged: then these are the right bytes
        storages["files"].save(_place(sha256), ContentFile(data))
    return sha256


def kept(sha256: str) -> bytes | None:
    """The bytes, or None where they are gone or are not what they were."""
    try:
        with storages["files"].open(_place(sha256)) as file:
            data = bytes(file.read())
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
