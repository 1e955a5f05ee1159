"""What a court's expert broke: notices that left although they were given up, and what hangs on cases that changed their mind."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock, home
from config.desk.refusal import Refused
from contracts.closing.models import Closing
from contracts.deadlines.models import Deadline
from contracts.terms.models import TermsVersion
from contracts.violations.models import Violation
from notices import pump
from notices.models import Delivery, Notice
from tests.support.world import BREACH, DEMAND, World, at
from tests.terms.test_individual import add as agree
from tests.terms.test_individual import folder

pytestmark = [pytest.mark.django_db, pytest.mark.both]
__all__ = ["folder"]  # the storage of the test's own
MON = at("2026-11-02T09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POSTED = {"postage": "ordinary"}
LATE = "取り消した是正通知書が発送されています"


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def clocks_of(case: Any) -> list[str]:
    return list(Deadline.objects.about(case, "violations.cure").values_list("state", flat=True))


def letters(case: Any, kind: str = "withdrawal") -> int:
    return Notice.objects.about(case, f"violations.{kind}").count()


def post(world: World, letter: Notice, moment: Any) -> None:
    world.do("notices.mark_posted", letter, by="rin", at=moment, posted_at=moment, **POSTED)


def page(world: World, verb: str, moment: Any) -> str:
    client = Client()
    client.force_login(world.staff["hana"])
    with clock.standing_at(moment):
        return client.get(f"/admin/verb/{verb}/").content.decode()


def told_at_home(world: World, moment: Any) -> list[str]:
    return [row.title for row in home.queue(world.staff["hana"], moment) if row.title.startswith(LATE)]


def test_while_the_notice_is_in_flight_the_case_is_not_dismissed(world: World) -> None:
    """Its outcome decides whether the customer has it; the refusal says so."""
    case = world.case(MON)
    world.press("violations.send_correction_notice", case, by="hana", at=MON, channels=["email"], **DEMAND)
    with clock.standing_at(MON):
        pump.number_all(), pump.finish_all()
        claimed = pump._claim(Delivery.objects.get(notice=world.correction(case)).pk)
        assert claimed is not None
    with pytest.raises(Refused, match="いま送信中です") as no:
        world.press("violations.dismiss", case, by="hana", at=MON, reason="誤り")
    assert (no.value.clause, "撤回を利用者に知らせられます" in no.value.instead) == ("23(1)", True)
    with clock.standing_at(MON):
        pump._record(claimed)
    world.pump(MON)
    assert world.do("violations.dismiss", case, by="hana", at=MON, reason="誤り").state == "dismissed"


def test_a_dismissed_case_runs_no_clock_and_its_customer_can_be_told(world: World) -> None:
    """The posting was committed, the handlers came after the dismissal (killed in between)."""
    case = world.noticed_case(MON, ["post"])
    letter = world.correction(case)
    world.press("notices.mark_posted", letter, by="rin", at=MON + HOUR, posted_at=MON + HOUR, **POSTED)
    assert f"是正通知（{letter.number}）は、発送済みです" in page(
        world, f"violations.dismiss/{case.pk}", MON + 2 * HOUR
    )
    world.press("violations.dismiss", case, by="hana", at=MON + 2 * HOUR, reason="誤り")
    world.pump(MON + 3 * HOUR)
    assert (again(case).state, clocks_of(case), again(letter).state) == ("dismissed", [], "dispatched")
    assert "すでに取りやめています" in page(world, f"violations.withdraw_notice/{case.pk}", MON + DAY)
    world.do("violations.withdraw_notice", case, by="hana", at=MON + DAY, reason="誤り", channels=["email"])
    assert (again(case).state, letters(case)) == ("dismissed", 1)
    with pytest.raises(Refused, match="違反と認めず"):
        world.do("violations.withdraw_notice", case, by="hana", at=MON + DAY, reason="誤り", channels=["email"])


def test_what_a_cancelled_letter_names_binds_once_it_was_posted_until_the_customer_is_told(world: World) -> None:
    case = world.noticed_case(MON, ["post"], planned_on=date(2026, 11, 20))
    first = world.correction(case)
    world.do("notices.stop_sending", first, by="hana", at=MON + HOUR, reason="早める")
    world.do("violations.send_correction_notice", case, by="hana", at=MON + 2 * HOUR, channels=["email"], **DEMAND)
    assert world.ripe(case) == at("2026-11-17T00:00")
    assert told_at_home(world, MON + DAY) == []
    post(world, first, MON + 3 * HOUR)
    assert (again(first).state, again(first).communicated_on) == ("cancelled", date(2026, 12, 7))
    assert world.ripe(case) == at("2026-12-08T00:00")
    assert len(told_at_home(world, MON + DAY)) == 1
    with pytest.raises(Refused, match="12月8日"):
        world.do(
            "violations.confirm_uncured",
            case,
            by="hana",
            at=at("2026-11-18T09:00"),
            checked_at=at("2026-11-18T09:00"),
            how="x",
        )
    given = {"notice": first.number, "reason": "手違い", "channels": ["email"]}
    world.do("violations.withdraw_notice", case, by="hana", at=MON + DAY, **given)
    assert (letters(case), told_at_home(world, MON + DAY), again(case).state) == (1, [], "curing")


def test_a_notice_withdrawn_before_it_left_and_posted_all_the_same_is_told_of(world: World) -> None:
    case = world.noticed_case(MON, ["post"])
    letter = world.correction(case)
    world.do("violations.withdraw_notice", case, by="hana", at=MON + HOUR, reason="誤り", channels=["email"])
    assert letters(case) == 0
    with pytest.raises(Refused, match="撤回できる是正通知がありません"):
        world.do("violations.withdraw_notice", case, by="hana", at=MON + HOUR, reason="誤り", channels=["email"])
    post(world, letter, MON + 2 * HOUR)
    world.do("violations.withdraw_notice", case, by="hana", at=MON + 3 * HOUR, reason="別の理由", channels=["email"])
    told = Notice.objects.about(case, "violations.withdrawal").get()
    assert (told.state, "誤り" in told.content.text, again(case).state) == ("dispatched", True, "confirmed")
    assert case.withdrawals.get().letter == told


@pytest.mark.parametrize("answer_by", ["2027-11-03", "9999-12-31"])
def test_an_answer_is_awaited_a_year_at_most(world: World, answer_by: str) -> None:
    case = world.case(MON)
    given = {"channels": ["email"], "questions": "事実"}
    with pytest.raises(Refused, match="回答の期限が先すぎます") as no:
        world.do("violations.send_inquiry", case, by="hana", at=MON, answer_by=answer_by, **given)
    assert (no.value.clause, "2027年11月2日" in no.value.instead) == ("17(4)", True)
    world.do("violations.send_inquiry", case, by="hana", at=MON, answer_by="2027-11-02", **given)
    assert letters(case, "inquiry") == 1


def asked_twice(world: World) -> tuple[Any, Notice]:
    case = world.case(MON)
    given = {"channels": ["email"], "questions": "事実"}
    world.do("violations.send_inquiry", case, by="hana", at=MON, answer_by="2026-11-05", **given)
    first = Notice.objects.about(case, "violations.inquiry").get()
    world.sweep(MON + 5 * DAY)
    world.do("violations.send_inquiry", case, by="hana", at=MON + 6 * DAY, **given)
    return case, first


@pytest.mark.parametrize(("came", "named"), [(MON + 5 * DAY, False), (MON + 7 * DAY, True)])
def test_an_answer_to_an_earlier_inquiry_is_recorded_there(world: World, came: Any, named: bool) -> None:
    """By its date, or by the number of the letter; the later inquiry goes on."""
    case, first = asked_twice(world)
    given = {"answered_at": came, "answer": "説明", "inquiry": first.number if named else ""}
    world.do("violations.record_answer", case, by="hana", at=MON + 7 * DAY, **given)
    one, two = case.inquiries.order_by("pk")
    assert (one.answered_at, two.answered_at) == (came, None)
    assert Deadline.objects.get(notice=two.notice).state == "running"
    with pytest.raises(Refused, match="問合せより前"):
        world.do("violations.record_answer", case, by="hana", at=MON + 7 * DAY, answered_at=came - 3 * DAY, answer="x")


def test_dismissing_leaves_other_peoples_reminders_alone(world: World) -> None:
    case = world.curing_case(MON)
    given = {"on": "2026-12-01", "what": "電話する", "about": case.number}
    reminder = world.do("deadlines.remind_me", None, by="ken", at=MON + HOUR, **given)
    world.do("violations.dismiss", case, by="hana", at=MON + 2 * HOUR, reason="違反でない")
    assert (again(reminder).state, world.cure(case).state) == ("running", "cancelled")


def test_what_was_cured_before_any_notice_need_not_be_notified(world: World) -> None:
    """A further breach asks for a notice again."""
    case = world.case(MON)
    tasks = Deadline.objects.about(case, "violations.notify").running()
    world.do("violations.confirm_cure", case, by="hana", at=MON + HOUR, items=["1"], cured_at=MON)
    assert (Violation.objects.get(pk=case.pk).state, tasks.count()) == ("confirmed", 0)
    world.do("violations.confirm_item", case, by="hana", at=MON + 2 * HOUR, **BREACH)
    assert tasks.count() == 1


@pytest.mark.parametrize("how", ["version", "individual"])
def test_the_erasure_period_is_the_one_that_was_fixed_at_the_end(world: World, how: str) -> None:
    decision = world.termination(MON, channels=["email", "post"])
    moment, case = decision.proposed_at, decision.subject
    world.do("decisions.approve", decision, by="mio", at=moment + HOUR)
    closing = Closing.objects.get(subscription=case.subscription)
    assert (closing.counted_from, closing.kept_through) == (date(2026, 11, 17), date(2026, 12, 17))
    if how == "version":
        version = TermsVersion.objects.get()
        world.do("terms.set_parameters", version, by="aki", at=moment + DAY, erasure_days="1", reason="x")
    else:
        agree(world, when=moment + DAY, customer=case.customer, erasure_days="1")
    post(world, Notice.objects.about(case, "violations.termination").get(), moment + 2 * DAY)
    closing.refresh_from_db()
    assert (closing.counted_from, closing.kept_through) == (date(2026, 11, 19), date(2026, 12, 19))
