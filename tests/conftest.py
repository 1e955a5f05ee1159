"""What every test stands on. The settings are in support/settings.py, loaded before this file."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.support import databases
from tests.support.settings import RUN_FOLDER

if TYPE_CHECKING:  # it needs models, and these need the settings first
    from tests.support.played import Played, Stage
    from tests.support.world import World

# --- the database -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder of this process for the run (each xdist worker has its own); removed when the process ends."""
    return RUN_FOLDER


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, run_folder: Path) -> None:
    """SQLite: a file, since two threads on an in-memory database meet "table is locked" at once."""
    if not databases.is_postgres():
        django_settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(run_folder / "kiyaku.sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker, run_folder: Path) -> bool:
    """The database is there before Django's own set-up, which finds nothing left to migrate; it goes with the run."""
    with django_db_blocker.unblock():
        databases.begin_from_migrated(run_folder / "kiyaku.sqlite3")
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker, run_folder: Path) -> Iterator[None]:
    """Keep the migrated database; a committing test is undone by copying it back, in place of the flush."""
    template = databases.Template(run_folder)
    with django_db_blocker.unblock():
        template.keep()
        template.keep_for_other_runs()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: template.restore())
        yield
    with django_db_blocker.unblock():
        template.drop()
        databases.drop_own()


@pytest.fixture
def on_postgres(db: None) -> bool:
    """Whether this run is the one on PostgreSQL."""
    return databases.is_postgres()


def _patches(request: pytest.FixtureRequest) -> bool:
    """Whether the test, or a fixture of ours that it uses, may patch something: such a test walks every path by itself."""
    info = request.node._fixtureinfo
    ours = [one for defs in info.name2fixturedefs.values() for one in defs if one.func.__module__.startswith("tests.")]
    names = {*info.argnames, *(name for one in ours for name in one.argnames)}
    return not names.isdisjoint({"monkeypatch", "settings"})


@pytest.fixture
def world(db: None, request: pytest.FixtureRequest) -> "World":
    """Staff, terms and settings in the test's database, and paths through life from there."""
    from tests.support.world import World

    return World(keeps=not _patches(request))


@pytest.fixture
def committed_world(transactional_db: None, request: pytest.FixtureRequest) -> "World":
    """The same, committed, so that other processes see it."""
    from tests.support.world import World

    return World(keeps=not _patches(request))


@pytest.fixture(scope="session")
def _stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker, run_folder: Path) -> Iterator["Stage"]:
    from tests.support.played import Stage

    stage = Stage(run_folder)
    yield stage
    with django_db_blocker.unblock():
        stage.clear()


@pytest.fixture
def played(transactional_db: None, _stage: "Stage") -> "Played":
    """The stories of `pages.MAIN`, played on one time line and committed: rows of every kind in many states.
    They are played once a process and copied back for each test (7 s, then 20 ms)."""
    return _stage.set()


@pytest.fixture
def committed_database_url(transactional_db: None) -> str:
    """DATABASE_URL for child processes; they see what the test has committed."""
    return databases.url()


LONG = (  # files begun first, so that no worker is left with a minute's work at the end
    "test_simulation", "test_demo", "test_stateful", "test_crawl", "test_roles", "test_scripts", "test_pump_kill", "test_migration",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem not in LONG)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and not databases.is_postgres():
        pytest.skip("means something on PostgreSQL only")


# --- the browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, as root, silent on the network."""
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A staff member's desk: Japan, at the width of the pictures."""
    desk = {"timezone_id": "Asia/Tokyo", "locale": "ja-JP", "viewport": {"width": 1360, "height": 900}}
    return {**browser_context_args, **desk}
