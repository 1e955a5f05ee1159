"""History tables and frozen letters are append-only by the database, also after a filled database was migrated."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DatabaseError

from config.desk import triggers
from config.desk.models import AccessLog
from config.desk.step import step
from config.desk.triggers import MESSAGE, history_models, protected_tables
from contracts.applications.models import Application
from notices.models import CertifiedCopy, LetterContent
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
    assert of_tracked <= set(TABLES)
    assert LetterContent._meta.db_table in TABLES


def test_a_history_of_many_to_many_rows_is_protected_too() -> None:
    assert any("m2m_history_id" in {f.name for f in m._meta.get_fields()} for m in history_models())


@pytest.mark.django_db
def test_every_trigger_is_there_after_migrate() -> None:
    assert triggers.missing() == []


# --- raw statements -----------------------------------------------------------------------------------------------


def rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(columns(table))} FROM "{table}" ORDER BY "{KEYS[table]}"')
        return [tuple(row) for row in cursor.fetchall()]


def columns(table: str) -> list[str]:
    """By name, since a rebuilt table may hold them in another order."""
    with connection.cursor() as cursor:
        return sorted(f'"{c.name}"' for c in connection.introspection.get_table_description(cursor, table))


def execute(sql: str, parameters: list[Any] | None = None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.fixture
def filled_table(request: pytest.FixtureRequest, world: World, table: str) -> str:
    """At least one row: a real one where it must point somewhere, else one whose columns hold anything."""
    if table in ("notices_lettercontent", "notices_certifiedcopy", "decisions_decisioneditor"):
        world.accepted(NOW)
        world.refusal(NOW)
    if table in ("decisions_objectiondecider", "decisions_decisiondecider"):
        application = world.do("decisions.approve", world.refusal(NOW), by="mio", at=NOW).subject
        world.press("applications.record_objection", application, by="rin", at=NOW, received_at=NOW, summary="申出")
    if table == "notices_certifiedcopy":
        given = {"paper": "pdf", "body": b"%PDF", "media_type": "application/pdf", "sheets": 1}
        CertifiedCopy.objects.create(
            notice=LetterContent.objects.latest("pk").notice, sha256="0" * 64, of_sha256="0" * 64, **given
        )
    if table == "violations_uncuredcheck":
        world.uncured_case(NOW)
    if table == "desk_accesslog":
        AccessLog.objects.create(event="login", user="hana")
    if table == "terms_datedvalue":
        world.read(rollover="none", named_day="literal")
    if table == "incoming_storedfile":
        entered = world.press("incoming.call_note", None, by="hana", at=NOW, summary="電話")
        with step("test.file", at=NOW):
            entered.files.create(sha256="0" * 64, name="a.pdf", media_type="application/pdf", size=1)
    if not rows(table):
        model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
        model._base_manager.create(**{f.attname: _any(f) for f in model._meta.concrete_fields if not f.primary_key})
    connection.check_constraints()  # PostgreSQL truncates nothing while checks are pending
    return table


def _any(field: Any) -> Any:
    if field.null:
        return None
    if field.remote_field and field.db_constraint:
        return field.related_model._base_manager.values_list("pk", flat=True).first()
    kinds = {"DateTimeField": NOW, "DateField": NOW.date(), "JSONField": {}, "BooleanField": True}
    number = field.remote_field or "Integer" in field.get_internal_type() or "Auto" in field.get_internal_type()
    return kinds.get(field.get_internal_type(), 1 if number else "x")


def overwrites(table: str) -> Iterator[tuple[str, list[Any] | None]]:
    """Every raw statement that would change or take away a row, whatever its columns are."""
    key, names, first = KEYS[table], columns(table), list(rows(table)[0])
    other = next(name for name in names if name != f'"{key}"')
    insert = f'INTO "{table}" ({", ".join(names)}) VALUES ({", ".join("%s" for _ in names)})'
    yield f'UPDATE "{table}" SET {other} = {other}', None
    yield f'INSERT {insert} ON CONFLICT ("{key}") DO UPDATE SET {other} = EXCLUDED.{other}', first
    if connection.vendor == "postgresql":
        yield f'DELETE FROM "{table}"', None
        yield f'TRUNCATE "{table}" CASCADE', None
    else:
        yield f"INSERT OR REPLACE {insert}", first
        yield f"REPLACE {insert}", first
        yield f'UPDATE OR REPLACE "{table}" SET {other} = {other}', None
        yield f'DELETE FROM "{table}"', None


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_no_raw_statement_changes_or_takes_away_a_row(filled_table: str) -> None:
    before = rows(filled_table)
    assert before
    statements = list(overwrites(filled_table))
    for sql, parameters in statements:
        with pytest.raises(DatabaseError, match=MESSAGE):
            execute(sql, parameters)
        assert rows(filled_table) == before, sql
    triggers.drop_all()  # the rollback of the test brings them back
    for sql, parameters in statements:  # each was refused for its triggers, not for itself
        execute(sql, parameters)
        connection.check_constraints()
    assert rows(filled_table) == []


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


@pytest.fixture
def filled(committed_world: World) -> World:
    """A whole life, committed."""
    end = committed_world.termination(NOW)
    committed_world.do("decisions.approve", end, by="mio", at=committed_world.ripe(end.subject))
    return committed_world


def rebuild(model: type[models.Model], field: str) -> None:
    """What a migration does that widens a column and narrows it again; SQLite builds the table anew for it."""
    old, wide = model._meta.get_field(field), models.CharField(max_length=777)
    wide.set_attributes_from_name(field)
    wide.model = model
    for before, after in ((old, wide), (wide, old)):
        connection.disable_constraint_checking()
        with connection.schema_editor() as editor:
            editor.alter_field(model, before, after)
        connection.enable_constraint_checking()


REBUILT = [(Application.history.model, "agreed_version"), (LetterContent, "wording_version")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("model", "field"), REBUILT, ids=["history", "letter"])
def test_a_table_that_was_altered_has_its_triggers_after_migrate(filled: World, model: Any, field: str) -> None:
    table = model._meta.db_table
    before = rows(table)
    rebuild(model, field)
    if connection.vendor == "sqlite":  # the trap itself; where it is gone, the reinstalling may go too
        assert {name for name in triggers.missing() if table in name}
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    assert rows(table) == before
    for sql, parameters in overwrites(table):
        with pytest.raises(DatabaseError, match=MESSAGE):
            execute(sql, parameters)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("app", ["deadlines", "decisions"])
def test_the_newest_migration_is_undone_and_done_again_on_filled_tables(filled: World, app: str) -> None:
    names = sorted(name for room, name in MigrationRecorder(connection).applied_migrations() if room == app)
    if len(names) == 1:
        pytest.skip(f"{app} has its first migration only")
    before = {table: len(rows(table)) for table in TABLES}
    call_command("migrate", app, names[-2], verbosity=0)
    assert triggers.missing() == []
    kept = set(connection.introspection.table_names())  # a table that this migration made goes with it
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    assert {t: len(rows(t)) for t in TABLES if t in kept} == {t: n for t, n in before.items() if t in kept}


@pytest.mark.django_db(transaction=True)
def test_after_migrating_verbs_still_write_history(filled: World) -> None:
    call_command("migrate", verbosity=0)
    before = Application.history.count()
    with step("test.after", at=NOW):
        Application.objects.get().save()
    assert Application.history.count() == before + 1
