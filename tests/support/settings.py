"""The settings of the test run: config.settings, with the development database and folder out of reach.

A module of its own and not a conftest, since pytest-django loads the settings before any conftest.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A test that opens the database without the mark, or a child process that was given none, meets this path and fails;
# it can never read or write the development file.
UNUSABLE_DATABASE = "sqlite:////nonexistent/kiyaku-tests-have-a-database-of-their-own.sqlite3"
SHARED_MEMORY = Path("/dev/shm")

# One folder a process (each xdist worker has its own), in memory where the machine has it.
RUN_FOLDER = Path(tempfile.mkdtemp(prefix="kiyaku-tests-", dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None))
(RUN_FOLDER / "static").mkdir()  # WhiteNoise warns where it is missing
atexit.register(shutil.rmtree, RUN_FOLDER, ignore_errors=True)

os.environ.update(
    DATABASE_URL=os.environ.get("KIYAKU_TEST_DATABASE_URL", UNUSABLE_DATABASE),
    DEBUG="false",
    SECRET_KEY="for-tests-only-and-no-secret-at-all-0123456789",
    KIYAKU_VAR=str(RUN_FOLDER),
    KIYAKU_MODE="service",
    KIYAKU_LETTER_RENDERER="text",  # rendering costs 60 ms a letter; tests of the PDF ask for it by name
    KIYAKU_Q_SYNC="false",  # a nudge stays a row; tests call pump and sweep themselves
    DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright keeps an event loop in the thread of the test
)
for of_the_operator in ("EMAIL_URL", "ALLOWED_HOSTS", "KIYAKU_HTTPS", "KIYAKU_ANYMAIL_BACKEND", "KIYAKU_REPLY_TO"):
    os.environ.pop(of_the_operator, None)
# Child processes (manage.py play, pump) run on the plain settings, with the environment above and a database by name.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; the real one costs 0.2 s a log-in
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
