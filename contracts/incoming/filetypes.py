"""Which files are taken: the ending says what it is, and the content has to begin like it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import PurePath

MAX_BYTES = 20 * 1024 * 1024
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # not tab, line and page breaks, nor the escape of ISO-2022-JP
_HEAD_BYTES = 64 * 1024


class NotTaken(ValueError):
    """The file is not taken; the message says why and what to do instead."""


@dataclass(frozen=True)
class FileType:
    """A media type, and whether bytes begin like it."""

    media_type: str
    begins: Callable[[bytes], bool]


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(marks)


def _is_text(data: bytes) -> bool:
    if _BINARY.search(data):
        return False
    return any(_decodes(data, encoding) for encoding in ("utf-8", "cp932"))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_mail(data: bytes) -> bool:
    """A sender, and a header that every way of sending leaves behind (RFC 5322, 3.6)."""
    head = BytesHeaderParser().parsebytes(data[:_HEAD_BYTES])
    return "From" in head and any(name in head for name in ("Date", "Received", "Message-ID"))


TYPES = {
    ".eml": FileType("message/rfc822", _is_mail),
    ".pdf": FileType("application/pdf", _starts(b"%PDF-")),
    ".png": FileType("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ".jpg": FileType("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".jpeg": FileType("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".txt": FileType("text/plain", _is_text),
    ".csv": FileType("text/csv", _is_text),
}
TAKEN = "メール（.eml）、PDF、画像（.png、.jpg）、テキスト（.txt、.csv）"


def media_type_of(name: str, data: bytes) -> str:
    """What the file is. Raises NotTaken for an ending that is not taken, and for a content that is something else."""
    found = TYPES.get(PurePath(name).suffix.lower())
    if found is None:
        raise NotTaken(f"「{name}」は受け取れない形式です。{TAKEN}にしてください。")
    if not found.begins(data):
        raise NotTaken(f"「{name}」の中身が、名前の示す形式と違います。元のファイルを確かめてください。")
    return found.media_type


def refuse_large(name: str, size: int) -> None:
    """Raise NotTaken above 20 MB."""
    if size > MAX_BYTES:
        raise NotTaken(f"「{name}」は20MBを超えています。分けるか、小さくしてから登録してください。")


def plain_name(name: str) -> str:
    """The name as shown: composed letters (macOS sends them apart), nothing that moves the cursor or turns the line."""
    composed = unicodedata.normalize("NFC", name)
    return "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cf"))[-255:] or "名称なし"
