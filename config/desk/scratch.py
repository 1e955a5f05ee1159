"""A migrated, empty database for a story: made once for each state of the code, then copied.

Where the code has changed but no migration has, it is made from the copy that is kept for the migrations (20 s less);
the tests keep and use the same copy.
"""

import hashlib
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

SKIPPED = {".venv", "var", "tests", "node_modules", "__pycache__"}


def migrate_or_copy() -> None:
    """Bring the (SQLite) database of this process up to date, from the kept copy where the code is the same."""
    database, kept = Path(connection.settings_dict["NAME"]), _kept()
    if kept.exists():
        connection.close()
        shutil.copyfile(kept, database)
        return
    begin_from_migrated(database)
    call_command("migrate", verbosity=0)  # what follows every run of it (roles, schedules, triggers) is done anew
    _keep(database, kept)


def begin_from_migrated(database: Path) -> None:
    """Start from the copy kept for these migrations, where there is one and the database is not there yet."""
    if not database.exists() and (kept := kept_by_migrations()).exists():
        shutil.copyfile(kept, database)


def keep_by_migrations(database: Path) -> None:
    """Keep this migrated, empty database for whoever begins from these migrations; a read-only checkout keeps none."""
    kept = kept_by_migrations()
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{hashlib.sha256(str(database).encode()).hexdigest()[:8]}")
        shutil.copyfile(database, fresh)
        fresh.replace(kept)


def kept_by_migrations() -> Path:
    """Its place, by the content of every migration, ours and the libraries'."""
    return settings.BASE_DIR / "var" / "scratch" / f"migrated-{digest_of_migrations()}.sqlite"


def digest_of_migrations() -> str:
    """Our migrations and requirements.lock, which brings the libraries'."""
    digest, base = hashlib.sha256(), settings.BASE_DIR
    migrations = [*base.glob("*/migrations/*.py"), *base.glob("*/*/migrations/*.py")]
    for path in sorted([base / "requirements.lock", *migrations]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def checkpoint(database: Path) -> None:
    """Put everything that was committed into the one file."""
    with sqlite3.connect(database) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _kept() -> Path:
    return settings.BASE_DIR / "var" / "scratch" / f"{_digest_of_code()}.sqlite3"


def _digest_of_code() -> str:
    """Roles and schedules follow from the code too, so all of it counts, not the migrations alone."""
    digest = hashlib.sha256()
    for path in sorted(settings.BASE_DIR.rglob("*.py")):
        if not SKIPPED & set(path.relative_to(settings.BASE_DIR).parts):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _keep(database: Path, kept: Path) -> None:
    connection.close()
    checkpoint(database)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob("*.sqlite3"):
            old.unlink(missing_ok=True)
        fresh = kept.with_suffix(f".{hashlib.sha256(str(database).encode()).hexdigest()[:8]}")
        shutil.copyfile(database, fresh)
        fresh.rename(kept)
    except OSError:
        return  # a read-only checkout plays as well, only slower
