"""`python -m tests.support.prepare`: the migrated databases that tests copy, made beside the checks of make test.

On SQLite, or on the server of KIYAKU_TEST_DATABASE_URL where it is set. Nothing to do where they are there already.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.settings"

import django  # noqa: E402

django.setup()

from config.desk import scratch  # noqa: E402
from tests.support import databases, settings  # noqa: E402


def main() -> None:
    """Make the one of this run's database."""
    if databases.is_postgres():
        databases.make_migrated()
    elif not scratch.kept_by_migrations().exists():
        file = settings.RUN_FOLDER / "migrated.sqlite3"
        databases.migrate(str(file))
        scratch.checkpoint(file)
        scratch.keep_by_migrations(file)


if __name__ == "__main__":
    main()
