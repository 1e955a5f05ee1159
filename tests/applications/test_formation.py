"""When a contract forms (6(3)): reckoned as it was when the acceptance left."""

from datetime import date, timedelta

import pytest

from config.desk import clock
from config.desk.step import step
from config.desk.timeline import changes
from contracts.terms import stories as terms
from notices.models import Notice
from tests.support.world import World, at

MONDAY = at("2026-11-02T09:00")
pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize("read_anew", [False, True])
def test_the_day_of_formation_does_not_drift_with_the_settings(world: World, read_anew: bool) -> None:
    """What was set when the acceptance left decides, whatever is set, or read otherwise, afterwards."""
    application = world.do("applications.accept", world.judged(MONDAY), by="rin", at=MONDAY, channels=["email", "post"])
    letter = Notice.objects.about(application).latest("pk")
    posted = MONDAY + timedelta(hours=1)
    world.do("notices.mark_posted", letter, by="rin", at=posted, posted_at=posted, postage="ordinary")
    world.set_house(MONDAY + timedelta(days=4), transit_days=7)
    if read_anew:
        with clock.standing_at(MONDAY), step("test.read", at=MONDAY):
            terms.read_as("formation", "dispatch")
    back = {"channel": "email", "returned_at": posted, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=MONDAY + timedelta(days=5), **back)
    application.refresh_from_db()
    assert application.subscription.formed_on == date(2026, 11, 5)
    shown = [field["new"] for entry in changes(application) for field in entry["fields"]]
    assert any("郵便の所要3日" in text for text in shown)
    assert not any("arrival" in text for text in shown)
