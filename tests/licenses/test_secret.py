"""The initial password leaves with its letter and is then nowhere: no table, history row, letter, log or queue."""

import base64
import logging
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django_q.models import OrmQ
from django_q.tasks import async_task

from config.desk import report
from notices import secrets, transport
from notices.models import Secret
from notices.rendering.content import SECRET_PLACEHOLDER
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
PASSWORD = "Zq8#himitsu-初回%20<&>"
GIVEN = {"admin_url": "https://admin.akatsuki.example/t/mihon", "admin_id": "mihon-admin", "password": PASSWORD}
SHAPES = [
    PASSWORD,
    "Zq8#himitsu",
    PASSWORD.encode().hex(),
    base64.b64encode(PASSWORD.encode()).decode()[:16],
    "\\u521d\\u56de%20",
]


def dump() -> str:
    """Every value of every table of the database, Django's own and the queue's included."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            parts += [_text(value) for row in cursor.fetchall() for value in row]
    assert len(parts) > 500
    return "\n".join(parts)


def _text(value: Any) -> str:
    data = bytes(value) if isinstance(value, bytes | memoryview) else None
    return data.decode("utf-8", "replace") + data.hex() if data is not None else str(value)


def found_in(text: str) -> list[str]:
    return [shape for shape in SHAPES if shape in text]


def hand_over(world: World, channels: list[str], wait: int = 0) -> Any:
    contract = world.formed(NOW)
    world.set_house(NOW, email_wait_minutes=wait)
    return world.do("licenses.hand_over", contract, by="hana", at=NOW, channels=channels, **GIVEN)


def sent_bodies() -> str:
    return "\n".join(str(message.body) for message in mail.outbox if "認証情報" in message.subject)


def test_it_is_in_the_e_mail_and_then_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    contract = hand_over(world, ["email"])
    assert contract.state == "active"
    assert PASSWORD in sent_bodies()
    assert SECRET_PLACEHOLDER not in sent_bodies()
    assert found_in(dump()) == []
    assert found_in(caplog.text) == []
    assert not Secret.objects.exists()


def test_the_dump_would_find_it(world: World) -> None:
    """So that the test above fails where the password is kept anywhere at all."""
    contract = hand_over(world, ["email"])
    type(contract.credentials.get()).objects.update(admin_id=PASSWORD)
    assert found_in(dump())[:2] == [PASSWORD, "Zq8#himitsu"]


def test_while_it_waits_it_is_encrypted_and_in_no_history(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hand_over(world, ["email"], wait=5)
    kept = Secret.objects.get()
    assert secrets.read(kept.notice) == PASSWORD
    assert found_in(dump()) == []
    assert found_in(caplog.text) == []
    assert not hasattr(Secret, "history")
    assert SECRET_PLACEHOLDER in kept.notice.content.text
    assert SECRET_PLACEHOLDER in bytes(kept.notice.content.body).decode()


def test_the_stored_pdf_shows_the_placeholder(world: World, settings: Any, tmp_path: Path) -> None:
    settings.LETTER_RENDERER = "pdf"
    contract = hand_over(world, ["email"])
    content = world.delivery(contract, "email").notice.content
    (tmp_path / "letter.pdf").write_bytes(bytes(content.body))
    command = ["pdftotext", "-layout", str(tmp_path / "letter.pdf"), "-"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "mihon-admin" in shown
    assert found_in(shown) == []
    assert PASSWORD in sent_bodies()


def test_it_is_kept_until_the_last_way_has_left(world: World) -> None:
    contract = hand_over(world, ["email", "post"])
    (kept,) = Secret.objects.all()
    assert PASSWORD in sent_bodies()
    posted = NOW + timedelta(hours=5)
    world.do("notices.mark_posted", kept.notice, by="hana", at=posted, posted_at=posted, postage="recorded")
    assert not Secret.objects.exists()
    contract.refresh_from_db()
    assert contract.state == "active"
    assert found_in(dump()) == []


@pytest.mark.parametrize("why", ["recalled", "void"])
def test_what_never_leaves_is_forgotten_too(world: World, why: str) -> None:
    contract = world.formed(NOW)
    given = GIVEN | ({"admin_id": "mihon\U0001f9ff"} if why == "void" else {})
    world.set_house(NOW, email_wait_minutes=5)
    world.do("licenses.hand_over", contract, by="hana", at=NOW, channels=["email"], **given)
    if why == "recalled":
        acceptance = contract.application
        notice = world.delivery(acceptance, "email").notice
        world.press(
            "notices.record_return", notice, by="rin", at=NOW, channel="email", returned_at=NOW, reason="宛先不明"
        )
        world.pump(NOW)  # the contract is not formed after all
        world.pump(NOW + timedelta(minutes=5))
    assert world.delivery(contract, "email").state == "cancelled"
    assert not Secret.objects.exists()
    assert sent_bodies() == ""
    assert found_in(dump()) == []


def test_a_refused_sending_keeps_it_for_the_next_try(world: World) -> None:
    contract = world.formed(NOW)
    world.press("licenses.hand_over", contract, by="hana", at=NOW, channels=["email"], **GIVEN)
    notice = world.delivery(contract, "email").notice
    transport.refuse_next.add(notice.pk)
    world.pump(NOW)
    assert Secret.objects.get().notice == notice
    world.do("notices.retry_delivery", notice, by="hana", at=NOW + timedelta(minutes=1))
    assert PASSWORD in sent_bodies()
    assert not Secret.objects.exists()


def test_the_queue_carries_no_password(world: World) -> None:
    """The nudge names the pump and nothing else; what is queued is signed and pickled, so it is looked at unpacked."""
    contract = world.formed(NOW)
    world.press("licenses.hand_over", contract, by="hana", at=NOW, channels=["email"], **GIVEN)
    async_task("notices.tasks.run_pump")
    payloads = [str(row.payload) + str(row.task) for row in OrmQ.objects.all()]
    assert "notices.tasks.run_pump" in payloads[-1]
    assert found_in("\n".join(payloads)) == []


def test_nor_does_what_a_story_reports(world: World) -> None:
    hand_over(world, ["email"])
    assert found_in(str(report.history())) == []


def test_nor_a_refusal_that_repeats_what_was_given(world: World) -> None:
    from config.desk.refusal import FormRefused

    contract = world.formed(NOW)
    with pytest.raises(FormRefused) as refused:
        world.press("licenses.hand_over", contract, by="hana", at=NOW, channels=["pigeon"], **GIVEN)
    assert found_in(refused.value.message + refused.value.instead) == []


def test_every_table_was_dumped(world: World) -> None:
    tables = set(connection.introspection.table_names())
    assert {m._meta.db_table for m in apps.get_models() if m._meta.managed} <= tables
    assert (
        django_settings.LETTER_RENDERER == "text"
    )  # so that the bytes dumped are plain; a PDF compresses what it holds
