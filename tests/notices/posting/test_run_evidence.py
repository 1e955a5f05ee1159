"""`verify_notices` asks after what was printed: the kept file, its SHA-256, and the run as its history left it."""

from typing import Any

import pytest
from django.core.files.storage import storages

from contracts.incoming import storage
from notices.evidence import verify
from notices.posting.models import PrintRun
from tests.notices.posting.runs import letters, printed
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(world: World) -> PrintRun:
    letters(world, 1)
    made = printed(world)
    made.refresh_from_db()
    assert storage.kept(made.file_sha256)
    assert not verify.verify().differences
    return made


def _told() -> list[tuple[str, str]]:
    return [(d.number, d.text) for d in verify.verify().differences]


def test_a_file_that_is_gone_or_damaged_is_named_by_its_run(run: PrintRun) -> None:
    files: Any = storages["files"]
    path = f"{run.file_sha256[:2]}/{run.file_sha256}"
    with files.open(path, "rb") as file:
        body = file.read()
    for damage in (lambda: None, lambda: _write(files, path, body + b"x")):
        files.delete(path)
        damage()
        assert [(number, "PDFのファイル" in text) for number, text in _told()] == [(run.number, True)]
    files.delete(path)
    storage.keep(body)
    assert _told() == []


def _write(files: Any, path: str, body: bytes) -> None:
    with open(files.path(path), "wb") as file:
        file.write(body)


@pytest.mark.parametrize("other", ["0" * 64, ""])
def test_another_sha256_does_not_fit_the_history(run: PrintRun, other: str) -> None:
    PrintRun.objects.filter(pk=run.pk).update(file_sha256=other)
    assert (run.number, "SHA-256") in [
        (n, "SHA-256" if "SHA-256" in t and "最後の変更の記録" in t else "") for n, t in _told()
    ]
