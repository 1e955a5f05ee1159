"""What mail services tell: signed, stored as it came, followed once, in whatever order and however often it comes."""

import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from config.desk import clock
from config.desk.models import HandlerRun
from config.desk.pages import verb_url
from contracts.deadlines.models import Deadline
from notices.mail.models import MailEvent
from notices.models import Delivery
from notices.pump import _claim
from tests.support import webhooks
from tests.support.webhooks import bounced, mailgun, postmark
from tests.support.world import World, at

NOW = at("2026-11-02T10:00")
SOON, LATER = NOW + timedelta(minutes=3), NOW + timedelta(hours=2)
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.support.webhooks")]


@pytest.fixture(autouse=True)
def _service(settings: Any) -> Iterator[None]:
    settings.ANYMAIL = webhooks.SETTINGS
    with clock.standing_at(LATER):  # when the service posts
        yield


@pytest.fixture
def case(world: World) -> Any:
    """Its correction notice has just left by e-mail: a clock runs on it."""
    return world.curing_case(NOW)


def sent(world: World, row: Any) -> Delivery:
    return world.delivery(row, "email")


def told(world: World, answer: Any, when: datetime = LATER) -> int:
    """The service's post was taken; then the pump comes by."""
    world.pump(when)
    return int(answer.status_code)


def stamp(moment: datetime) -> float:
    return moment.timestamp()


# --- what follows -------------------------------------------------------------------------------------------------


def test_a_bounce_returns_the_delivery_stops_the_clock_and_asks_for_the_other_way(world: World, case: Any) -> None:
    delivery = sent(world, case)
    assert told(world, bounced(delivery.message_id, stamp(SOON))) == 200
    delivery.refresh_from_db()
    assert (delivery.state, delivery.returned_at) == ("returned", SOON)
    assert delivery.failure == "宛先のアドレスが、受信サーバーにありません（550）"
    assert Deadline.objects.about(case, "violations.cure").latest("pk").act_from is None
    last = delivery.history.first()
    assert (last.history_user.is_system, last.history_verb) == (True, "violations.correction:mail_event")
    with clock.standing_at(LATER):
        page = browser(world, "hana").get("/admin/").content.decode()
    assert "宛先のアドレスが、受信サーバーにありません" in page
    assert verb_url("violations.send_correction_notice", case) in page
    assert "別の方法で送る" in page


def browser(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def test_a_delivery_is_delivered(world: World, case: Any) -> None:
    delivery = sent(world, case)
    to = delivery.address["email"]
    Delivery.objects.filter(pk=delivery.pk).update(service_id="pm-7f3a")  # Postmark knows its own identifier only
    assert told(world, postmark("Delivery", "pm-7f3a", Recipient=to.upper(), DeliveredAt="2026-11-02T01:03:00Z")) == 200
    delivery.refresh_from_db()
    assert (delivery.state, delivery.delivered_at) == ("delivered", SOON)
    event = MailEvent.objects.get()
    assert (event.service, event.raw_kind, event.recipient, event.at) == ("Postmark", "Delivery", to.upper(), SOON)


def test_our_identifier_comes_back_in_what_the_service_carries_along(world: World, case: Any) -> None:
    delivery = sent(world, case)
    mine = {"kiyaku_message_id": delivery.message_id}
    assert told(world, postmark("Delivery", "pm-unknown", Metadata=mine, DeliveredAt="2026-11-02T01:03:00Z")) == 200
    assert sent(world, case).state == "delivered"


@pytest.mark.parametrize("kind", ["opened", "clicked", "complained", "unsubscribed", "something new"])
def test_of_other_events_nothing_follows(world: World, case: Any, kind: str) -> None:
    assert told(world, mailgun(kind, sent(world, case).message_id, stamp(SOON))) == 200
    assert (sent(world, case).state, MailEvent.objects.count()) == ("dispatched", 1)
    assert not HandlerRun.objects.filter(engine="mail").exists()


def test_a_temporary_failure_is_no_bounce(world: World, case: Any) -> None:
    told(world, mailgun("failed", sent(world, case).message_id, stamp(SOON), severity="temporary"))
    assert (sent(world, case).state, MailEvent.objects.get().kind) == ("dispatched", "deferred")


@pytest.mark.parametrize(
    ("reason", "words"),
    [("bounce", "受信サーバー"), ("generic", "受信サーバー")],
)
def test_a_reason_without_a_code_is_still_a_sentence(world: World, case: Any, reason: str, words: str) -> None:
    told(world, mailgun("failed", sent(world, case).message_id, stamp(SOON), severity="permanent", reason=reason))
    assert words in sent(world, case).failure


# --- repeated, late, out of order, unknown ---------------------------------------------------------------------------


def test_told_twice_is_kept_once_and_followed_once(world: World, case: Any) -> None:
    message_id = sent(world, case).message_id
    for _ in range(2):
        assert told(world, bounced(message_id, stamp(SOON), token="same")) == 200
    assert told(world, bounced(message_id, stamp(LATER), token="another")) == 200  # the same bounce, told anew
    assert MailEvent.objects.count() == 2
    assert HandlerRun.objects.filter(event="delivery_returned").count() == 1
    assert sent(world, case).returned_at == SOON


def test_without_an_identifier_of_its_own_a_replay_is_known_too(world: World, case: Any) -> None:
    for _ in range(2):
        told(world, postmark("Delivery", "pm-1", Recipient="a@b.example", DeliveredAt="2026-11-02T01:03:00Z"))
    assert MailEvent.objects.count() == 1


@pytest.mark.parametrize("order", ["bounce first", "delivery first"])
def test_whatever_the_order_what_came_back_has_come_back(world: World, case: Any, order: str) -> None:
    message_id = sent(world, case).message_id
    calls = [lambda: bounced(message_id, stamp(SOON)), lambda: mailgun("delivered", message_id, stamp(LATER))]
    for call in calls if order == "bounce first" else reversed(calls):
        assert told(world, call(), LATER + timedelta(minutes=1)) == 200
    assert sent(world, case).state == "returned"
    assert MailEvent.objects.count() == 2


def test_a_bounce_after_a_person_recorded_it_changes_nothing(world: World, case: Any) -> None:
    letter = world.correction(case)
    given = {"channel": "email", "returned_at": SOON, "reason": "不達の返信"}
    world.do("notices.record_return", letter, by="rin", at=SOON, **given)
    assert told(world, bounced(sent(world, case).message_id, stamp(LATER))) == 200
    assert (sent(world, case).returned_at, sent(world, case).failure) == (SOON, "不達の返信")


def test_a_bounce_does_not_overrule_what_a_person_recorded(world: World, case: Any) -> None:
    letter = world.correction(case)
    world.do("notices.record_delivery", letter, by="rin", at=SOON, channel="email", delivered_at=SOON)
    assert told(world, bounced(sent(world, case).message_id, stamp(LATER))) == 200
    assert sent(world, case).state == "delivered"
    page = browser(world, "rin").get(f"/admin/notices/notice/{letter.pk}/change/").content.decode()
    assert "配達の記録と合わない通知があります" in page


def mended(world: World, letter: Any, what: str, when: datetime, **given: Any) -> None:
    """Put right by two persons."""
    given |= {"channel": "email", "what": what, "reason": "受信側に確かめました"}
    proposal = world.do("notices.propose_correction", letter, by="hana", at=when, **given)
    world.do("decisions.approve", proposal, by="mio", at=when, reason="確認")
    world.pump(when + timedelta(minutes=5))


NEXT_DAY = NOW + timedelta(days=1)
WARNING = "配達の記録と合わない通知があります"


def shown(world: World, letter: Any) -> str:
    return browser(world, "rin").get(f"/admin/notices/notice/{letter.pk}/change/").content.decode()


def test_a_stored_bounce_is_not_put_back_over_a_correction(world: World, case: Any) -> None:
    letter = world.correction(case)
    told(world, bounced(sent(world, case).message_id, stamp(SOON)))
    mended(world, letter, "not_returned", NEXT_DAY)
    assert (sent(world, case).state, sent(world, case).returned_at) == ("dispatched", None)
    assert WARNING in shown(world, letter)
    later = NEXT_DAY + timedelta(hours=1)
    with clock.standing_at(later):  # the old bounce told once more has no effect; one that happened since has
        told(world, bounced(sent(world, case).message_id, stamp(SOON), token="anew"), later)
        assert sent(world, case).state == "dispatched"
        told(world, bounced(sent(world, case).message_id, stamp(NEXT_DAY + timedelta(minutes=30))), later)
    assert sent(world, case).state == "returned"


def test_a_stored_delivery_is_not_put_back_over_a_correction(world: World, case: Any) -> None:
    told(world, mailgun("delivered", sent(world, case).message_id, stamp(SOON)))
    mended(world, world.correction(case), "not_delivered", NEXT_DAY)
    assert (sent(world, case).state, sent(world, case).delivered_at) == ("dispatched", None)


def test_a_later_bounce_does_not_overrule_a_moment_that_persons_corrected(world: World, case: Any) -> None:
    letter = world.correction(case)
    told(world, mailgun("delivered", sent(world, case).message_id, stamp(SOON)))
    right = SOON - timedelta(minutes=1)
    mended(world, letter, "delivery", NEXT_DAY, correct_at=right)
    later = NEXT_DAY + timedelta(hours=1)
    with clock.standing_at(later):
        told(world, bounced(sent(world, case).message_id, stamp(later)), later)
    assert (sent(world, case).state, sent(world, case).delivered_at) == ("delivered", right)
    assert WARNING in shown(world, letter)


@pytest.mark.parametrize("kind", ["delivered", "bounced"])
def test_of_another_recipient_it_is_kept_and_shown_and_nothing_follows(world: World, case: Any, kind: str) -> None:
    tell = bounced if kind == "bounced" else lambda *given, **more: mailgun("delivered", *given, **more)
    assert told(world, tell(sent(world, case).message_id, stamp(SOON), recipient="dare@tanin.example")) == 200
    assert (sent(world, case).state, MailEvent.objects.count()) == ("dispatched", 1)
    page = shown(world, world.correction(case))
    assert "dare@tanin.example（宛先が違うため、反映していません）" in page
    assert WARNING not in page
    listed = browser(world, "rin").get("/admin/notices/mailevent/").content.decode()
    assert "宛先が違うため、反映していません" in listed


def test_the_service_s_clock_is_not_ours(world: World, case: Any) -> None:
    told(world, bounced(sent(world, case).message_id, stamp(NOW - timedelta(hours=1))), LATER)
    assert sent(world, case).returned_at == NOW  # never before it left


def test_of_an_unknown_message_it_is_kept_and_shown(world: World) -> None:
    assert told(world, bounced("<nobody@other.example>", stamp(SOON), recipient="dare@other.example")) == 200
    assert MailEvent.objects.count() == 1
    page = browser(world, "rin").get("/admin/notices/mailevent/?sending=none").content.decode()
    assert "dare@other.example" in page
    assert "対応する送信がありません" in page


# --- before our own record -------------------------------------------------------------------------------------------


def interrupted(world: World) -> Delivery:
    """Claimed by a pump that was killed: nobody knows."""
    application = world.judged(NOW)
    world.press("applications.accept", application, by="rin", at=NOW, channels=["email"])
    from notices import pump

    with clock.standing_at(NOW):
        pump.number_all()
        pump.finish_all()
        _claim(sent(world, application).pk)
    return sent(world, application)


def test_of_a_mail_in_flight_it_is_evidence_and_a_person_decides(world: World) -> None:
    delivery = interrupted(world)
    assert told(world, mailgun("delivered", delivery.message_id, stamp(SOON))) == 200
    delivery.refresh_from_db()
    assert delivery.state == "in_flight"
    with clock.standing_at(LATER):
        page = browser(world, "rin").get(verb_url("notices.record_outcome", delivery.notice)).content.decode()
    assert "送信サービスの記録では、11月2日（月）10:03に「配達」です" in page
    world.do("notices.record_outcome", delivery.notice, by="rin", at=LATER, outcome="sent", how="送信サービスの記録")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.dispatched_at, delivery.delivered_at) == ("delivered", NOW, SOON)


def test_a_bounce_told_before_our_record_counts_as_soon_as_that_stands(world: World) -> None:
    delivery = interrupted(world)
    told(world, bounced(delivery.message_id, stamp(SOON)))
    world.do("notices.record_outcome", delivery.notice, by="rin", at=LATER, outcome="sent", how="送信サービスの記録")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.returned_at) == ("returned", SOON)


def test_told_between_sending_and_recording(world: World, settings: Any, monkeypatch: Any) -> None:
    """The service is quicker than we: under an identifier that we learn only with its answer."""
    from notices import transport

    def takes(delivery: Delivery, *given: Any) -> str:
        postmark("Delivery", "pm-quick", Recipient=delivery.address["email"], DeliveredAt="2026-11-02T01:00:01Z")
        return "pm-quick"

    monkeypatch.setattr(transport, "send", takes)
    application = world.accepted(NOW)
    world.pump(LATER)
    assert sent(world, application).state == "delivered"


def test_a_word_of_an_earlier_sending_does_not_touch_the_later_one(world: World) -> None:
    delivery = interrupted(world)
    first = delivery.message_id
    world.do("notices.record_outcome", delivery.notice, by="rin", at=SOON, outcome="not_sent", how="記録なし")
    world.do("notices.retry_delivery", delivery.notice, by="rin", at=SOON)
    told(world, bounced(first, stamp(LATER)))
    delivery.refresh_from_db()
    assert delivery.state == "dispatched"
    page = browser(world, "rin").get("/admin/notices/mailevent/").content.decode()
    assert "前の送信（その後、送り直し）" in page


# --- who says so -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["mailgun", "postmark"])
def test_a_wrong_signature_is_refused_kept_nowhere_and_logged_once(
    world: World, case: Any, service: str, caplog: pytest.LogCaptureFixture
) -> None:
    message_id = sent(world, case).message_id
    with caplog.at_level(logging.WARNING):
        if service == "mailgun":
            answer = bounced(message_id, stamp(SOON), key="another-key")
        else:
            answer = postmark("Bounce", message_id, secret="kiyaku:guessed", Type="HardBounce", ID=1)
    assert told(world, answer) in (400, 403)
    assert (MailEvent.objects.count(), sent(world, case).state) == (0, "dispatched")
    assert len(caplog.records) == 1


def test_nothing_of_ours_stands_in_the_way(world: World) -> None:
    answer = mailgun("delivered", "<x@y.example>", stamp(SOON))
    assert answer.status_code == 200  # no token, no log-in, no redirect
    assert not answer.cookies


def test_where_no_service_is_set_up_there_is_no_address() -> None:
    from notices.mail.urls import webhooks as addresses

    assert addresses([]) == []


# --- kept as it came, by the database ---------------------------------------------------------------------------------


@pytest.mark.both
def test_events_are_append_only_and_once(world: World) -> None:
    from config.desk.triggers import protected_tables

    assert "notices_mailevent" in dict(protected_tables())
    for _ in range(2):
        assert told(world, mailgun("delivered", "<x@y.example>", stamp(SOON), token="t")) == 200
    assert MailEvent.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_kept_once_and_followed_once(committed_world: World) -> None:
    world = committed_world
    case = world.curing_case(NOW)
    message_id, answers = sent(world, case).message_id, []
    barrier = threading.Barrier(4)

    def post() -> None:
        barrier.wait()
        try:
            answers.append(bounced(message_id, stamp(SOON), token="same").status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.pump(LATER)
    assert answers == [200] * 4
    assert MailEvent.objects.count() == 1
    assert HandlerRun.objects.filter(event="delivery_returned").count() == 1
    assert sent(world, case).state == "returned"
    assert connection.vendor == "postgresql"
