"""The sender's seal (社印) as an image: a PNG file named by KIYAKU_SEAL. Only on paper; the screen shows its frame."""

from base64 import b64encode
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from notices.rendering.content import CannotRender

_PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 500_000  # bytes: it is embedded in every letter


def seal_bytes() -> bytes | None:
    """The image; None where none is set. Raises CannotRender where the setting names no readable PNG."""
    path = getattr(settings, "SEAL", "")
    return _read(path, _changed(path)) if path else None


def seal_url() -> str:
    """The image as data, for the PDF; nothing where none is set."""
    image = seal_bytes()
    return f"data:image/png;base64,{b64encode(image).decode()}" if image else ""


def _changed(path: str) -> float:
    try:
        return Path(path).stat().st_mtime
    except OSError as problem:
        raise CannotRender("社印の画像が見つかりません。設定 KIYAKU_SEAL のファイルを確かめてください。") from problem


@lru_cache(maxsize=2)
def _read(path: str, changed: float) -> bytes:
    image = Path(path).read_bytes()
    if not image.startswith(_PNG) or len(image) > LARGEST:
        raise CannotRender(f"社印の画像は、{LARGEST // 1000}KBまでのPNGにしてください（設定 KIYAKU_SEAL）。")
    return image
