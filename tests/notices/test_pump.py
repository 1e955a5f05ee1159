"""The pump: numbers without gaps, letters that cannot be made or whose day is over, the hour at which they leave."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from config.desk import clock
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.violations.models import Violation
from notices import pump, workflow
from notices.models import Delivery, LetterContent, Notice
from tests.support.world import DEMAND, World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")


def order(world: World, case: Any, when: Any, **other: Any) -> Any:
    given = {"channels": ["email"]} | DEMAND | other
    return world.press("violations.send_correction_notice", case, by="hana", at=when, **given)


# --- numbers ------------------------------------------------------------------------------------------------------


def test_numbers_have_no_gap_and_begin_anew_with_the_jst_year(world: World) -> None:
    contract = world.subscription(at("2026-12-01T10:00"))  # two letters: acceptance and hand-over
    for when in ("2026-12-31T23:59:58", "2026-12-31T23:59:59", "2027-01-01T00:00:00", "2027-01-01T09:00:00"):
        world.curing_case(at(when), subscription=contract)
    numbers = list(Notice.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [
        *("N-2026-000001", "N-2026-000002", "N-2026-000003", "N-2026-000004"),
        *("N-2027-000001", "N-2027-000002"),
    ]


def test_ordered_before_midnight_and_numbered_after_it_belongs_to_the_new_year(world: World) -> None:
    case = world.case(at("2026-12-31T23:50"))
    order(world, case, at("2026-12-31T23:59"))
    world.pump(at("2027-01-01T00:01"))
    assert [n.number for n in Notice.objects.about(case).order_by("pk")][0] == "N-2027-000001"


def test_what_was_recalled_before_its_number_takes_none(world: World) -> None:
    case = world.case(NOW)
    order(world, case, NOW)
    world.press("violations.dismiss", case, by="hana", at=NOW, reason="誤認だった")
    world.pump(NOW)
    recalled = Notice.objects.about(case).get()
    assert (recalled.state, recalled.number, recalled.closed_reason) == ("cancelled", None, "誤認だった")
    assert Notice.objects.exclude(number=None).count() == 2
    application = world.accepted(NOW)
    assert Notice.objects.about(application).get().number == "N-2026-000003"


# --- void ---------------------------------------------------------------------------------------------------------


def test_a_character_that_no_font_has_voids_the_letter_and_the_number_says_why(world: World) -> None:
    case = world.case(NOW)
    order(world, case, NOW, facts="絵文字\U0001f9ff付きの表示")
    world.pump(NOW)
    notice = Notice.objects.about(case).get()
    assert (notice.state, notice.number, notice.render_attempts) == ("void", "N-2026-000003", 2)
    assert notice.closed_reason.startswith("書面を作れませんでした。")
    assert "\U0001f9ff" in notice.closed_reason or "1F9FF" in notice.closed_reason.upper()
    assert (notice.email.state, LetterContent.objects.filter(notice=notice).exists()) == ("cancelled", False)
    case.refresh_from_db()
    assert case.state == Violation.State.CONFIRMED  # it can be ordered anew, in other words
    again = world.do("violations.send_correction_notice", case, by="hana", at=NOW, channels=["email"], **DEMAND)
    assert (again.state, world.correction(case).number) == ("curing", "N-2026-000004")


def test_the_others_are_made_although_one_cannot_be(world: World) -> None:
    bad, good = world.case(NOW), world.case(NOW)
    order(world, bad, NOW, facts="\U0001f9ff")
    order(world, good, NOW)
    world.pump(NOW)
    assert (world.correction(bad).state, world.correction(good).state) == ("void", "dispatched")


# --- a named day that would be too short --------------------------------------------------------------------------


def test_a_letter_that_did_not_leave_on_its_day_is_replaced_and_dated_anew(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=30)
    case = world.case(at("2026-11-02T23:40"), world.subscription_sent_at_once(NOW))
    order(world, case, at("2026-11-02T23:50"))
    world.pump(at("2026-11-02T23:50"))  # final, and due at 0:20 of the next day
    old = world.correction(case)
    assert (old.state, old.planned_dispatch_on, old.communicated_on) == ("final", date(2026, 11, 2), date(2026, 11, 16))
    late = at("2026-11-03T00:20")
    world.pump(late)
    old.refresh_from_db()
    new = world.correction(case)
    assert (old.state, old.email.state, old.dispatched_at) == ("cancelled", "cancelled", None)
    assert "2026-11-02" in old.closed_reason
    assert (new.state, new.planned_dispatch_on, new.communicated_on) == ("dispatched", late.date(), date(2026, 11, 17))
    assert (new.dispatched_at, new.number > old.number) == (late, True)
    assert (world.cure(case).notice, world.ripe(case)) == (new, at("2026-11-18T00:00"))
    assert [link.item.position for link in new.violation_items.all()] == [1]


def test_a_letter_that_names_no_day_leaves_a_day_late_as_it_is(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=30)
    application = world.judged(at("2026-11-02T23:40"))
    world.do("applications.accept", application, by="rin", at=at("2026-11-02T23:50"), channels=["email"])
    world.pump(at("2026-11-03T00:20"))
    assert [n.state for n in Notice.objects.about(application)] == ["dispatched"]


def test_what_it_rests_on_is_gone_so_it_stays_here(world: World) -> None:
    """The item was cured while the letter waited: it does not leave, and says why."""
    world.set_house(NOW, email_wait_minutes=5)
    case = world.case(NOW, world.subscription_sent_at_once(at("2026-10-01T10:00")))
    order(world, case, NOW, channels=["email"])
    world.pump(NOW)
    leaves = NOW + timedelta(minutes=5)
    type(case.items.get()).objects.filter(case=case).update(cured_at=NOW)  # past `confirm_cure`, which would recall it
    world.pump(leaves)
    notice = world.correction(case)
    assert (notice.state, notice.email.state) == ("cancelled", "cancelled")
    assert notice.closed_reason == "通知する違反事項が、すべて是正されました。"


# --- planned ------------------------------------------------------------------------------------------------------


def test_a_planned_day_that_is_over_is_refused(world: World) -> None:
    case = world.case(NOW)
    with pytest.raises(Refused, match="発送予定日が過ぎています"):
        order(world, case, NOW, planned_on=date(2026, 11, 1))
    assert not Notice.objects.about(case).exists()


def test_planned_for_a_later_day_it_leaves_at_9_of_that_day(world: World) -> None:
    case = world.noticed_case(NOW, ["email"], planned_on=date(2026, 11, 5))
    notice = world.correction(case)
    assert (notice.state, notice.email.due_at, notice.communicated_on) == (
        "final",
        at("2026-11-05T09:00"),
        date(2026, 11, 19),
    )
    assert world.pump(at("2026-11-05T08:59:59")).sent == 0
    assert world.pump(at("2026-11-05T09:00:00")).sent == 1
    notice.refresh_from_db()
    assert (notice.dispatched_at, world.ripe(case)) == (at("2026-11-05T09:00"), at("2026-11-20T00:00"))


def test_an_e_mail_waits_for_its_minutes(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = world.judged(NOW)
    world.do("applications.accept", application, by="rin", at=NOW, channels=["email"])
    assert world.pump(NOW + timedelta(minutes=4, seconds=59)).sent == 0
    assert world.pump(NOW + timedelta(minutes=5)).sent == 1


# --- two pumps ----------------------------------------------------------------------------------------------------


def test_what_another_pump_has_claimed_is_left_alone(world: World) -> None:
    """Both saw it as due; the second finds it gone under the lock, which is a normal return."""
    world.set_house(NOW, email_wait_minutes=5)
    application = world.judged(NOW)
    world.do("applications.accept", application, by="rin", at=NOW, channels=["email"])
    delivery, leaves = world.delivery(application, "email"), NOW + timedelta(minutes=5)
    with clock.standing_at(leaves):
        claimed = pump._claim(delivery.pk)
        assert claimed is not None
        assert pump._claim(delivery.pk) is None
        assert pump.send_all() == (0, 0)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.claimed_at, delivery.message_id) == ("in_flight", leaves, claimed.message_id)
    assert mail.outbox == []


# --- recall -------------------------------------------------------------------------------------------------------


def recall_in_step(world: World, notice: Notice) -> str:
    with step("test.recall", at=NOW):
        return workflow.recall(notice, by=world.staff["hana"], at=NOW, reason="送信取消")


@pytest.mark.parametrize("state", ["ordered", "final"])
def test_what_has_not_been_claimed_is_recalled(world: World, state: str) -> None:
    case = world.case(NOW)
    order(world, case, NOW, channels=["post"])
    if state == "final":
        world.pump(NOW)
    notice = world.correction(case)
    assert notice.state == state
    assert recall_in_step(world, notice) == "recalled"
    notice.refresh_from_db()
    assert (notice.state, notice.post.state, notice.closed_reason) == ("cancelled", "cancelled", "送信取消")


def in_flight(world: World, case: Any) -> None:
    Delivery.objects.filter(notice=world.correction(case)).update(state="in_flight", claimed_at=NOW)


def sent(world: World, case: Any) -> None:
    world.do("notices.mark_posted", world.correction(case), by="hana", at=NOW, posted_at=NOW, postage="ordinary")


@pytest.mark.parametrize("happened", [in_flight, sent])
def test_what_was_claimed_or_has_left_is_not(world: World, happened: Callable[[World, Any], None]) -> None:
    case = world.case(NOW)
    order(world, case, NOW, channels=["post"])
    world.pump(NOW)
    happened(world, case)
    before = world.correction(case).state
    assert recall_in_step(world, world.correction(case)) == "too_late"
    assert world.correction(case).state == before


def test_the_same_key_gives_the_same_letter(world: World) -> None:
    application = world.application(NOW)
    given: dict[str, Any] = {
        "customer": application.customer,
        "by": world.staff["rin"],
        "at": NOW,
        "fields": {},
        "key": "test:1",
    }
    with step("test.order", at=NOW):
        once = workflow.order("applications.acceptance", application, channels=["email"], **given)
        twice = workflow.order("applications.acceptance", application, channels=["email", "post"], **given)
    assert (once, once.deliveries.count()) == (twice, 1)
