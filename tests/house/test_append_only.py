"""History tables and frozen letters are append-only by the database itself, also after a filled database was migrated."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.utils import DatabaseError

from config.desk import triggers
from config.desk.step import step
from config.desk.triggers import MESSAGE, history_models, protected_tables
from contracts.applications.models import Application
from notices.models import LetterContent
from tests.support.world import World, at

pytestmark = pytest.mark.both
NOW = at("2026-11-02T10:00")
TABLES = sorted(table for table, _ in protected_tables())
KEYS = dict(protected_tables())


# --- which tables -------------------------------------------------------------------------------------------------


def test_every_model_that_keeps_a_history_is_protected() -> None:
    """Found in another way than the triggers find them: from the tracked models, not from the history models."""
    tracked = [m for m in apps.get_models() if hasattr(m._meta, "simple_history_manager_attribute")]
    assert len(tracked) >= 20
    of_tracked = {getattr(m, m._meta.simple_history_manager_attribute).model._meta.db_table for m in tracked}
    of_tracked |= {t for t in connection_tables() if t.startswith("accounts_historicaluser_groups")}
    assert of_tracked <= set(TABLES)
    assert LetterContent._meta.db_table in TABLES


def connection_tables() -> set[str]:
    return {m._meta.db_table for m in apps.get_models(include_auto_created=True)}


def test_a_history_of_many_to_many_rows_is_protected_too() -> None:
    assert any("m2m_history_id" in {f.name for f in m._meta.get_fields()} for m in history_models())


@pytest.mark.django_db
def test_every_trigger_is_there_after_migrate() -> None:
    assert triggers.missing() == []


# --- raw statements -----------------------------------------------------------------------------------------------


def rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{KEYS[table]}"')
        return [tuple(row) for row in cursor.fetchall()]


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def execute(sql: str, parameters: tuple[Any, ...] | None = None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def fill(table: str) -> None:
    """One row, however empty: what its columns hold does not matter to a trigger."""
    if rows(table):
        return
    model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
    values = {f.attname: _any(f) for f in model._meta.concrete_fields if not f.primary_key}
    with without_foreign_keys():
        model._base_manager.bulk_create([model(**values)])


def _any(field: models.Field[Any, Any]) -> Any:
    if field.null:
        return None
    if field.remote_field:
        return 1
    kind = field.get_internal_type()
    text = {"CharField": "x", "TextField": "x", "EmailField": "x", "URLField": "x", "JSONField": {}, "BooleanField": True, "BinaryField": b"x"}
    return NOW if kind == "DateTimeField" else NOW.date() if kind == "DateField" else text.get(kind, 1)


class without_foreign_keys:
    """A made-up row points nowhere. The test's rollback takes it away again before anybody checks."""

    def __enter__(self) -> None:
        if connection.vendor == "postgresql":
            execute("SET LOCAL session_replication_role = replica")

    def __exit__(self, *exception: object) -> None:
        if connection.vendor == "postgresql":
            execute("SET LOCAL session_replication_role = origin")


def overwrites(table: str) -> Iterator[tuple[str, tuple[Any, ...] | None]]:
    """Every raw statement that would change or take away a row, whatever its columns are."""
    key, names = KEYS[table], columns(table)
    other = next(name for name in names if name != key)
    row = dict(zip(names, rows(table)[0], strict=True)) if False else dict(zip(names, _first(table, names), strict=True))
    listed, marks = ", ".join(f'"{n}"' for n in names), ", ".join("%s" for _ in names)
    insert = f'INTO "{table}" ({listed}) VALUES ({marks})'
    yield f'UPDATE "{table}" SET "{other}" = "{other}"', None
    yield f'DELETE FROM "{table}"', None
    yield f'DELETE FROM "{table}" WHERE "{key}" = %s', (row[key],)
    upsert = f'INSERT {insert} ON CONFLICT ("{key}") DO UPDATE SET "{other}" = EXCLUDED."{other}"'
    yield upsert, tuple(row.values())
    if connection.vendor == "postgresql":
        yield f'TRUNCATE "{table}" CASCADE', None
    else:
        yield f"INSERT OR REPLACE {insert}", tuple(row.values())
        yield f"REPLACE {insert}", tuple(row.values())
        yield f'UPDATE OR REPLACE "{table}" SET "{other}" = "{other}"', None


def _first(table: str, names: list[str]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(_readable(n) for n in names) + f' FROM "{table}" ORDER BY "{KEYS[table]}" LIMIT 1')
        return tuple(cursor.fetchone())


def _readable(name: str) -> str:
    return f'"{name}"'


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_no_raw_statement_changes_or_takes_away_a_row(table: str) -> None:
    fill(table)
    before = rows(table)
    assert before
    for sql, parameters in overwrites(table):
        with pytest.raises(DatabaseError, match=MESSAGE):
            execute(sql, parameters)
        assert rows(table) == before, sql


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_without_its_triggers_the_same_statements_pass(table: str) -> None:
    """So that the test above fails for the triggers, not for the statements."""
    fill(table)
    triggers.drop_all()
    first, *others = list(overwrites(table))
    execute(*first)
    passed = [sql for sql, parameters in others[2:] if _passes(sql, parameters)]
    assert passed


def _passes(sql: str, parameters: tuple[Any, ...] | None) -> bool:
    try:
        execute(sql, parameters)
    except DatabaseError as refused:
        assert MESSAGE not in str(refused)
        return False
    return True


@pytest.mark.django_db
def test_the_orm_is_refused_as_well(world: World) -> None:
    world.subscription(NOW)
    letter = LetterContent.objects.latest("pk")
    letter.text = "書き換えた文面"
    with pytest.raises(DatabaseError, match=MESSAGE), transaction.atomic():
        letter.save()
    with pytest.raises(DatabaseError, match=MESSAGE), transaction.atomic():
        LetterContent.objects.all().delete()
    with pytest.raises(DatabaseError, match=MESSAGE), transaction.atomic():
        Application.history.all().delete()
    with pytest.raises(DatabaseError, match=MESSAGE), transaction.atomic():
        Application.history.update(history_change_reason="")


# --- a filled database is migrated --------------------------------------------------------------------------------


def existing() -> set[str]:
    return triggers._existing_triggers()


@pytest.fixture
def filled(committed_world: World) -> World:
    """A whole life, committed."""
    end = committed_world.termination(NOW)
    committed_world.do("decisions.approve", end, by="mio", at=committed_world.ripe(end.subject))
    return committed_world


@pytest.mark.django_db(transaction=True)
def test_migrating_back_and_forth_keeps_rows_and_triggers(filled: World) -> None:
    """The newest migration of a tracked room is undone and done again on a filled database."""
    before = {table: len(rows(table)) for table in TABLES}
    history, content = Application._meta.db_table.replace("application", "historicalapplication", 1), LetterContent._meta.db_table
    rebuild("applications", "Application", "remarks")
    rebuild("applications", "HistoricalApplication", "remarks")
    rebuild("notices", "LetterContent", "wording_version")
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    assert {table: len(rows(table)) for table in TABLES} == before
    for table in (content, "applications_historicalapplication"):
        for sql, parameters in overwrites(table):
            with pytest.raises(DatabaseError, match=MESSAGE):
                execute(sql, parameters)
    assert history  # the table that was rebuilt above


def rebuild(app: str, name: str, field: str) -> None:
    """What a migration does that widens a column and narrows it again; SQLite builds the table anew for it."""
    model = apps.get_model(app, name)
    old = model._meta.get_field(field)
    new = models.CharField(max_length=77, default="", blank=True)
    new.set_attributes_from_name(field)
    new.model = model
    triggers.drop_all()  # as pre_migrate does
    _alter(model, old, new)
    _alter(model, new, old)


def _alter(model: type[models.Model], old: Any, new: Any) -> None:
    if connection.vendor == "sqlite":
        connection.disable_constraint_checking()
    with connection.schema_editor() as editor:
        editor.alter_field(model, old, new)
    if connection.vendor == "sqlite":
        connection.enable_constraint_checking()


@pytest.mark.django_db(transaction=True)
def test_a_rebuilt_table_loses_its_triggers_until_migrate_puts_them_back(filled: World) -> None:
    """The trap itself, on SQLite: if this ever stops failing there, the reinstalling may go."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL alters in place")
    model = apps.get_model("notices", "LetterContent")
    old = model._meta.get_field("wording_version")
    new = models.CharField(max_length=77)
    new.set_attributes_from_name("wording_version")
    new.model = model
    _alter(model, old, new)
    _alter(model, new, old)
    assert triggers.missing() != []
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_a_real_migration_may_fill_a_column_of_a_filled_history(filled: World) -> None:
    """Backward and forward over the newest migration of notices, with the signals of `migrate`, on filled tables."""
    names = sorted(name for app, name in applied() if app == "notices")
    before = {table: len(rows(table)) for table in TABLES}
    if len(names) < 2:
        pytest.skip("notices has one migration only")
    call_command("migrate", "notices", names[-2], verbosity=0)
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    assert {table: len(rows(table)) for table in TABLES} == before


def applied() -> list[tuple[str, str]]:
    from django.db.migrations.recorder import MigrationRecorder

    return list(MigrationRecorder(connection).applied_migrations())


@pytest.mark.django_db(transaction=True)
def test_after_migrating_verbs_still_write_history(filled: World) -> None:
    call_command("migrate", verbosity=0)
    before = Application.history.count()
    with step("test.after", at=NOW):
        Application.objects.get().save()
    assert Application.history.count() == before + 1
