"""What came in while a document is awaited holds a refusal for silence until somebody has looked at it (6(4))."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import Refused
from contracts.applications.models import Application
from notices.models import Notice
from tests.support.world import World, at

pytestmark = pytest.mark.both
NOW = at("2026-11-24T10:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def application(world: World) -> Application:
    """A document was asked for a month ago, and its period has run out."""
    row: Application = world.application(NOW - 30 * DAY)
    asked = {"ground": "3", "document": "証明書", "channels": ["email"]}
    world.do("applications.request_document", row, by="rin", at=NOW - 30 * DAY, **asked)
    world.sweep(NOW - DAY)
    world.set_house(NOW - DAY, email_wait_minutes=30)
    return row


def propose(world: World, row: Application, when: Any = NOW) -> Any:
    given = {"grounds": ["6(4)"], "reason": "提示がない", "channels": ["email"]}
    return world.press("applications.propose_refusal", row, by="rin", at=when, **given)


def came(world: World, when: Any, channel: str = "email", **about: Any) -> Any:
    told = {"channel": channel, "received_at": when, "summary": "証明書を送ります"}
    return world.press("incoming.receive", None, by="rin", at=when, **(told | about))


def state(row: Application) -> str:
    row.refresh_from_db()
    return row.state


def test_neither_proposed_nor_approved_while_something_waits(world: World, application: Application) -> None:
    decision = propose(world, application)
    line = came(world, NOW + MINUTE, about=application.number)
    client = Client()
    client.force_login(world.staff["mio"])
    with clock.standing_at(NOW + 2 * MINUTE):
        assert line.number in client.get(url_of(decision)).content.decode()
    with pytest.raises(Refused, match=line.number) as told:
        world.press("decisions.approve", decision, by="mio", at=NOW + 2 * MINUTE)
    assert told.value.clause == "6(4)"
    assert [lead.verb for lead in told.value.leads] == ["applications.record_document", "applications.not_the_document"]
    world.press("decisions.withdraw", decision, by="rin", at=NOW + 3 * MINUTE, reason="確かめる")
    with pytest.raises(Refused, match=line.number):
        propose(world, application, NOW + 4 * MINUTE)


def test_somebody_says_that_it_is_not_the_document(world: World, application: Application) -> None:
    line = came(world, NOW, customer=application.customer.number)  # about nothing yet
    came(world, NOW, channel="phone", about=application.number)  # no document comes by telephone
    with pytest.raises(Refused, match=line.number):
        propose(world, application)
    not_it = {"incoming": line.number, "reason": "料金の問合せ"}
    world.press("applications.not_the_document", application, by="rin", at=NOW, **not_it)
    line.refresh_from_db()
    assert line.subject == application
    with pytest.raises(Refused):
        world.press("applications.not_the_document", application, by="rin", at=NOW, **not_it)
    decision = propose(world, application)
    world.press("decisions.approve", decision, by="mio", at=NOW)
    world.pump(NOW + HOUR)
    assert state(application) == "refused"


def test_what_comes_before_the_dispatch_stops_the_letter(world: World, application: Application) -> None:
    world.press("decisions.approve", propose(world, application), by="mio", at=NOW)
    line = came(world, NOW + MINUTE, about=application.number)
    world.pump(NOW + HOUR)
    letter = Notice.objects.about(application, "applications.refusal").get()
    assert (letter.state, state(application)) == ("cancelled", "awaiting_document")
    assert line.number in letter.closed_reason
