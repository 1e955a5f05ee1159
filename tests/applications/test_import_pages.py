"""A file is taken in on the screen: chosen, judged, looked at, confirmed; nothing is written before."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.desk import clock, heartbeat
from config.desk.pages import url_of
from contracts.applications import tasks, uploads, views
from contracts.applications.intake import COLUMNS
from contracts.applications.models import Application, Intake, RejectedRow
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
UPLOAD, PREVIEW = reverse("applications:import"), reverse("applications:import_preview")
ROW = dict.fromkeys(COLUMNS, "") | {
    "受付番号": "WEB-2026-90001",
    "申込日時": "2026/11/02 09:30",
    "申込経路": "Web",
    "区分": "団体",
    "法人名・氏名": "はまなす協議会",
    "フリガナ": "ハマナスキョウギカイ",
    "郵便番号": "100-0005",
    "町域番地": "見本町9丁目",
    "電話番号": "03-0000-0001",
    "メールアドレス": "soumu@hamanasu.example",
    "希望ライセンス数": "5",
    "規約同意": "はい",
    "同意規約版": "2025-04-01",
}


def row(number: int, **other: str) -> dict[str, str]:
    return ROW | {"受付番号": f"WEB-2026-9{number:04}", "メールアドレス": f"a{number}@hamanasu.example"} | other


def csv_of(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode(encoding)


class Desk:
    """One person's browser at the moment NOW."""

    def __init__(self, world: World, name: str = "rin") -> None:
        self.browser = Client()
        self.browser.force_login(world.staff[name])

    def get(self, url: str) -> Any:
        with clock.standing_at(NOW):
            return self.browser.get(url)

    def choose(self, data: bytes, encoding: str = "auto", name: str = "申込.csv") -> Any:
        with clock.standing_at(NOW):
            return self.browser.post(UPLOAD, {"file": SimpleUploadedFile(name, data), "encoding": encoding})

    def confirm(self) -> Any:
        with clock.standing_at(NOW):
            return self.browser.post(PREVIEW)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)


def test_choose_look_confirm(world: World) -> None:
    desk = Desk(world)
    assert "内容を確かめる" in desk.get(UPLOAD).content.decode()
    data = csv_of(row(1), row(2, 郵便番号="999-9999"), row(3, 希望ライセンス数="二十"), encoding="cp932")
    assert desk.choose(data).url == PREVIEW
    page = desk.get(PREVIEW).content.decode()
    assert all(
        shown in page
        for shown in (
            "2件の申込を取り込みます",
            "4行目",
            "希望ライセンス数「二十」",
            "郵便番号が見つからない",
            "Shift_JIS",
        )
    )
    assert not Application.objects.exists()
    assert not Intake.objects.exists()
    response = desk.confirm()
    intake = Intake.objects.get()
    assert response.url == url_of(intake)
    assert (intake.accepted, intake.rejected, intake.by, intake.file_name) == (2, 1, world.staff["rin"], "申込.csv")
    assert {a.history.first().history_user for a in Application.objects.all()} == {world.staff["rin"]}
    result = desk.get(response.url).content.decode()
    assert "2件の申込を取り込みました" in result
    assert "希望ライセンス数「二十」" in result
    assert "二十" in desk.get(url_of(RejectedRow.objects.get())).content.decode()


def test_it_says_why_a_row_is_a_duplicate_and_which_rows_want_a_look(world: World) -> None:
    desk = Desk(world)
    desk.choose(csv_of(row(1)))
    desk.confirm()
    desk.choose(csv_of(row(1), row(2), row(2), row(3, 郵便番号="999-9999")))
    page = desk.get(PREVIEW).content.decode()
    doubled = page.partition("重複した行")[2]
    assert "前に取り込んだものと同じ" in doubled.partition("2行目")[2].partition("</tr>")[0]
    assert "ファイルの中で重複" in doubled.partition("4行目")[2].partition("</tr>")[0]
    assert "前に取り込んだものと同じ 1件、ファイルの中で重複 1件" in page
    flagged = page.partition("審査で確かめること")[2].partition("</section>")[0]
    assert "5行目" in flagged
    assert "郵便番号が見つからない" in flagged.partition("5行目")[2]


def test_the_file_is_gone_after_it_was_taken_in(world: World, tmp_path: Path) -> None:
    desk = Desk(world)
    desk.choose(csv_of(row(1)))
    kept = list((tmp_path / "intake").iterdir())
    assert [file.stat().st_mode & 0o777 for file in kept] == [0o600]
    desk.confirm()
    assert list((tmp_path / "intake").iterdir()) == []
    again = desk.confirm()
    assert again.url == UPLOAD
    assert Application.objects.count() == 1


def test_it_is_judged_again_at_the_confirmation(world: World) -> None:
    one, other = Desk(world), Desk(world)
    one.choose(csv_of(row(1), row(2)))
    other.choose(csv_of(row(2)))
    other.confirm()
    one.confirm()
    assert Application.objects.count() == 2
    latest = Intake.objects.latest("pk")
    assert (latest.accepted, latest.duplicates) == (1, 1)


def test_all_doubled_leaves_nothing_to_confirm(world: World) -> None:
    desk = Desk(world)
    desk.choose(csv_of(row(1)))
    desk.confirm()
    desk.choose(csv_of(row(1)))
    page = desk.get(PREVIEW).content.decode()
    assert "新しく取り込む申込はありません" in page
    assert "data-once" not in page


def test_nobody_else_sees_what_was_chosen(world: World) -> None:
    Desk(world).choose(csv_of(row(1)))
    assert Desk(world).get(PREVIEW).url == UPLOAD


@pytest.mark.parametrize("name", ["hana", "mio", "aki", "gen"])
def test_only_those_who_take_applications_in(world: World, name: str) -> None:
    desk = Desk(world, name)
    assert desk.get(UPLOAD).status_code == 403
    assert desk.choose(csv_of(row(1))).status_code == 403
    assert desk.confirm().status_code == 403


@pytest.mark.parametrize(
    ("data", "encoding", "said"),
    [
        (b"", "auto", "ファイルが空です"),
        (b"\x89PNG\x00\x01", "auto", "文字でない内容"),
        (csv_of(row(1), encoding="cp932"), "utf-8", "読めない文字"),
        (b"PK\x03\x04rest", "auto", "Excelブック"),
        (b"a,b\n1,2\n", "auto", "見出しの列が足りません"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_reason(
    world: World, tmp_path: Path, data: bytes, encoding: str, said: str
) -> None:
    response = Desk(world).choose(data, encoding)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not (tmp_path / "intake").exists()


@pytest.mark.both
def test_many_rows_are_taken_in_by_batches_and_a_broken_run_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 2)
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    desk = Desk(world)
    desk.choose(csv_of(row(6, 希望ライセンス数="0"), *(row(n) for n in range(1, 6))))
    place = desk.confirm().url
    intake = Intake.objects.get()
    assert (intake.state, intake.accepted, intake.rejected, intake.settled, intake.rows) == ("running", 1, 1, 2, 6)
    shown = desk.get(place)
    assert shown["Refresh"]
    assert '<progress class="wide" max="6" value="2"' in shown.content.decode()
    with clock.standing_at(NOW + timedelta(seconds=30)):  # no worker was ever heard of: it waits, and says so
        waits = desk.browser.get(place)
        assert "自動処理が動いていないので、待っています。「続きを取り込む」" in waits.content.decode()
        assert "Refresh" not in waits
        heartbeat.beat("pump", NOW)
        assert desk.browser.get(place)["Refresh"]
    with clock.standing_at(NOW):  # the worker: what goes on is left alone; one task, that was told of it twice
        tasks.run_intake()
        assert Application.objects.count() == 1
        tasks.take_rows(intake.pk, again=False)
        tasks.take_rows(intake.pk, again=False)
    with clock.standing_at(NOW + timedelta(minutes=3)):  # it died; the next minute's task goes on
        tasks.run_intake()
    with clock.standing_at(NOW + timedelta(hours=1)):  # and died; a person goes on
        halted = desk.browser.get(place)
        assert "取込みが止まっています" in halted.content.decode()
        assert "Refresh" not in halted
        desk.browser.post(reverse("applications:import_go_on", args=[intake.pk]))
        done = desk.browser.get(place)
        desk.browser.post(reverse("applications:import_go_on", args=[intake.pk]))
    intake.refresh_from_db()
    assert (intake.state, intake.accepted, intake.duplicates, intake.rejected) == ("done", 5, 0, 1)
    assert Application.objects.count() == intake.applications.count() == 5
    assert "Refresh" not in done
    assert "5件の申込を取り込みました" in done.content.decode()


def test_no_file_at_all(world: World) -> None:
    desk = Desk(world)
    with clock.standing_at(NOW):
        response = desk.browser.post(UPLOAD, {"encoding": "auto"})
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["", "../../secret_key", "a" * 63 + "/", "0" * 64])
def test_only_a_hash_leads_to_a_file(db: None, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret_key").write_text("x")
    assert uploads.kept(name) is None


def test_a_changed_file_is_not_taken(db: None, tmp_path: Path) -> None:
    name = uploads.keep(b"one")
    (tmp_path / "intake" / name).write_bytes(b"two")
    assert uploads.kept(name) is None


def test_markup_in_a_name_is_shown_as_text(world: World) -> None:
    desk = Desk(world)
    desk.choose(csv_of(row(1) | {"法人名・氏名": "<b>協議会</b>"}), name="<i>.csv")
    page = desk.get(PREVIEW).content.decode()
    assert "&lt;b&gt;協議会" in page
    assert "<i>" not in page
