"""Append-only by the database itself: history tables and frozen content refuse UPDATE, DELETE, REPLACE and TRUNCATE.

Dropped before migrations (SQLite rebuilds tables, PostgreSQL may have to fill a column) and put back after them.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models

MESSAGE = "この表の記録は、書き換えられません"
_append_only: list[str] = []
_house_rules: list[Callable[[str], list[tuple[str, str, str]]]] = []  # vendor → [(trigger, table, SQL)]


def append_only(label: str) -> None:
    """A room names a model ("notices.LetterContent") whose rows are frozen on insert."""
    _append_only.append(label)


def house_rule(make: Callable[[str], list[tuple[str, str, str]]]) -> None:
    """A room adds triggers of its own, for a rule that no CHECK can hold."""
    _house_rules.append(make)


def forbid(
    vendor: str, name: str, table: str, events: tuple[str, ...], when: str, message: str
) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of a row trigger that refuses these events where `when` holds (NEW, OLD; IS DISTINCT FROM)."""
    make = _forbid_postgres if vendor == "postgresql" else _forbid_sqlite
    return make(name, table, events, when, message)


def changed(*columns: str) -> str:
    """For `forbid`: one of these columns is written anew."""
    return "(" + " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns) + ")"


def kept(
    vendor: str, table: str, columns: tuple[str, ...], *, once: str, message: str, final: str = ""
) -> list[tuple[str, str, str]]:
    """For a register: these columns stay as they were entered, no row is taken away or written over by one with the same
    `once` (its unique columns, comma-separated). `final`: what besides must not happen to a row (OLD, NEW)."""
    short = table.partition("_")[2]
    same = " AND ".join(f't."{column}" = NEW."{column}"' for column in once.split(","))
    anew = changed(*columns) + (f" OR ({final})" if final else "")
    there = f'EXISTS (SELECT 1 FROM {table} t WHERE t."id" = NEW."id" OR ({same}))'
    return [
        *forbid(vendor, f"{short}_kept", table, ("UPDATE",), anew, message),
        *forbid(vendor, f"{short}_no_replace", table, ("INSERT",), there, message),
        *undeletable(vendor, table, message),
    ]


def undeletable(vendor: str, table: str, message: str) -> list[tuple[str, str, str]]:
    """No row of this table is taken away."""
    short = table.partition("_")[2]
    return forbid(vendor, f"{short}_no_delete", table, ("DELETE",), 'OLD."id" IS NOT NULL', message)


def _forbid_sqlite(
    name: str, table: str, events: tuple[str, ...], when: str, message: str
) -> list[tuple[str, str, str]]:
    when = when.replace("IS DISTINCT FROM", "IS NOT")  # older SQLite knows only its own word for it
    body = f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return [
        (f"{name}_{event.lower()}", table, f'CREATE TRIGGER "{name}_{event.lower()}" BEFORE {event} ON {table} {body}')
        for event in events
    ]


def _forbid_postgres(
    name: str, table: str, events: tuple[str, ...], when: str, message: str
) -> list[tuple[str, str, str]]:
    function = (
        f"CREATE OR REPLACE FUNCTION kiyaku_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE EXCEPTION '{message}'; END IF; RETURN NEW; END $$; "
    )
    before = f'CREATE TRIGGER "{name}" BEFORE {" OR ".join(events)} ON {table}'
    return [(name, table, f"{function}{before} FOR EACH ROW EXECUTE FUNCTION kiyaku_{name}()")]


def history_models() -> list[type[models.Model]]:
    """Every history model, of many-to-many fields too, found by introspection."""
    found = [m for m in apps.get_models(include_auto_created=True) if _is_history(m)]
    return sorted(found, key=lambda m: m._meta.db_table)


def _is_history(model: type[models.Model]) -> bool:
    names = {f.name for f in model._meta.get_fields()}
    return {"history_id", "history_type"} <= names or "m2m_history_id" in names


def protected_tables() -> list[tuple[str, str]]:
    """(table, primary key column) of every append-only table."""
    protected = history_models() + [apps.get_model(label) for label in _append_only]
    return [(m._meta.db_table, m._meta.pk.column) for m in protected]


def _there() -> list[tuple[str, str]]:
    """Those that the database has: rooms may have been taken back to an earlier state."""
    existing = set(connection.introspection.table_names())
    return [(table, key) for table, key in protected_tables() if table in existing]


def install_all() -> None:
    """Put every trigger in place. Safe to call twice."""
    drop_all()
    _execute(_POSTGRES_FUNCTION if connection.vendor == "postgresql" else "")
    for table, key in _there():
        for _name, sql in _append_only_sql(table, key):
            _execute(sql)
    for _name, _table, sql in _rules():
        _execute(sql)


def drop_all() -> None:
    """Take every trigger away, for migrations and for a test's flush."""
    for table, key in _there():
        for name, _sql in _append_only_sql(table, key):
            _drop(name, table)
    for name, table, _sql in _rules():
        _drop(name, table)


def missing() -> list[str]:
    """Names of triggers that ought to be there and are not (a check run after migrate, and by doctor)."""
    expected = [name for table, key in _there() for name, _ in _append_only_sql(table, key)]
    expected += [name for name, _, _ in _rules()]
    there = _existing_triggers()
    return [name for name in expected if name not in there]


def _rules() -> list[tuple[str, str, str]]:
    existing = set(connection.introspection.table_names())
    return [rule for make in _house_rules for rule in make(connection.vendor) if rule[1] in existing]


def _append_only_sql(table: str, key: str) -> list[tuple[str, str]]:
    short = f"ao_{table}"[:55]
    return _postgres(short, table) if connection.vendor == "postgresql" else _sqlite(short, table, key)


def _sqlite(short: str, table: str, key: str) -> list[tuple[str, str]]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    same = " OR ".join(_equal(columns) for columns in [[key], *_unique(table)])
    replaced = f'(SELECT 1 FROM "{table}" WHERE {same})'
    return [
        (f"{short}_u", f'CREATE TRIGGER "{short}_u" BEFORE UPDATE ON "{table}" {refuse}'),
        (f"{short}_d", f'CREATE TRIGGER "{short}_d" BEFORE DELETE ON "{table}" {refuse}'),
        (f"{short}_i", f'CREATE TRIGGER "{short}_i" BEFORE INSERT ON "{table}" WHEN EXISTS {replaced} {refuse}'),
    ]


def _equal(columns: list[str]) -> str:
    return "(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in columns) + ")"


def _unique(table: str) -> list[list[str]]:
    """The other columns by which an INSERT OR REPLACE would remove a row: its delete fires no trigger."""
    with connection.cursor() as cursor:
        listed = cursor.execute(f'PRAGMA index_list("{table}")').fetchall()
        indexes = [name for _, name, unique, origin, *_ in listed if unique and origin != "pk"]
        return [[row[2] for row in cursor.execute(f'PRAGMA index_info("{name}")').fetchall()] for name in indexes]


def _postgres(short: str, table: str) -> list[tuple[str, str]]:
    call = "EXECUTE FUNCTION kiyaku_refuse()"
    return [
        (f"{short}_r", f'CREATE TRIGGER "{short}_r" BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW {call}'),
        (f"{short}_t", f'CREATE TRIGGER "{short}_t" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {call}'),
    ]


_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION kiyaku_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END $$
"""


def _drop(name: str, table: str) -> None:
    on_table = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    _execute(f'DROP TRIGGER IF EXISTS "{name}"{on_table}')


def _existing_triggers() -> set[str]:
    sql = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def _execute(sql: str) -> None:
    if sql:
        with connection.cursor() as cursor:
            cursor.execute(sql, None)  # None, not (): PostgreSQL would read % as a parameter


def on_pre_migrate(**kwargs: Any) -> None:
    """Before the first migration of a run."""
    drop_all()


def on_post_migrate(sender: Any, **kwargs: Any) -> None:
    """After the last app's migrations; where rooms were taken back to an earlier state, what is there is protected."""
    if is_last_app(sender):
        install_all()


def is_last_app(sender: Any) -> bool:
    """`post_migrate` comes once an app; what concerns all tables waits for the last."""
    return bool(sender is [config for config in apps.get_app_configs() if config.models_module][-1])
