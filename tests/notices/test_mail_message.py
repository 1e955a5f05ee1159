"""The e-mail of a letter: two bodies and one wording, who is answered, what goes along, and how a service says no."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from html.parser import HTMLParser
from typing import Any

import pytest
import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from django.core import mail
from urllib3.exceptions import MaxRetryError, NewConnectionError

from notices import engine
from notices.mail import failures
from notices.mail.words import alternative
from notices.models import Delivery, Notice
from tests.support.mailserver import Mailbox, serving
from tests.support.world import HAND_OVER, World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T10:00")
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SERVICE = "anymail.backends.test.EmailBackend"


class Reader(HTMLParser):
    """What a person reads of a page: another reading than the one that the program checks itself with."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inside: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag in ("head", "table", "tr", "td", "th"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if "head" not in self.inside:
            self.words += data.split()


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with serving() as box:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", box.port
        yield box


def accepted(world: World) -> Delivery:
    return world.delivery(world.accepted(NOW), "email")


def parts(message: Message) -> dict[str, bytes]:
    return {part.get_content_type(): part.get_payload(decode=True) or b"" for part in message.walk()}  # type: ignore[misc]


# --- one content -------------------------------------------------------------------------------------------------


def test_text_and_html_say_the_same_and_bear_our_identifier(world: World, mailbox: Mailbox, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.KIYAKU_REPLY_TO = "規約係 <send@akatsuki.example>", "kotae@akatsuki.example"
    delivery = accepted(world)
    (message,) = mailbox.messages
    found = parts(message)
    assert list(found)[:3] == ["multipart/alternative", "text/plain", "text/html"]
    text, html = found["text/plain"].decode(), found["text/html"].decode()
    assert read(html).words == text.split() == delivery.notice.content.text.split()
    assert (message["Message-ID"], message["Reply-To"]) == (delivery.message_id, "kotae@akatsuki.example")
    assert "send@akatsuki.example" in message["From"]
    assert re.fullmatch(r"<[^<>@\s]+@akatsuki\.example>", delivery.message_id)


def test_the_html_brings_nothing_from_outside_and_keeps_the_readers_colors(world: World, mailbox: Mailbox) -> None:
    accepted(world)
    html = parts(mailbox.messages[0])["text/html"].decode()
    reader = read(html)
    assert '<html lang="ja">' in html
    assert 'name="color-scheme" content="light dark"' in html
    assert not [value for name, value in reader.attributes if name in ("src", "href", "background", "srcset")]
    assert not re.search(r"url\(|@import|https?:|<script|<img|<link|color\s*:(?!\s*light)|background", html)


def test_markup_in_a_name_stays_words(world: World, mailbox: Mailbox) -> None:
    application = world.application(NOW, name="<b>A&B</b> 'x\" 商店")
    for ground in "12345":
        world.press(
            "applications.judge_ground", application, by="rin", at=NOW, ground=ground, finding="clear", reason="記録"
        )
    world.do("applications.accept", application, by="rin", at=NOW, channels=["email"])
    found = parts(mailbox.messages[0])
    assert "<b>A&B</b>" in found["text/plain"].decode()
    assert read(found["text/html"].decode()).words == found["text/plain"].decode().split()


def test_a_letter_fixed_under_another_wording_leaves_as_text_alone(world: World) -> None:
    content = accepted(world).notice.content
    assert alternative(content, "", content.text)
    assert alternative(content, "", content.text + "前の版にあった一文") == ""


def test_a_secret_stands_in_both_bodies_and_nowhere_else(world: World, mailbox: Mailbox, monkeypatch: Any) -> None:
    attaching(monkeypatch, "licenses.hand_over")
    world.subscription(NOW)
    message = mailbox.messages[-1]
    found = parts(message)
    assert HAND_OVER["password"] in found["text/plain"].decode()
    assert read(found["text/html"].decode()).words == found["text/plain"].decode().split()
    assert "application/pdf" not in found
    assert not Delivery.objects.filter(notice__content__text__contains=HAND_OVER["password"]).exists()


# --- the frozen PDF ------------------------------------------------------------------------------------------------


def attaching(monkeypatch: pytest.MonkeyPatch, key: str, attach: bool = True) -> None:
    monkeypatch.setitem(engine._kinds, key, replace(engine.named(key), attach_pdf=attach))


def test_what_is_attached_are_the_frozen_bytes(
    world: World, mailbox: Mailbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LETTER_RENDERER = "pdf"
    attaching(monkeypatch, "applications.acceptance")
    content = accepted(world).notice.content
    attached = [part for part in mailbox.messages[0].walk() if part.get_filename()]
    assert [part.get_filename() for part in attached] == [f"{content.notice.number}.pdf"]
    body = attached[0].get_payload(decode=True)
    assert hashlib.sha256(body).hexdigest() == content.sha256  # type: ignore[arg-type]


def test_nothing_is_attached_where_the_kind_does_not_say_so(
    world: World, mailbox: Mailbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LETTER_RENDERER = "pdf"
    attaching(monkeypatch, "applications.acceptance", attach=False)
    accepted(world)
    assert not [part for part in mailbox.messages[0].walk() if part.get_filename()]


# --- a mail service -------------------------------------------------------------------------------------------------


def answers(code: int) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = code
    return AnymailRequestsAPIError("no", response=response)


def unreachable(cause: Exception) -> AnymailRequestsAPIError:
    failure = AnymailRequestsAPIError("Error posting")
    failure.__cause__ = cause
    return failure


NO_ROUTE = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (AnymailRecipientsRefused(), failures.NothingLeft),
        (answers(400), failures.NothingLeft),
        (answers(401), failures.NothingLeft),
        (answers(429), failures.NothingLeft),
        (AnymailUnsupportedFeature("x"), failures.NothingLeft),
        (unreachable(NO_ROUTE), failures.NothingLeft),
        (unreachable(requests.ConnectTimeout()), failures.NothingLeft),
        (unreachable(requests.ReadTimeout()), failures.Unclear),
        (unreachable(requests.ConnectionError("reset")), failures.Unclear),
        (answers(408), failures.Unclear),
        (answers(500), failures.Unclear),
        (answers(503), failures.Unclear),
        (answers(200), failures.Unclear),  # taken, and the answer cannot be read
        (AnymailAPIError("?"), failures.Unclear),
        (requests.ReadTimeout(), failures.Unclear),
        (LookupError("?"), type(None)),
    ],
)
def test_what_a_service_answers_decides_what_may_be_tried_again(failure: Exception, meaning: type) -> None:
    assert type(failures.told(failure)) is meaning


@pytest.mark.parametrize(("failure", "state"), [(answers(422), "failed"), (answers(502), "in_flight")])
def test_through_a_service(world: World, settings: Any, monkeypatch: Any, failure: Exception, state: str) -> None:
    settings.EMAIL_BACKEND = SERVICE
    delivery = accepted(world)
    sent: Any = mail.outbox[0]
    assert (delivery.state, delivery.service_id) == ("dispatched", "0")
    assert sent.anymail_test_params["metadata"] == {"kiyaku_message_id": delivery.message_id}

    def refuse(*given: Any) -> None:
        raise failure

    monkeypatch.setattr(f"{SERVICE}.post_to_esp", refuse)
    assert accepted(world).state == state


@pytest.mark.parametrize("backend", ["no.such.Backend", "anymail.backends.mailgun.EmailBackend"])
def test_a_wrong_setting_fails_before_anything_can_have_left(world: World, settings: Any, backend: str) -> None:
    settings.EMAIL_BACKEND = backend  # the second lacks its key
    delivery = accepted(world)
    assert delivery.state == "failed"
    assert "メールの設定" in delivery.failure


def test_nothing_taken_is_nothing_sent(world: World, settings: Any, monkeypatch: Any) -> None:
    settings.EMAIL_BACKEND = SERVICE
    monkeypatch.setattr(f"{SERVICE}.run_pre_send", lambda *given: False)
    delivery = accepted(world)
    assert (delivery.state, delivery.dispatched_at) == ("failed", None)


def test_the_console_serves_too(world: World, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    delivery = accepted(world)
    assert delivery.state == "dispatched"
    assert delivery.message_id in capsys.readouterr().out


# --- where it is set -------------------------------------------------------------------------------------------------


def test_the_environment_names_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    from config.settings import mail as wiring

    assert wiring.backend("training", "mailgun", SMTP).endswith("dummy.EmailBackend")  # nothing real leaves in training
    assert wiring.backend("service", "mailgun", SMTP) == "anymail.backends.mailgun.EmailBackend"
    assert wiring.backend("service", "own.Backend", SMTP) == "own.Backend"
    assert wiring.backend("service", "", SMTP) == SMTP
    monkeypatch.setenv("ANYMAIL_MAILGUN_API_KEY", "k")
    assert wiring.anymail()["MAILGUN_API_KEY"] == "k"
    assert wiring.webhooks(["mailgun"], {"MAILGUN_API_KEY": "k"}) == []  # without a secret anybody could report
    assert wiring.webhooks(["mailgun", ""], {"WEBHOOK_SECRET": "a:b"}) == ["mailgun"]


def test_stopped_within_the_waiting_time_nothing_leaves(mailbox: Mailbox, db: None) -> None:
    world = World(email_wait_minutes=5)
    application = world.accepted(NOW)
    letter = Notice.objects.about(application).get()
    soon = at("2026-11-02T10:04:59")
    world.do("notices.stop_sending", letter, by="rin", at=soon, reason="書き直す")
    world.pump(at("2026-11-02T11:00"))
    letter.refresh_from_db()
    assert (letter.state, mailbox.ids) == ("cancelled", [])
