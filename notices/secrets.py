"""Initial passwords: encrypted while their letter waits, wiped when it has left, never in history."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings

from notices.models import Notice, Secret


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"kiyaku.secret:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def keep(notice: Notice, secret: str) -> None:
    """Keep it until the letter has left; nothing to keep: nothing written."""
    if secret:
        Secret.objects.create(notice=notice, ciphertext=_cipher().encrypt(secret.encode()).decode())


def read(notice: Notice) -> str:
    """The secret of a letter that has not left on every way, or an empty text."""
    kept = Secret.objects.filter(notice=notice).first()
    return _cipher().decrypt(kept.ciphertext.encode()).decode() if kept else ""


def wipe(notice: Notice) -> None:
    """Gone for good."""
    Secret.objects.filter(notice=notice).delete()
