"""A refusal takes effect on arrival: one that came back goes again, and a document that came first is not late (6(3), 6(4))."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import Refused
from contracts.applications.models import Application
from contracts.applications.stages import in_stage, stage_of
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Objection
from notices.models import Notice
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REFUSAL, AGAIN = "applications.refusal", "applications.refusal_resend"


def bounced(world: World, letter: Notice, when: Any) -> None:
    told = {"channel": "email", "returned_at": when, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=when, **told)


def of(application: Application) -> Notice:
    return Notice.objects.about(application, REFUSAL).latest("pk")


def unanswered(world: World, *, channels: list[str]) -> Application:
    """Refused for the document that was asked for and did not come; the letter has left."""
    application = world.application(NOW - 30 * DAY)
    asked = {"ground": "3", "document": "証明書", "channels": ["email"]}
    world.do("applications.request_document", application, by="rin", at=NOW - 30 * DAY, **asked)
    world.sweep(NOW - DAY)
    given = {"grounds": ["6(4)"], "reason": "提示がない", "channels": channels}
    decision = world.press("applications.propose_refusal", application, by="rin", at=NOW, **given)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    application.refresh_from_db()
    return application


def test_a_refusal_that_bounced_goes_again_by_the_other_way(world: World) -> None:
    decision = world.refusal(NOW)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    application = Application.objects.get(pk=decision.object_id)
    bounced(world, of(application), NOW + HOUR)
    assert stage_of(application).key == "refusal_undelivered"
    assert list(in_stage(Application.objects.all(), "refusal_undelivered")) == [application]
    assert not in_stage(Application.objects.all(), "refused").exists()
    client = Client()
    client.force_login(world.staff["rin"])
    with clock.standing_at(NOW + 2 * HOUR):
        assert "applications.resend_refusal" in client.get("/admin/").content.decode()
        assert "不承諾通知未達" in client.get(url_of(application)).content.decode()
    world.do("applications.resend_refusal", application, by="rin", at=NOW + 2 * HOUR, channels=["post"])
    posted = {"posted_at": NOW + 3 * HOUR, "postage": "ordinary"}
    world.do("notices.mark_posted", of(application), by="rin", at=NOW + 3 * HOUR, **posted)
    assert Deadline.objects.about(application, AGAIN).get().state == "met"
    assert (stage_of(application).key, of(application).decision) == ("refused", decision)
    with pytest.raises(Refused):
        world.do("applications.resend_refusal", application, by="rin", at=NOW + 4 * HOUR, channels=["post"])


def test_a_document_that_comes_while_nobody_was_told_brings_the_application_back(world: World) -> None:
    application = unanswered(world, channels=["email"])
    bounced(world, of(application), NOW + HOUR)
    world.do("applications.resend_refusal", application, by="rin", at=NOW + 2 * HOUR, channels=["post"])
    came = NOW + 3 * HOUR
    with pytest.raises(Refused):
        world.do(
            "applications.record_late_document", application, by="rin", at=came, received_at=came, handling="stands"
        )
    application = world.do(
        "applications.record_document", application, by="rin", at=came, received_at=came, note="届いた"
    )
    assert (application.state, of(application).state) == ("screening", "cancelled")
    assert not Deadline.objects.about(application, AGAIN).running().exists()


def test_a_document_that_comes_while_the_post_travels_is_not_late(world: World) -> None:
    application = unanswered(world, channels=["post"])
    posted = {"posted_at": NOW + HOUR, "postage": "ordinary"}
    world.do("notices.mark_posted", of(application), by="rin", at=NOW + HOUR, **posted)
    late = {"note": "届いた", "handling": "stands"}
    when = NOW + 2 * DAY
    with pytest.raises(Refused, match="到達より前"):
        world.do("applications.record_late_document", application, by="rin", at=when, received_at=when, **late)
    when = at("2026-11-28T00:00")  # posted on the 24th, it arrives on the 27th
    world.do("applications.record_late_document", application, by="rin", at=when, received_at=when, **late)
    assert not Objection.objects.exists()
