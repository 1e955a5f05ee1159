"""後日の確認: one's own, on its day, about a row; nobody else's; and it changes no period of the terms."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.test import Client

from config.desk import clock, home
from config.desk.pages import url_of, verb_url
from config.desk.refusal import FormRefused, Refused
from config.desk.step import step
from contracts.deadlines.models import Deadline
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOON = at("2026-11-02T12:00")
DAY = at("2026-11-09T09:00")  # a Monday


def remind(world: World, by: str = "hana", **data: Any) -> Deadline:
    given = {"on": "2026-11-09", "what": "返事が来たかを見る"} | data
    return world.press("deadlines.remind_me", None, by=by, at=NOON, **given)  # type: ignore[no-any-return]


def titles(world: World, name: str, moment: Any) -> list[str]:
    with clock.standing_at(moment):
        return [row.title for row in home.queue(world.staff[name], moment)]


def test_it_is_seen_by_its_owner_from_its_day_on_and_by_nobody_else(world: World) -> None:
    remind(world, about=world.case(NOON))
    assert "返事が来たかを見る" not in titles(world, "hana", DAY - timedelta(days=1))
    assert "返事が来たかを見る" in titles(world, "hana", DAY)
    assert "返事が来たかを見る" in titles(world, "hana", DAY + timedelta(days=3))  # late, not lost
    assert "返事が来たかを見る" not in titles(world, "ken", DAY)
    with clock.standing_at(DAY):
        browser = Client()
        browser.force_login(world.staff["ken"])
        assert "返事が来たかを見る" not in browser.get("/admin/?scope=all").content.decode()


def test_it_stands_on_the_page_of_what_it_is_about_and_is_told_there(world: World) -> None:
    case = world.case(NOON)
    remind(world, about=case)
    with clock.standing_at(NOON):
        browser = Client()
        browser.force_login(world.staff["ken"])
        page = browser.get(url_of(case)).content.decode()
    assert "11月9日（月）に確認：返事が来たかを見る" in page
    assert page.count("返事が来たかを見る") >= 2


def test_done_by_its_owner_once(world: World) -> None:
    reminder = remind(world, about=world.case(NOON))
    with pytest.raises(Refused, match="hanaのもの"):
        world.press("deadlines.done", reminder, by="ken", at=DAY)
    done = world.press("deadlines.done", reminder, by="hana", at=DAY)
    assert (done.state, done.met_on) == ("met", DAY)
    assert "返事が来たかを見る" not in titles(world, "hana", DAY)
    with pytest.raises(Refused, match="もう済"):
        world.press("deadlines.done", reminder, by="hana", at=DAY)


def test_somebody_elses_is_done_by_anybody_once_they_have_left(world: World) -> None:
    reminder = remind(world, about=world.case(NOON))
    with step("test.leave", at=NOON):
        world.staff["hana"].is_active = False
        world.staff["hana"].save()
    assert world.press("deadlines.done", reminder, by="ken", at=DAY).state == "met"


@pytest.mark.parametrize("given", [{"on": "2026-11-01"}, {"on": "2026-11-01", "what": "きのうのこと"}])
def test_a_day_that_is_over_is_refused(world: World, given: dict[str, str]) -> None:
    with pytest.raises(Refused, match="過ぎた日"):
        remind(world, about=world.case(NOON), **given)
    assert not Deadline.objects.filter(kind=Deadline.REMINDER).exists()


def test_today_is_not_over_and_a_customer_alone_is_enough(world: World) -> None:
    customer = world.application(NOON).customer
    reminder = remind(world, on="2026-11-02", customer=customer)
    assert (reminder.subject, reminder.customer, reminder.due_on) == (customer, customer, NOON.date())


def test_it_says_about_whom_and_rightly(world: World) -> None:
    one, other = world.application(NOON), world.application(NOON)
    with pytest.raises(FormRefused, match="対象か利用者"):
        remind(world)
    with pytest.raises(FormRefused, match="ものではありません"):
        remind(world, about=one, customer=other.customer)


def test_the_terms_own_periods_are_not_done_by_hand(world: World) -> None:
    cure = world.cure(world.curing_case(NOON))
    with pytest.raises(Refused, match="対象の手続"):
        world.press("deadlines.done", cure, by="hana", at=DAY)
    with clock.standing_at(DAY):
        browser = Client()
        browser.force_login(world.staff["hana"])
        assert verb_url("deadlines.done", cure) not in browser.get(url_of(cure)).content.decode()


def test_the_database_wants_an_owner_for_a_reminder_and_for_nothing_else(world: World) -> None:
    reminder, cure = remind(world, about=world.case(NOON)), world.cure(world.curing_case(NOON))
    for row, owner in ((reminder, None), (cure, world.staff["hana"])):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deadline.objects.filter(pk=row.pk).update(owner=owner)
