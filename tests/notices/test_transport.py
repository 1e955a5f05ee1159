"""Sending to a real mail server: how it goes wrong decides whether a letter may be sent again. The others go on."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from config.desk.refusal import Refused
from notices import transport
from notices.models import Delivery, Notice
from tests.support.mailserver import Mailbox, serving
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T10:00")
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with serving() as box:
        reach(settings, box.port)
        yield box


def reach(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.fixture
def three(world: World) -> list[Any]:
    """Three acceptances to be sent: the second is the one that goes wrong."""
    applications = [world.judged(NOW) for _ in range(3)]
    for application in applications:
        world.press("applications.accept", application, by="rin", at=NOW, channels=["email"])
    return applications


def states(applications: list[Any]) -> list[str]:
    return [delivery_of(application).state for application in applications]


def delivery_of(application: Any) -> Delivery:
    return Delivery.objects.get(notice__in=Notice.objects.about(application))


def second(applications: list[Any]) -> str:
    return str(applications[1].customer.email)


def retry(world: World, application: Any) -> Any:
    return world.do("notices.retry_delivery", delivery_of(application).notice, by="rin", at=LATER)


# --- what leaves --------------------------------------------------------------------------------------------------


def test_what_leaves_is_the_letter_to_the_registered_address(world: World, three: list[Any], mailbox: Mailbox) -> None:
    assert world.pump(NOW).sent == 3
    assert states(three) == ["dispatched"] * 3
    message, delivery = mailbox.messages[0], delivery_of(three[0])
    assert message["Message-ID"] == delivery.message_id
    assert message["X-Kiyaku-Notice"] == delivery.notice.number == "N-2026-000001"
    assert message["To"] == three[0].customer.email
    plain = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    body = plain.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert body.split() == delivery.notice.content.text.split()
    assert len(set(mailbox.ids)) == 3


def test_pumping_again_sends_nothing_again(world: World, three: list[Any], mailbox: Mailbox) -> None:
    assert [world.pump(NOW).sent, world.pump(LATER).sent] == [3, 0]
    assert len(mailbox.ids) == 3


# --- refused: nothing left, so it may be tried again ----------------------------------------------------------------


@pytest.mark.parametrize("answer", ["550 No such user", "452 Mailbox full"])
def test_a_refused_recipient_fails_alone_and_may_be_tried_again(
    world: World, three: list[Any], mailbox: Mailbox, answer: str
) -> None:
    mailbox.refused[second(three)] = answer
    world.pump(NOW)
    assert states(three) == ["dispatched", "failed", "dispatched"]
    failed = delivery_of(three[1])
    assert answer[:3] in failed.failure
    assert (failed.notice.state, failed.dispatched_at) == ("final", None)
    world.pump(LATER)
    assert states(three)[1] == "failed"  # never by itself
    mailbox.refused.clear()
    retry(world, three[1])
    assert states(three) == ["dispatched"] * 3
    assert (delivery_of(three[1]).dispatched_at, delivery_of(three[1]).failure) == (LATER, "")
    assert len(mailbox.ids) == 3


def test_a_message_refused_after_data_fails(world: World, three: list[Any], mailbox: Mailbox) -> None:
    unwanted = second(three)  # read here: the server has a thread, and a connection to the database, of its own
    mailbox.at_data = lambda server, message: "554 Rejected" if message["To"] == unwanted else None
    world.pump(NOW)
    assert states(three) == ["dispatched", "failed", "dispatched"]
    assert "554" in delivery_of(three[1]).failure


def test_nobody_listens(world: World, three: list[Any], settings: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # bound, not listening: a connection is refused
        reach(settings, probe.getsockname()[1])
        world.pump(NOW)
    assert states(three) == ["failed"] * 3
    assert delivery_of(three[0]).failure == "メールサーバーにつながりませんでした。"
    with serving() as box:
        reach(settings, box.port)
        for application in three:
            retry(world, application)
        assert (states(three), len(box.ids)) == (["dispatched"] * 3, 3)


def test_a_name_that_does_not_resolve_left_nothing(world: World, three: list[Any], settings: Any) -> None:
    reach(settings, 25)
    settings.EMAIL_HOST = "mail.invalid"
    world.pump(NOW)
    assert states(three) == ["failed"] * 3


# --- unclear: only a person resolves it -----------------------------------------------------------------------------


@pytest.fixture
def cut(world: World, three: list[Any], mailbox: Mailbox) -> Delivery:
    """The connection breaks after the second message's last byte, before any answer."""
    to_be_cut = second(three)

    def cut_off(server: Any, message: Any) -> str | None:
        if message["To"] != to_be_cut:
            return None
        mailbox.messages.append(message)
        server.transport.abort()
        return "421 never read"

    mailbox.at_data = cut_off
    world.pump(NOW)
    return delivery_of(three[1])


def test_broken_in_data_stays_in_flight_and_the_others_go_on(world: World, three: list[Any], cut: Delivery) -> None:
    assert states(three) == ["dispatched", "in_flight", "dispatched"]
    assert (cut.claimed_at, cut.dispatched_at, cut.notice.state) == (NOW, None, "final")


def test_it_is_never_sent_again_by_itself(world: World, three: list[Any], cut: Delivery, mailbox: Mailbox) -> None:
    for days in (1, 30):
        assert world.pump(NOW + timedelta(days=days)).sent == 0
    with pytest.raises(Refused, match="送信できなかったメールはありません"):
        retry(world, three[1])
    assert len(mailbox.ids) == 3


def test_a_person_finds_out_that_it_was_sent(world: World, three: list[Any], cut: Delivery, mailbox: Mailbox) -> None:
    assert cut.message_id in mailbox.ids
    given = {"outcome": "sent", "how": "受信サーバーの記録"}
    world.do("notices.record_outcome", cut.notice, by="rin", at=LATER, **given)
    three[1].refresh_from_db()
    assert (delivery_of(three[1]).dispatched_at, three[1].state) == (NOW, "accepted")
    assert len(mailbox.ids) == 3


def test_or_that_it_was_not(world: World, three: list[Any], cut: Delivery, mailbox: Mailbox) -> None:
    mailbox.at_data = lambda server, message: None
    given = {"outcome": "not_sent", "how": "受信サーバーの記録"}
    world.do("notices.record_outcome", cut.notice, by="rin", at=LATER, **given)
    assert states(three)[1] == "failed"
    retry(world, three[1])
    assert delivery_of(three[1]).dispatched_at == LATER
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 4  # a new identifier: the two can be told apart in the log


def test_whatever_else_goes_wrong_stops_no_other_letter(
    world: World, three: list[Any], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlucky, real = delivery_of(three[1]).pk, transport.send

    def breaks(delivery: Delivery, *given: Any) -> None:
        if delivery.pk == unlucky:
            raise LookupError("思いがけない失敗")
        real(delivery, *given)

    monkeypatch.setattr(transport, "send", breaks)
    world.pump(NOW)
    assert states(three) == ["dispatched", "in_flight", "dispatched"]
