"""Files that came in: taken or refused, kept once by their hash, handed out as they came, looked at by doctor."""

import hashlib
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils.datastructures import MultiValueDict

from config.desk import clock
from config.desk.press import press
from config.desk.refusal import FormRefused, NotPermitted
from contracts.incoming import filetypes, storage
from contracts.incoming.models import Incoming, StoredFile
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOON = at("2026-11-02T12:00")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
EML = b"From: tsuho@kohan.example\r\nDate: Mon, 2 Nov 2026 11:00:00 +0900\r\nSubject: =?utf-8?b?6YCa5aCx?=\r\n\r\n\x1b$B%F\x1b(B\r\n"
CSV = "日時,利用者\r\n2026-11-02,山田\r\n".encode("cp932")
TXT = "貸与の記録\n".encode()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A storage of the test's own."""
    files = dict(settings.STORAGES["files"]) | {"OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"files": files}
    return tmp_path / "files"


def receive(world: World, *files: tuple[str, bytes], by: str = "rin", **other: Any) -> Incoming:
    """Pressed with files at noon."""
    data = {"channel": "email", "received_at": NOON, "summary": "通報のメール"} | other
    uploads = MultiValueDict({"uploads": [SimpleUploadedFile(name, content) for name, content in files]})
    with clock.standing_at(NOON):
        return press("incoming.receive", None, by=world.staff[by], at=NOON, data=data, files=uploads)  # type: ignore[return-value]


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def browser(world: World, name: str = "rin") -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


# --- kept ---------------------------------------------------------------------------------------------------------


TAKEN = [
    ("通報.eml", EML, "message/rfc822"), ("契約書.PDF", PDF, "application/pdf"), ("画面.png", PNG, "image/png"),
    ("写真.jpg", JPG, "image/jpeg"), ("写真.jpeg", JPG, "image/jpeg"), ("記録.csv", CSV, "text/csv"), ("記録.txt", TXT, "text/plain"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "media_type"), TAKEN, ids=[name for name, _, _ in TAKEN])
def test_a_file_is_kept_by_the_hash_of_its_bytes(
    world: World, folder: Path, name: str, content: bytes, media_type: str
) -> None:
    file = receive(world, (name, content)).files.get()
    sha256 = hashlib.sha256(content).hexdigest()
    assert (file.name, file.sha256, file.size, file.media_type) == (name, sha256, len(content), media_type)
    assert on_disk(folder) == [folder / sha256[:2] / sha256]
    assert on_disk(folder)[0].read_bytes() == content
    assert on_disk(folder)[0].stat().st_mode & 0o077 == 0  # nobody else on the machine reads it


def test_the_same_bytes_twice_lie_once(world: World, folder: Path) -> None:
    first, second = receive(world, ("a.pdf", PDF)), receive(world, ("b.pdf", PDF))
    assert first.files.get().sha256 == second.files.get().sha256
    assert len(on_disk(folder)) == 1
    assert [file.name for file in StoredFile.objects.order_by("pk")] == ["a.pdf", "b.pdf"]


def test_the_same_bytes_twice_in_one_go_are_one_file(world: World, folder: Path) -> None:
    entered = receive(world, ("a.pdf", PDF), ("a の写し.pdf", PDF), ("c.png", PNG))
    assert [file.name for file in entered.files.order_by("pk")] == ["a.pdf", "c.png"]
    assert len(on_disk(folder)) == 2


def test_a_damaged_copy_is_replaced_when_the_right_bytes_come_again(world: World, folder: Path) -> None:
    file = receive(world, ("a.pdf", PDF)).files.get()
    on_disk(folder)[0].write_bytes(b"%PDF-half")
    assert storage.kept(file.sha256) is None
    receive(world, ("a.pdf", PDF))
    assert storage.kept(file.sha256) == PDF
    assert len(on_disk(folder)) == 1


def test_a_file_chosen_on_the_page_arrives_whole(world: World, folder: Path) -> None:
    """The page looks at the file before the verb does; both have to read it from its beginning."""
    posted = {
        "channel": "email",
        "received_at": "2026-11-02T11:00",
        "summary": "通報",
        "uploads": [SimpleUploadedFile("通報.eml", EML)],
    }
    with clock.standing_at(NOON):
        assert browser(world).post("/admin/verb/incoming.receive/", posted).status_code == 302
    assert StoredFile.objects.get().sha256 == hashlib.sha256(EML).hexdigest()


def test_a_name_leads_nowhere(world: World, folder: Path) -> None:
    file = receive(world, ("../../etc/\u202egnp.pdf\r\n.pdf", PDF)).files.get()
    assert "/" not in file.name
    assert not {"\r", "\n", "\u202e"} & set(file.name)
    assert [path.parent.parent for path in on_disk(folder)] == [folder]


# --- refused ------------------------------------------------------------------------------------------------------


REFUSED = [
    ("program.exe", b"MZ\x90\x00", "受け取れない形式です"), ("名前だけ", TXT, "受け取れない形式です"), ("page.html", b"<html>", "受け取れない形式です"),
    ("見せかけ.pdf", b"MZ\x90\x00", "名前の示す形式と違います"), ("見せかけ.png", JPG, "名前の示す形式と違います"),
    ("見せかけ.jpg", PNG, "名前の示す形式と違います"), ("見せかけ.txt", PNG, "名前の示す形式と違います"),
    ("見せかけ.csv", b"a,b\x00c", "名前の示す形式と違います"), ("見せかけ.eml", TXT, "名前の示す形式と違います"),
    ("空.pdf", b"", "空の"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "says"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_what_is_not_taken_is_said_by_name(world: World, folder: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(FormRefused) as refused:
        receive(world, ("a.pdf", PDF), (name, content))
    assert says in refused.value.message or (not content and "uploads" in refused.value.form.errors)
    assert not content or f"「{name}」" in refused.value.message
    assert not Incoming.objects.exists()
    assert not on_disk(folder)


def test_above_20_mb_is_refused_and_20_mb_are_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert filetypes.MAX_BYTES == 20 * 1024 * 1024
    monkeypatch.setattr(filetypes, "MAX_BYTES", len(PDF))
    assert receive(world, ("a.pdf", PDF)).files.count() == 1
    with pytest.raises(FormRefused, match="「b.pdf」は20MBを超えています"):
        receive(world, ("b.pdf", PDF + b"x"))


def test_more_than_ten_at_once_are_refused(world: World) -> None:
    with pytest.raises(FormRefused, match="10件まで"):
        receive(world, *[(f"{n}.pdf", PDF + bytes([n])) for n in range(11)])


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    with pytest.raises(FormRefused) as refused:
        receive(world, ("a.exe", b"MZ"), ("b.pdf", b"MZ"))
    assert "a.exe" in refused.value.message
    assert "b.pdf" in refused.value.message


@pytest.mark.parametrize("name", ["mio", "aki", "gen"])
def test_who_enters_nothing(world: World, folder: Path, name: str) -> None:
    with pytest.raises(NotPermitted):
        receive(world, ("a.pdf", PDF), by=name)
    assert not on_disk(folder)


# --- handed out ---------------------------------------------------------------------------------------------------


def test_the_download_is_the_very_bytes_and_is_never_opened_in_our_pages(world: World) -> None:
    file = receive(world, ("通報 1.eml", EML)).files.get()
    response = browser(world, "aki").get(f"/admin/incoming/file/{file.pk}/")
    assert response.status_code == 200
    assert response.content == EML
    assert response["Content-Type"] == "message/rfc822"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E9%80%9A%E5%A0%B1")
    assert "no-store" in response["Cache-Control"]


def test_who_sees_no_cases_gets_no_file(world: World) -> None:
    file = receive(world, ("a.pdf", PDF)).files.get()
    assert browser(world, "gen").get(f"/admin/incoming/file/{file.pk}/").status_code == 403
    assert Client().get(f"/admin/incoming/file/{file.pk}/").status_code == 302  # to the log-in


@pytest.mark.parametrize(
    "path", ["0", "999999", "..", "../../kiyaku.sqlite3", "%2e%2e%2fsecret_key", "1/../../secret_key"]
)
def test_an_address_names_a_row_and_nothing_else(world: World, path: str) -> None:
    receive(world, ("a.pdf", PDF))
    response = browser(world).get(f"/admin/incoming/file/{path}/")
    assert response.status_code in (302, 404)
    assert "Content-Disposition" not in response


def test_nothing_is_posted_to_a_file(world: World) -> None:
    file = receive(world, ("a.pdf", PDF)).files.get()
    assert browser(world).post(f"/admin/incoming/file/{file.pk}/").status_code == 405


def test_what_was_tampered_with_is_not_handed_out(world: World, folder: Path) -> None:
    entered = receive(world, ("a.pdf", PDF))
    on_disk(folder)[0].write_bytes(PDF + b"more")
    response = browser(world).get(entered.files.get().get_absolute_url(), follow=True)
    assert "受け取ったときの内容と違います" in response.content.decode()
    assert "Content-Disposition" not in response


# --- doctor -------------------------------------------------------------------------------------------------------


def asked() -> str:
    out = StringIO()
    with suppress(SystemExit):
        call_command("doctor", stdout=out)
    return next(line for line in out.getvalue().splitlines() if line[2:].startswith("受信したファイル"))


def test_doctor_finds_the_files_as_they_came(world: World) -> None:
    receive(world, ("a.pdf", PDF), ("b.png", PNG))
    assert not asked().startswith("✕")


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_doctor_names_a_file_that_changed_or_is_gone(world: World, folder: Path, damage: str) -> None:
    entered = receive(world, ("証拠.pdf", PDF), ("b.png", PNG))
    path = folder / hashlib.sha256(PDF).hexdigest()[:2] / hashlib.sha256(PDF).hexdigest()
    path.unlink() if damage == "gone" else path.write_bytes(PDF.replace(b"1.7", b"1.6"))
    line = asked()
    assert line.startswith("✕")
    assert f"1件、失われたか、変わっています：{entered.number} 証拠.pdf" in line
