"""How mail leaves, out of the environment: through a mail server (EMAIL_URL), or a mail service (django-anymail)."""

import os
from collections.abc import Mapping, Sequence

DUMMY = "django.core.mail.backends.dummy.EmailBackend"
PREFIX = "ANYMAIL_"
PROOF = ("WEBHOOK", "SIGNING")  # what a setting is called by which the sender of a webhook proves who it is


def backend(mode: str, service: str, by_url: str) -> str:
    """The e-mail backend: none in training; the service (`mailgun`, or a class by its dotted name); else the server."""
    if mode == "training":
        return DUMMY
    if not service:
        return by_url
    return service if "." in service else f"anymail.backends.{service}.EmailBackend"


def anymail() -> dict[str, str]:
    """What django-anymail is told: each `ANYMAIL_NAME=value` of the environment."""
    return {name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX) and value}


def webhooks(services: Sequence[str], told: Mapping[str, str]) -> list[str]:
    """The services whose events are taken in. None without a secret: anybody could have a letter marked as returned."""
    proved = any(word in name for name in told for word in PROOF)
    return [name for name in services if name and "." not in name] if proved else []
