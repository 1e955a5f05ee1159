"""Names and contents of the folder are a stranger's: one file's trouble is its own, and nothing moves that was not judged."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts.applications import drop_files, drop_folder, health, importing
from contracts.applications.models import Application, Intake
from tests.applications.test_drop_folder import names, run
from tests.applications.test_import_pages import csv_of, row
from tests.support.world import World

pytestmark = [pytest.mark.both, pytest.mark.django_db]
ODD = {"no text": b"\x90\x5c\x8d\x9e.csv", "long": ("申" * 83 + ".csv").encode(), "long in ASCII": b"a" * 250 + b".csv"}
ODDLY = pytest.mark.parametrize("name", ODD.values(), ids=ODD)


def drop(folder: Path, name: bytes, data: bytes) -> Path:
    path = Path(os.fsdecode(os.path.join(os.fsencode(folder), name)))
    path.write_bytes(data)
    return path


def numbers() -> set[str]:
    return set(Application.objects.values_list("source_number", flat=True))


@ODDLY
@pytest.mark.parametrize("good", [True, False], ids=["good", "refused whole"])
def test_an_odd_name_goes_its_way_and_the_others_too(world: World, tmp_path: Path, name: bytes, good: bool) -> None:
    drop(tmp_path, name, csv_of(row(1)) if good else b"x,y\n1,2\n")
    (tmp_path / "龠.csv").write_bytes(csv_of(row(2)))
    assert sorted(state for _, state in run(tmp_path)) == ["done", "done" if good else "refused"]
    assert (run(tmp_path), len(numbers())) == ([], 2 if good else 1)
    lying = names(tmp_path)
    assert (len(lying["済"]), len(lying["不可"])) == ((2, 0) if good else (1, 2))  # the refused one with its reason


def test_what_cannot_be_moved_is_taken_in_once_stays_and_is_told_of(
    world: World, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.csv").write_bytes(csv_of(row(1)))
    (tmp_path / "2.csv").write_bytes(b"x,y\n")
    (tmp_path / "済").symlink_to(tmp_path / "nowhere")
    settings.KIYAKU_INTAKE_FOLDER = str(tmp_path)
    for _ in range(2):
        assert ("1.csv", "left") in run(tmp_path)
    assert (Application.objects.count(), Intake.objects.filter(state="done").count()) == (1, 1)
    assert names(tmp_path)["不可"] >= {"2.csv", "2.csv.理由.txt"}
    assert health.drop_told(str(tmp_path)) == ""  # just dropped
    later = time.time() + 11 * 60
    monkeypatch.setattr(drop_folder.time, "time", lambda: later)
    browser = Client()
    browser.force_login(world.staff["rin"])
    page = browser.get(reverse("admin:applications_intake_changelist")).content.decode()
    assert "取り込めないまま残っているファイルがあります：1.csv" in page
    assert not health._folder().ok
    (tmp_path / "済").unlink()
    (tmp_path / "済").write_text("x")  # a plain file where the folder ought to be goes its own way, to 不可
    run(tmp_path)
    assert run(tmp_path) == [("1.csv", "done")]


def test_what_is_rewritten_while_its_rows_are_taken_in_is_not_put_aside_unread(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tmp_path / "1.csv", importing.take_in
    path.write_bytes(csv_of(row(1)))

    def rewritten(*given: Any, **named: Any) -> Any:
        path.write_bytes(csv_of(row(1), row(2), row(3)))
        return real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(importing, "take_in", rewritten)
        assert run(tmp_path) == [("1.csv", "left")]
    assert run(tmp_path) == [("1.csv", "done")]
    assert len(numbers()) == 3


def test_a_writer_that_pauses_is_waited_for_and_one_from_elsewhere_is_noticed(world: World, tmp_path: Path) -> None:
    data, path = csv_of(row(1), row(2), row(3)), tmp_path / "1.csv"
    with path.open("wb") as writer:
        writer.write(data[:-120])
        writer.flush()
        assert run(tmp_path) == [("1.csv", "left")]
        writer.write(data[-120:])
    assert run(tmp_path) == [("1.csv", "done")]
    with (tmp_path / "済" / "1.csv").open("ab") as writer:  # as over a network, where no lease tells of it
        writer.write(csv_of(row(4)).splitlines(keepends=True)[-1])
    assert run(tmp_path) == [("1.csv", "done")]
    assert len(numbers()) == 4


def test_links_are_not_followed_and_a_date_to_come_keeps_nothing_waiting(world: World, tmp_path: Path) -> None:
    folder, secret = tmp_path / "drop", tmp_path / "secret.csv"
    folder.mkdir()
    secret.write_bytes(csv_of(row(1)))
    (folder / "link.csv").symlink_to(secret)
    os.mkfifo(folder / "pipe.csv")
    (folder / "5.csv").write_bytes(csv_of(row(5)))
    os.utime(folder / "5.csv", (4e9, 4e9))
    assert run(folder) == [("5.csv", "done"), ("link.csv", "left"), ("pipe.csv", "left")]
    assert len(numbers()) == 1
    assert drop_files.settled(folder / "済" / "5.csv", time.time(), 10)
