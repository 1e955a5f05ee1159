"""A pump in a process of its own, which may die at a point named in advance.

Imported by the fork server, which so pays for Django once; every pump is a process that can be killed for good.
"""

import os
import signal
from importlib import import_module
from io import StringIO
from itertools import count
from typing import Any, NamedTuple

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402


class Point(NamedTuple):
    """At the n-th call of a function, before it or after it."""

    function: str
    nth: int
    after: bool


def run(port: int, point: Point | None = None) -> None:
    """`manage.py pump` against the mail server on this port."""
    connections.close_all()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    if point is not None:
        _die_at(point)
    call_command("pump", "--json", stdout=StringIO())


def _die_at(point: Point) -> None:
    module_name, _, name = point.function.rpartition(".")
    module = import_module(module_name)
    real, calls = getattr(module, name), count(1)

    def counted(*args: Any, **given: Any) -> Any:
        here = next(calls) == point.nth
        if here and not point.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **given)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, counted)
