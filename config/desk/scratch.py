"""A migrated, empty database for a story: made once for each state of the code, then copied."""

import hashlib
import shutil
import sqlite3
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
    call_command("migrate", verbosity=0)
    _keep(database, kept)


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
