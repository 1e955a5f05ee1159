"""A pump in a process of its own, which may die at a point named in advance.

Imported by the fork server, which so pays for Django once; every pump is a process that can be killed for good.
"""

import os
import signal
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from io import BytesIO, StringIO
from itertools import count
from typing import Any, NamedTuple
from zlib import crc32

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connections  # noqa: E402
from pikepdf import Pdf  # noqa: E402

from config.desk import clock  # noqa: E402
from config.desk.step import step  # noqa: E402
from contracts.applications.models import Application  # noqa: E402
from notices import composing, printing, workflow  # noqa: E402
from notices.pump import pump  # noqa: E402
from notices.rendering.content import CannotRender  # noqa: E402


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


class Rush(NamedTuple):
    """What several pumps do at once: each orders all the letters, under the same keys, then pumps at its own moment."""

    applications: list[int]
    by: int
    keys: list[str]
    moment: datetime


def fails(key: str) -> bool:
    """A third of the letters, always the same ones, cannot be made."""
    return crc32(key.encode()) % 3 == 0


def rush(barrier: Any, given: Rush) -> None:
    """All begin together."""
    connections.close_all()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    composing.letter_of = _failing(composing.letter_of)
    several = list(Application.objects.filter(pk__in=given.applications).order_by("pk"))
    by = get_user_model()._default_manager.get(pk=given.by)
    with clock.standing_at(given.moment):
        barrier.wait(60)
        for key in given.keys:
            _order(several[crc32(key.encode()) % len(several)], by, key)
        pump()


def _order(application: Any, by: Any, key: str) -> None:
    with suppress(IntegrityError), step("test.order", at=clock.now()):  # another was first, by a moment
        workflow.order(
            "applications.acceptance", application, customer=application.customer, by=by, at=clock.now(), fields={},
            channels=["email"], key=key,
        )  # fmt: skip


def _failing(real: Any) -> Any:
    def letter_of(notice: Any) -> Any:
        if fails(notice.key):
            raise CannotRender("試験のための失敗です。")
        return real(notice)

    return letter_of


def run_print(moment: datetime, point: Point | None = None) -> None:
    """The pump at this moment, as it makes and posts print runs; a letter is one empty sheet."""
    connections.close_all()
    printing.printable = lambda notice: _sheet()
    if point is not None:
        _die_at(point)
    with clock.standing_at(moment):
        pump()


def _sheet() -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        written = BytesIO()
        pdf.save(written)
    return written.getvalue()
