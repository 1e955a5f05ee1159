"""`manage.py doctor`: each thing that can be missing is named, and nothing else fails it."""

import sys
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.desk import clock, doctor, heartbeat, triggers
from config.desk.models import HandlerRun
from config.desk.press import press
from config.desk.step import step, system_user
from contracts.deadlines.models import Deadline
from contracts.terms.models import TermsVersion
from contracts.terms.workflow import create_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def _healthy(settings: Any) -> None:
    """A place that lacks nothing: a mail server, terms in force, a worker that was here a minute ago."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with step("tests.begin", at=clock.now()):
        create_version(number="2025-04-01", effective_from=date(2025, 4, 1))
    heartbeat.beat("pump", clock.now())


def run() -> tuple[int, dict[str, str]]:
    """(exit code, the lines by the name of their check, each beginning with its mark)"""
    out, code = StringIO(), 0
    try:
        call_command("doctor", stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    lines = [line for line in out.getvalue().splitlines() if line]
    return code, {line[2:].partition("　")[0]: f"{line[0]} {line.partition('　')[2]}" for line in lines}


def lacking() -> dict[str, str]:
    """What is missing, where something is; then the exit code is 1."""
    code, lines = run()
    found = {name: line for name, line in lines.items() if line.startswith("✕")}
    assert code == (1 if found else 0)
    return found


def application() -> Any:
    fields = {
        "kind": "individual", "name": "湖畔　みのり", "kana": "コハン ミノリ", "email": "minori@kohan.example",
        "postal_code": "100-0005", "address": "東京都千代田区見本町9番", "phone": "03-0000-0001", "channel": "web",
        "licenses": 1, "agreed_version": "2025-04-01", "agreed_at": clock.now() - timedelta(hours=1),
    }  # fmt: skip
    return press("applications.receive", None, by=system_user(), at=clock.now(), data=fields)


@pytest.mark.usefixtures("_healthy")
def test_a_healthy_place_lacks_nothing() -> None:
    code, lines = run()

    assert code == 0
    assert lacking() == {}
    assert set(lines) == {
        *(
            "データベース",
            "記録の保護",
            "種類の登録",
            "メール",
            "メールの配達記録",
            "待っている仕事",
            "取込みフォルダー",
            "書面の確認",
            "文面",
            "自動処理",
            "規約の版",
            "書体",
            "PDF",
            "発送",
            "受信したファイル",
            "個別規約のファイル",
            "決裁の内容",
        )
    }
    assert lines["規約の版"].startswith("− 2025年4月1日版")  # without its text: worth knowing


@pytest.mark.usefixtures("_healthy")
class TestEachThingMissing:
    """One thing is taken away; that line alone says so."""

    def test_a_migration(self) -> None:
        MigrationRecorder.Migration.objects.filter(app="violations").delete()
        assert "manage.py migrate" in lacking()["データベース"]

    def test_a_trigger(self) -> None:
        triggers.drop_all()
        try:
            assert set(lacking()) == {"記録の保護"}
        finally:
            triggers.install_all()

    def test_a_kind(self) -> None:
        application()
        Deadline.objects.update(kind="applications.forgotten")
        assert "期限 applications.forgotten" in lacking()["種類の登録"]

    def test_the_terms(self) -> None:
        TermsVersion.objects.update(effective_from=date(2999, 1, 1))
        assert "import_terms" in lacking()["規約の版"]

    def test_a_mail_server(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        assert set(lacking()) == {"メール"}
        settings.KIYAKU_MODE = "training"
        assert lacking() == {}

    def test_the_worker(self) -> None:
        heartbeat.beat("pump", clock.now() - timedelta(hours=1))
        assert set(lacking()) == {"自動処理"}

    def test_a_font(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("notices.rendering.glyphs._FILES", {"mincho": "nowhere.ttf", "gothic": "nowhere.ttf"})
        assert "fonts-ipaexfont" in lacking()["書体"]

    def test_pango(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "notices.rendering.pdf", None)
        assert "libpango" in lacking()["PDF"]

    def test_a_letter_that_nobody_makes(self) -> None:
        row = application()
        for ground in range(1, 6):
            data = {"ground": ground, "finding": "clear", "reason": "記録なし"}
            press("applications.judge_ground", row, by=system_user(), at=clock.now(), data=data)
        late = clock.now() - timedelta(hours=1)
        press("applications.accept", row, by=system_user(), at=late, data={"channels": "email"})
        assert "書面ができないまま10分以上たつ通知が1通" in lacking()["発送"]

    def test_a_handler_that_nobody_runs(self) -> None:
        HandlerRun.objects.create(
            engine="notices", event="dispatched", kind="x", row=application(), at=clock.now() - timedelta(hours=1)
        )
        assert "待っている仕事があります" in lacking()["待っている仕事"]


def test_a_worker_that_never_ran_is_no_fault() -> None:
    assert run()[1]["自動処理"].startswith("−")


def test_without_a_database_the_rest_is_still_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise ConnectionError("なし")

    monkeypatch.setattr(connection, "ensure_connection", unreachable)
    code, lines = run()

    assert code == 1
    assert set(lines) == {"データベース", "メール", "メールの配達記録", "書体", "PDF"}
    assert "確かめられませんでした" in lines["データベース"]


def test_a_check_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        doctor.check("データベース", lambda: doctor.Finding(True, ""))
