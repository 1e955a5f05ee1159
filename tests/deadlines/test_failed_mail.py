"""An e-mail that could not be sent counts for nothing: the reasoning and the page of the case say so."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from notices import transport
from tests.support.world import World, at

MORNING = at("2026-11-02T09:00")
HOUR = timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def refuse(*args: Any) -> None:
    raise transport.NothingLeft("SMTP 550")


@pytest.mark.parametrize("mail_first", [True, False], ids=["before the post", "after the post"])
def test_it_is_told_and_not_counted(world: World, monkeypatch: pytest.MonkeyPatch, mail_first: bool) -> None:
    contract = world.subscription(MORNING)
    world.set_house(MORNING, email_wait_minutes=0 if mail_first else 90)
    with monkeypatch.context() as patch:
        patch.setattr(transport, "send", refuse)
        case = world.noticed_case(MORNING, ["email", "post"], subscription=contract)
        letter = world.correction(case)
        posted = {"posted_at": MORNING + HOUR, "postage": "ordinary"}
        world.do("notices.mark_posted", letter, by="hana", at=MORNING + HOUR, **posted)
        world.pump(MORNING + 2 * HOUR)
    running = world.cure(case)
    assert world.delivery(case, "email").state == "failed"
    assert running.act_from is not None
    assert any("送信できなかった" in step["given"] for step in running.reasoning)
    desk = Client()
    desk.force_login(world.staff["hana"])
    with clock.standing_at(MORNING + 3 * HOUR):
        page = desk.get(url_of(case)).content.decode()
    assert "メールは送信できなかったため、数えていません" in page
    world.do("notices.retry_delivery", letter, by="rin", at=MORNING + 3 * HOUR)
    assert not any("送信できなかった" in step["given"] for step in world.cure(case).reasoning)
