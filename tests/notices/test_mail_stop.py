"""送信取消 and the claim at one moment: whoever holds the lock first decides, and the other is told so."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections

from config.desk import clock
from config.desk.press import press
from config.desk.refusal import Refused
from config.desk.step import step
from notices.models import Delivery, Notice
from notices.pump import pump
from tests.support.world import World, at

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = at("2026-11-02T10:00")
DUE = NOW + timedelta(minutes=5)


def waiting() -> int:
    """How many stand before a lock, by the server's own word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (number,) = cursor.fetchone()
    return int(number)


def in_this_order(customer: Any, calls: list[Callable[[], None]]) -> None:
    """Each comes to the customer's lock, the first first; then it is let go."""
    with step("test.barrier", at=DUE):
        type(customer)._base_manager.select_for_update().get(pk=customer.pk)
        threads = [threading.Thread(target=call) for call in calls]
        for place, thread in enumerate(threads, start=1):
            thread.start()
            while waiting() < place:
                assert thread.is_alive(), "it ended without waiting for the lock"
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("first", ["stop", "claim"])
def test_stopping_and_claiming_at_once(committed_world: World, first: str) -> None:
    world, told = committed_world, []
    world.set_house(NOW, email_wait_minutes=5)
    application = world.accepted(NOW)
    letter = Notice.objects.about(application).get()

    def stop() -> None:
        try:
            press("notices.stop_sending", letter, by=world.staff["rin"], at=DUE, data={"reason": "書き直す"})
        except Refused as refused:
            told.append(refused.message)
        finally:
            connections.close_all()

    def claim() -> None:
        try:
            pump()
        finally:
            connections.close_all()

    with clock.standing_at(DUE):
        in_this_order(application.customer, [stop, claim] if first == "stop" else [claim, stop])
    delivery = Delivery.objects.get(notice=letter)
    if first == "stop":
        assert (delivery.state, told, len(mail.outbox)) == ("cancelled", [], 0)
    else:
        assert (delivery.state, told, len(mail.outbox)) == ("dispatched", ["すでに発送されているか、送信中です。"], 1)
