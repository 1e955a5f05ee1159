"""A document that was asked for: into the register, asked for once more, against the refusal that is about to leave (6(4))."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.press import press
from config.desk.refusal import Refused
from contracts.applications.models import Application, DocumentRequest
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Objection
from contracts.incoming.models import Incoming
from notices.models import Delivery
from tests.applications.test_documents import NOW, RIPE, approved_and_waiting, asked, came, letter
from tests.desk.test_two_at_once import release, start
from tests.support import databases
from tests.support.world import World, at

APPROVED = RIPE + timedelta(hours=9)
PDF = b"%PDF-1.7"


def scan() -> MultiValueDict[str, Any]:
    return MultiValueDict({"uploads": [SimpleUploadedFile("証明書.pdf", PDF)]})


def record(world: World, application: Application, when: Any, files: Any = None, **given: Any) -> Application:
    fresh = Application.objects.get(pk=application.pk)
    with clock.standing_at(when):
        data = {"received_at": when} | given
        press("applications.record_document", fresh, by=world.staff["rin"], at=when, data=data, files=files)
    return Application.objects.get(pk=application.pk)


def browse(world: World, url: str, when: Any, name: str = "rin") -> str:
    browser = Client()
    browser.force_login(world.staff[name])
    with clock.standing_at(when):
        return str(browser.get(url).content.decode())


@pytest.mark.both
def test_in_the_last_second_before_dispatch_the_document_cancels_the_refusal(world: World) -> None:
    application, decision = approved_and_waiting(world, ("6(4)",))
    leaves = letter(application, "refusal").email.due_at
    assert leaves == APPROVED + timedelta(minutes=5)
    assert record(world, application, leaves - timedelta(seconds=1)).state == "screening"
    for later in (0, 1, 60):
        world.pump(leaves + timedelta(minutes=later))
    decision.refresh_from_db()
    refusal = letter(application, "refusal")
    assert (refusal.state, refusal.dispatched_at, decision.state) == ("cancelled", None, "withdrawn")
    assert not Delivery.objects.filter(notice=refusal).exclude(state="cancelled").exists()


@pytest.mark.both
@pytest.mark.parametrize("grounds", [("6(4)",), ("2",)])
def test_when_the_letter_cannot_be_stopped_the_document_is_recorded_and_somebody_else_looks(
    world: World, grounds: tuple[str, ...]
) -> None:
    application, _ = approved_and_waiting(world, grounds)
    world.pump(APPROVED)
    Delivery.objects.filter(notice=letter(application, "refusal")).update(state="in_flight", claimed_at=APPROVED)
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(APPROVED):
        given = {"received_at": "2026-11-17T08:59", "channel": "email", "reason": "届いたため"}
        page = browser.post(verb_url("applications.record_document", application), given, follow=True)
    assert "もう発送が始まっていて、止められませんでした" in page.content.decode()
    request = DocumentRequest.objects.get()
    application.refresh_from_db()
    assert (application.state, request.late, request.received_at) == ("refusing", True, at("2026-11-17T08:59"))
    outcome = {"outcome": "sent", "how": "送信の記録"}
    world.do("notices.record_outcome", letter(application, "refusal"), by="rin", at=APPROVED, **outcome)
    application.refresh_from_db()
    objection = Objection.objects.get()
    assert (application.state, objection.state, objection.recorded_by) == ("refused", "received", world.staff["rin"])
    assert "発送の後に届いています" in browse(world, url_of(application), APPROVED)


@pytest.mark.both
def test_it_is_entered_in_the_register_with_its_files_or_rests_on_the_line_that_is_there(world: World) -> None:
    application = asked(world)
    when = NOW + timedelta(days=1)
    record(world, application, when, scan(), note="証明書の写し")
    entered = Incoming.objects.get()
    assert (entered.subject, entered.files.get().name, entered.received_at) == (application, "証明書.pdf", when)
    assert DocumentRequest.objects.get().incoming == entered
    page = browse(world, url_of(application), when)
    assert url_of(entered) in page.partition("書類の提示")[2]

    other = asked(world, when=when)
    mine = {"channel": "letter", "received_at": when, "summary": "登記簿が郵便で届いた"}
    line = world.do("incoming.receive", None, by="rin", at=when, customer=other.customer.number, **mine)
    offered = browse(world, url_of(line), when)
    assert f"書類の受領を記録する（{other.number}）" in offered
    assert verb_url("applications.record_document", application) not in offered
    foreign = world.do("incoming.receive", None, by="rin", at=when, customer=application.customer.number, **mine)
    with pytest.raises(Refused, match="からのものではありません"):
        record(world, other, when, incoming=foreign.number)
    record(world, other, when, incoming=line.number)
    line.refresh_from_db()
    assert (line.subject, Incoming.objects.count()) == (other, 3)
    assert "書類の受領を記録する（" not in browse(world, url_of(line), when)


@pytest.mark.both
def test_four_days_before_the_named_day_somebody_asks_once_more(world: World) -> None:
    application = asked(world)
    task = Deadline.objects.get(kind="applications.document_reminder")
    assert task.due_on is not None
    assert (task.state, task.due_on.isoformat()) == ("running", "2026-11-12")
    assert verb_url("applications.remind_document", application) in browse(
        world, reverse("admin:index"), at("2026-11-12T09:00")
    )
    world.do(
        "applications.remind_document",
        application,
        by="rin",
        at=at("2026-11-12T10:00"),
        how="letter",
        channels=["email"],
    )
    task.refresh_from_db()
    told = str(letter(application, "document_reminder").content.letter)
    assert "2026年11月16日（月）まで" in told
    assert "期限は変わりません" in told
    assert (task.state, Deadline.objects.get(kind="applications.document").act_from) == ("met", RIPE)
    with pytest.raises(Refused, match="もう一度お願いする通知"):
        world.do(
            "applications.remind_document",
            application,
            by="rin",
            at=at("2026-11-12T11:00"),
            how="letter",
            channels=["post"],
        )
    world.do("applications.remind_document", application, by="rin", at=at("2026-11-13T11:00"), how="phone")


@pytest.mark.both
def test_a_reminder_does_not_cross_the_document(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = asked(world)
    world.pump(NOW + timedelta(minutes=6))
    when = at("2026-11-12T10:00")
    world.do("applications.remind_document", application, by="rin", at=when, how="letter", channels=["email"])
    came(world, application, when + timedelta(minutes=2))
    world.pump(when + timedelta(minutes=10))
    assert letter(application, "document_reminder").state == "cancelled"


@pytest.mark.both
@pytest.mark.parametrize("days", [0, 14, 60])
def test_no_task_where_the_house_wants_none_or_the_period_is_too_short(world: World, days: int) -> None:
    world.set_house(NOW, document_reminder_days=days)
    came(world, asked(world), NOW)
    assert not Deadline.objects.filter(kind="applications.document_reminder").exists()


PUMPER = """
import sys, django
from datetime import datetime
django.setup()
from config.desk import clock
from notices.pump import pump
from django.db import connection
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
with clock.standing_at(datetime.fromisoformat(sys.argv[1])):
    pump()
"""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_document_and_dispatch_at_one_moment(committed_world: World) -> None:
    """Whoever comes first: either nothing left, or the letter left and somebody else looks at the refusal."""
    application, _ = approved_and_waiting(committed_world, ("6(4)",))
    leaves = letter(application, "refusal").email.due_at
    assert leaves is not None
    with ExitStack() as stack:
        environment = {**os.environ, "DATABASE_URL": databases.url()}
        pumper = subprocess.Popen(
            [sys.executable, "-c", PUMPER, leaves.isoformat()], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        stack.callback(pumper.wait)
        stack.callback(pumper.kill)
        given = {"received_at": leaves, "channel": "letter"}
        clerk = start(stack, "applications.record_document", application, "rin", leaves, given)
        for child in (pumper, clerk):
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        release([pumper, clerk], application)
        told = json.loads(clerk.communicate()[0])
        pumper.communicate()
    committed_world.pump(leaves + timedelta(minutes=1))
    application.refresh_from_db()
    refusal, request = letter(application, "refusal"), DocumentRequest.objects.get()
    if refusal.state == "cancelled":
        assert (told["ok"], application.state, refusal.dispatched_at, request.late) == (True, "screening", None, False)
    else:
        assert (refusal.state, application.state) == ("dispatched", "refused")
        assert (told["ok"], told.get("clause"), Objection.objects.count()) in {(True, None, 1), (False, "6(4)", 0)}
