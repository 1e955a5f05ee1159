"""The test database itself: committing tests leave nothing behind, and nothing reaches the development database."""

import os
import subprocess
import sys

import pytest
from django.contrib.auth.models import Group

from tests.support.settings import UNUSABLE_DATABASE

pytestmark = pytest.mark.both
COUNT = "from django.contrib.auth.models import Group as G; print('groups', G.objects.filter(name='残るもの').count())"


def count_in_child(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "shell", "--command", COUNT]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_each_committing_test_starts_from_the_migrated_database(turn: int) -> None:
    assert not Group.objects.filter(name="残るもの").exists()
    Group.objects.create(name="残るもの")


def test_a_child_process_sees_what_the_test_committed(committed_database_url: str) -> None:
    Group.objects.create(name="残るもの")
    child = count_in_child(DATABASE_URL=committed_database_url)
    assert "groups 1" in child.stdout, child.stderr


def test_a_child_process_without_a_database_of_its_own_reaches_none() -> None:
    child = count_in_child(DATABASE_URL=UNUSABLE_DATABASE)
    assert child.returncode != 0
    assert "unable to open database file" in child.stderr


def test_the_environment_names_no_database_of_the_developer() -> None:
    assert os.environ["DATABASE_URL"] in {UNUSABLE_DATABASE, os.environ.get("KIYAKU_TEST_DATABASE_URL")}
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "config.settings"
