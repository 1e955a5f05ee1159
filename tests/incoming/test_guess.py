"""A file is filed by one press: what is left empty is what it says of itself."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from contracts.incoming import guess
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming
from tests.support.world import World, at

NOON = at("2026-11-02T12:00")
SUBJECT = "=?iso-2022-jp?B?GyRCQlE9UCROMGMyfhsoQg==?= [report]"
MAIL = f"From: a@mado.example\r\nDate: Sun, 1 Nov 2026 08:30:00 +0900\r\nSubject: {SUBJECT}\r\n\r\n本文".encode()


def mail(**headers: str) -> Upload:
    lines = {"From": "a@mado.example", "Message-ID": "<1@mado.example>"} | {k.title(): v for k, v in headers.items()}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n本文"
    return Upload("手紙.eml", guess.MAIL, text.encode())


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Sun, 1 Nov 2026 08:30:00 +0900", datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),
        ("Sun, 1 Nov 2026 08:30:00 -0000", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Tue, 1 Jan 1901 00:00:00 +0900", None),
        ("きのう", None),
        ("", None),
    ],
)
def test_the_moment_of_a_mail(date: str, moment: datetime | None) -> None:
    assert guess.of([mail(date=date)]).received_at == moment


def test_the_subject_is_decoded_and_in_one_line() -> None:
    assert guess.of([mail(subject="=?utf-8?B?6LK45LiO?=\r\n =?utf-8?B?44Gu5Lu2?=")]).summary == "貸与の件"
    assert guess.of([mail(subject="一行目\r\n\t二行目")]).summary == "一行目 二行目"
    raw = b"From: a@mado.example\r\nDate: x\r\nSubject: " + "貸与".encode("cp932") + b"\r\n\r\n"
    assert guess.of([Upload("手紙.eml", guess.MAIL, raw)]).summary == "手紙.eml"  # bytes that name no encoding
    assert guess.of([mail(subject="one\r\n\ttwo")]).summary == "one two"
    assert guess.of([mail()]).summary == "手紙.eml"


def test_a_mail_speaks_before_its_scans_a_scan_is_a_letter_a_text_a_log() -> None:
    scan, text = Upload("封書.pdf", "application/pdf", b"%PDF-"), Upload("接続.csv", "text/csv", b"a,b")
    assert guess.of([scan, mail(subject="Re")]).channel == "email"
    assert (guess.of([scan]).channel, guess.of([scan]).summary) == ("letter", "封書.pdf")
    assert guess.of([text, scan]).channel == "log"
    assert guess.of([]) == guess.Guess()


def post(world: World, **data: Any) -> Any:
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(NOON):
        return browser.post("/admin/verb/incoming.receive/", data)


@pytest.mark.django_db
def test_a_mail_alone_is_enough(world: World) -> None:
    case = world.case(NOON)
    url = f"/admin/verb/incoming.receive/?back={case.number}"
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(NOON):
        answer = browser.post(url, {"uploads": SimpleUploadedFile("報告.eml", MAIL), "about": case.number})
    entered = Incoming.objects.get()
    assert answer["Location"] == url_of(case)
    assert (entered.channel, entered.received_at, entered.subject) == ("email", at("2026-11-01T08:30"), case)
    assert entered.summary.endswith("[report]")
    assert entered.files.get().name == "報告.eml"


@pytest.mark.django_db
def test_a_senders_clock_that_runs_ahead_makes_no_future(world: World) -> None:
    ahead = MAIL.replace(b"1 Nov 2026", b"8 Nov 2026")
    assert post(world, uploads=SimpleUploadedFile("報告.eml", ahead)).status_code == 302
    assert Incoming.objects.get().received_at == NOON


@pytest.mark.django_db
def test_what_a_person_writes_stands(world: World) -> None:
    given = {"channel": "colleague", "received_at": "2026-11-02T09:00", "summary": "営業から転送"}
    assert post(world, uploads=SimpleUploadedFile("報告.eml", MAIL), **given).status_code == 302
    entered = Incoming.objects.get()
    assert (entered.channel, entered.received_at, entered.summary) == (
        "colleague",
        at("2026-11-02T09:00"),
        "営業から転送",
    )


@pytest.mark.django_db
def test_without_a_file_how_and_what_are_asked(world: World) -> None:
    answer = post(world, received_at="2026-11-02T09:00")
    assert answer.status_code == 422
    assert answer.content.decode().count("ファイルを付けないときは、この欄を入れてください。") == 2
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(
    ("received", "moment"),
    [
        ("by mx.akatsuki.example; Mon, 2 Nov 2026 08:00:00 +0900", at("2026-11-02T08:00")),  # the Date lies before it
        ("by mx.akatsuki.example; Sat, 31 Oct 2026 08:00:00 +0900", at("2026-11-01T08:30")),
        ("by mx.akatsuki.example", at("2026-11-01T08:30")),
    ],
)
def test_a_mail_came_no_earlier_than_our_server_took_it(received: str, moment: datetime) -> None:
    assert guess.of([mail(date="Sun, 1 Nov 2026 08:30:00 +0900", received=received)]).received_at == moment


def test_the_last_server_writes_above_the_others() -> None:
    hops = b"Received: by b.example; Mon, 2 Nov 2026 08:00:00 +0900\r\nReceived: by a.example; Sun, 1 Nov 2026 09:00:00 +0900\r\n"
    assert guess.of([Upload("手紙.eml", guess.MAIL, hops + MAIL)]).received_at == at("2026-11-02T08:00")


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["Mon, 1 Jan 1951", "Mon, 26 Oct 2026"])
def test_an_old_mail_does_not_say_by_itself_when_it_came(world: World, day: str) -> None:
    old = MAIL.replace(b"Sun, 1 Nov 2026", day.encode())
    answer = post(world, uploads=SimpleUploadedFile("報告.eml", old))
    assert answer.status_code == 422
    assert "実際に届いた日時を入れてください" in answer.content.decode()
    assert not Incoming.objects.exists()
    assert post(world, uploads=SimpleUploadedFile("報告.eml", old), received_at="2026-10-27T10:00").status_code == 302
    assert Incoming.objects.get().received_at == at("2026-10-27T10:00")
