"""Paths through life that many tests begin with, walked once a process and put back as rows for the next test.

What is kept is what the walk really wrote, through `press` and the pump. It is put back only where the database, row by
row, is as it was when the walk began, so a test never gets a world other than the one it would have made; anything else
is walked. SQLite only: there a rolled-back test gives its ids back. Tests that patch something walk by themselves.
"""

import sqlite3
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, wraps
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

Rows = dict[int, tuple[Any, ...]]
State = dict[str, Rows]
Walk = TypeVar("Walk", bound=Callable[..., Any])
STATIC = (
    "django_migrations",
    "django_content_type",
    "auth_",
    "sqlite_",
)  # written by migrate, or kept by SQLite itself
BY_LOT = {"history_step", "message_id", "ciphertext", "password"}


@dataclass
class Kept:
    """What one walk wrote: new rows, changed rows, letters in the outbox, the row it returns, and names it used up."""

    new: dict[str, Rows]
    changed: dict[str, Rows]
    mails: list[Any]
    result: tuple[type[Model], Any] | None
    turns: int


_kept: dict[Any, Kept] = {}


class Keeper:
    """Of one world: whether it may put back and keep what is walked."""

    def __init__(self, keeps: bool) -> None:
        self.keeps = keeps and connection.vendor == "sqlite"
        self.turns = 0
        self._count = count(1)

    def turn(self) -> int:
        """The next number for a name that must be new."""
        self.turns = next(self._count)
        return self.turns

    def walk(self, name: str, call: Callable[[], Any], arguments: Any) -> Any:
        """Put back what the walk wrote, or walk and keep it."""
        if not self.keeps:
            return call()
        before = _state()
        key = (name, arguments, self.turns, _surroundings(), _digest(before))
        if (kept := _kept.get(key)) is not None and _put_back(kept):
            while self.turns < kept.turns:
                self.turn()
            mail.outbox.extend(deepcopy(kept.mails))
            return kept.result and kept.result[0]._base_manager.get(pk=kept.result[1])
        sent = len(mail.outbox)
        row = call()
        found = _difference(before, _state())
        if found is not None and (row is None or isinstance(row, Model)):
            result = (type(row), row.pk) if row is not None else None
            _kept[key] = Kept(*found, deepcopy(mail.outbox[sent:]), result, self.turns)
        return row


def kept(method: Walk) -> Walk:
    """A path of the world that is kept. Its arguments are plain values or rows."""

    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = (tuple(map(_plain, args)), tuple((name, _plain(value)) for name, value in sorted(kwargs.items())))
        return self.keeper.walk(method.__name__, lambda: method(self, *args, **kwargs), given)

    return call  # type: ignore[return-value]


def _plain(value: Any) -> Any:
    return (type(value), value.pk) if isinstance(value, Model) else repr(value)


def _surroundings() -> tuple[str, ...]:
    return (settings.LETTER_RENDERER, settings.KIYAKU_MODE, settings.EMAIL_BACKEND, str(settings.SENDER))


@cache
def _tables(_: str) -> tuple[tuple[str, str], ...]:
    """Each table with what reads it. The plus keeps SQLite's values as they are stored."""
    names = _raw().execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    tables = [name for (name,) in names if not name.startswith(STATIC)]
    return tuple((table, _reading(table)) for table in tables)


def _reading(table: str) -> str:
    columns = ", ".join(f'+"{column[1]}"' for column in _raw().execute(f'PRAGMA table_info("{table}")'))
    return f'SELECT rowid, {columns} FROM "{table}"'  # noqa: S608  (names from the schema)


def _raw() -> sqlite3.Connection:
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    return raw


def _state() -> State:
    raw = _raw()
    return {table: {row[0]: row[1:] for row in raw.execute(sql)} for table, sql in _tables(str(connection.alias))}


def _digest(state: State) -> int:
    """What the state is, but for what is drawn by lot."""
    return hash(tuple((table, _seen(table, rows)) for table, rows in state.items() if rows))


def _seen(table: str, rows: Rows) -> tuple[Any, ...]:
    lots = _by_lot(table)
    if not lots:
        return tuple(rows.items())
    return tuple((key, *(value for n, value in enumerate(row) if n not in lots)) for key, row in rows.items())


@cache
def _by_lot(table: str) -> frozenset[int]:
    columns = [column[1] for column in _raw().execute(f'PRAGMA table_info("{table}")')]
    return frozenset(n for n, column in enumerate(columns) if column in BY_LOT)


def _difference(before: State, after: State) -> tuple[dict[str, Rows], dict[str, Rows]] | None:
    """New and changed rows; None where some are gone, which is not kept."""
    new: dict[str, Rows] = {}
    changed: dict[str, Rows] = {}
    for table, rows in after.items():
        old = before[table]
        if old.keys() - rows.keys():
            return None
        new[table] = {key: row for key, row in rows.items() if key not in old}
        changed[table] = {key: row for key, row in rows.items() if key in old and old[key] != row}
    return new, changed


def _put_back(kept: Kept) -> bool:
    raw = _raw()
    try:
        with transaction.atomic():
            for table, rows in kept.new.items():
                if rows:
                    marks = ", ".join("?" * len(next(iter(rows.values()))))
                    raw.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows.values())  # noqa: S608
            for table, rows in kept.changed.items():
                if rows:
                    _change(raw, table, rows)
    except (DatabaseError, sqlite3.Error):
        return False
    return True


def _change(raw: sqlite3.Connection, table: str, rows: Rows) -> None:
    columns = [column[1] for column in raw.execute(f'PRAGMA table_info("{table}")')]
    to = ", ".join(f'"{column}" = ?' for column in columns)
    raw.executemany(f'UPDATE "{table}" SET {to} WHERE rowid = ?', [(*row, key) for key, row in rows.items()])  # noqa: S608
