"""A file in the folder is taken in once, and ends in 済 or 不可; whatever interrupts, nothing is lost and nothing doubled."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.desk import clock
from contracts.applications import drop_folder, tasks, workflow
from contracts.applications.models import Application, Intake, RejectedRow
from tests.applications.test_import_pages import csv_of, row
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
pytestmark = pytest.mark.both


def run(folder: Path) -> list[tuple[str, str]]:
    with clock.standing_at(NOW):
        return [(told.name, told.state) for told in drop_folder.take_all(folder, at=NOW, quiet_seconds=0)]


def names(folder: Path) -> dict[str, set[str]]:
    def lying(place: Path) -> set[str]:
        return (
            {f.name for f in place.iterdir() if f.is_file() and f.name != drop_folder.LOCK} if place.exists() else set()
        )

    return {"": lying(folder), "済": lying(folder / "済"), "不可": lying(folder / "不可")}


def written() -> Counter[str]:
    return Counter({model.__name__: model._default_manager.count() for model in (Application, Intake, RejectedRow)})


def test_each_file_is_taken_in_once_and_moved_aside(world: World, tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_bytes(csv_of(row(1), row(2), row(3, 希望ライセンス数="0")))
    (tmp_path / "2.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "3.csv.part").write_bytes(csv_of(row(4)))
    assert run(tmp_path) == [("1.csv", "done"), ("2.csv", "refused")]
    assert names(tmp_path) == {"": {"3.csv.part"}, "済": {"1.csv"}, "不可": {"2.csv", "2.csv.理由.txt"}}
    assert "見出しの列が足りません" in (tmp_path / "不可" / "2.csv.理由.txt").read_text("utf-8-sig")
    assert written() == Counter(Application=2, Intake=2, RejectedRow=1)
    browser = Client()
    browser.force_login(world.staff["rin"])
    page = browser.get(reverse("admin:applications_intake_changelist")).content.decode()
    assert all(part in page for part in ("1.csv", "2.csv", "取込みフォルダー", "不可", str(Intake.objects.first().by)))  # type: ignore[union-attr]

    (tmp_path / "1.csv").write_bytes(
        csv_of(row(1), row(2), row(3, 希望ライセンス数="0"))
    )  # the exporter sends it again
    (tmp_path / "4.csv").write_bytes(csv_of(row(1), row(5)))  # and a longer export
    run(tmp_path)
    assert written() == Counter(Application=3, Intake=3, RejectedRow=1)
    assert names(tmp_path) == {"": {"3.csv.part"}, "済": {"1.csv", "4.csv"}, "不可": {"2.csv", "2.csv.理由.txt"}}


def test_another_content_of_the_same_name_is_kept_beside(world: World, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "申込.csv").write_bytes(csv_of(row(number)))
        run(tmp_path)
    assert len(names(tmp_path)["済"]) == 2
    assert Application.objects.count() == 2


@pytest.mark.parametrize("where", ["in the third row", "before it was moved"])
def test_a_killed_run_leaves_a_state_from_which_the_next_goes_on(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tmp_path / "1.csv").write_bytes(csv_of(*(row(n) for n in range(1, 6)), row(6, 希望ライセンス数="0")))
    with monkeypatch.context() as patch:
        if where == "before it was moved":
            patch.setattr(drop_folder, "_moved", killed)
        else:
            patch.setattr(workflow, "register_customer", killed_at_the_third(workflow.register_customer))
        with pytest.raises(Killed):
            run(tmp_path)
    assert names(tmp_path)[""] == {"1.csv"}
    assert run(tmp_path) == [("1.csv", "done")]
    assert names(tmp_path) == {"": set(), "済": {"1.csv"}, "不可": set()}
    assert written() == Counter(Application=5, Intake=1, RejectedRow=1)
    intake = Intake.objects.get()
    assert (intake.state, intake.accepted, intake.duplicates, intake.rejected) == ("done", 5, 0, 1)


class Killed(BaseException):
    """The process is gone."""


def killed(*args: Any, **kwargs: Any) -> None:
    raise Killed


def killed_at_the_third(call: Any) -> Any:
    left = iter([call, call])
    return lambda **kwargs: next(left, killed)(**kwargs)


def test_what_is_still_being_written_and_a_folder_at_work_are_left_alone(world: World, tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_bytes(csv_of(row(1)))
    assert drop_folder.take_all(tmp_path, at=NOW, quiet_seconds=3600) == []
    with drop_folder._alone(tmp_path) as mine:
        assert mine
        assert run(tmp_path) == []
    assert names(tmp_path)[""] == {"1.csv"}


def test_without_terms_in_force_the_file_waits(world: World, tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_bytes(csv_of(row(1)))
    early = at("1990-01-01T00:00")
    with clock.standing_at(early):
        (told,) = drop_folder.take_all(tmp_path, at=early, quiet_seconds=0)
    assert (told.state, written()) == ("left", Counter())
    assert "規約の版" in told.told


def test_the_worker_and_the_command_read_the_folder_of_the_settings(
    world: World, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("take_in_applications")
    assert "KIYAKU_INTAKE_FOLDER" in capsys.readouterr().err
    settings.KIYAKU_INTAKE_FOLDER = str(tmp_path)
    (tmp_path / "1.csv").write_bytes(csv_of(row(1)))
    os.utime(tmp_path / "1.csv", (0, 0))
    with clock.standing_at(NOW):
        tasks.run_intake()
    (tmp_path / "2.csv").write_bytes(csv_of(row(2)))
    with clock.standing_at(NOW):
        call_command("take_in_applications", "--quiet-seconds", "0")
    assert "済　2.csv　取り込んだ申込 1" in capsys.readouterr().out
    assert Application.objects.count() == 2
