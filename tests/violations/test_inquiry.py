"""The inquiry (17(4)): which days the letter names, that it threatens nothing, who waits for what; and the investigation."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from config.desk import clock
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.deadlines.models import Deadline
from contracts.violations.models import Inquiry, Violation
from notices.models import Notice
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ASKED = at("2026-11-02T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUESTIONS = "接続した人と、その目的"


def fresh(case: Any) -> Any:
    return Violation.objects.get(pk=case.pk)


def opened(world: World, moment: Any = ASKED) -> Any:
    given = {"customer": world.subscription(moment).customer, "source": "log", "facts": "深夜の接続"}
    return world.press("violations.open", None, by="hana", at=moment, **given)


def ask(world: World, case: Any, moment: Any = ASKED, **more: Any) -> Any:
    given = {"channels": ["email"], "questions": QUESTIONS} | more
    return world.do("violations.send_inquiry", case, by="hana", at=moment, **given)


def letter(case: Any) -> Notice:
    return Notice.objects.about(case, "violations.inquiry").latest("pk")


def running(case: Any, kind: str) -> bool:
    return Deadline.objects.about(case, kind).running().exists()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, date(2026, 11, 16)),  # 14 days
        ({"channels": ["post"]}, date(2026, 11, 19)),  # 3 days of transit more
        ({"answer_by": "2026-11-07"}, date(2026, 11, 7)),  # a Saturday that was chosen is named
    ],
)
def test_the_letter_names_the_day_cites_17_4_and_threatens_nothing(world: World, given: Any, named: date) -> None:
    case = ask(world, opened(world), **given)
    content = letter(case).content
    assert letter(case).communicated_on == named
    assert content.clauses == ["17(4)"]
    assert f"{named.month}月{named.day}日" in content.text
    assert QUESTIONS in content.text
    assert "第17条（禁止事項）第4項" in content.text
    for threat in ("第23条", "終了", "停止", "措置"):
        assert threat not in content.text


def test_beside_a_cure_period_the_letter_says_that_its_day_stays(world: World) -> None:
    case = ask(world, world.curing_case(ASKED), ASKED + DAY)
    assert (
        f"是正通知書（{world.correction(case).number}）の期限は、本書によって変わりません" in letter(case).content.text
    )
    assert (fresh(case).state, world.cure(case).communicated_on) == ("curing", date(2026, 11, 16))


def test_leaving_later_it_waits_as_many_days_as_were_given(world: World) -> None:
    """Dated anew, as the pump was down for two days; the inquiry goes on with the new letter, and so does its clock."""
    case = opened(world)
    given = {"channels": ["email"], "questions": QUESTIONS, "answer_by": "2026-11-12"}
    world.press("violations.send_inquiry", case, by="hana", at=ASKED, **given)
    first = letter(case)
    world.pump(ASKED + 2 * DAY)
    second = letter(case)
    assert (second.pk != first.pk, second.communicated_on) == (True, date(2026, 11, 14))
    assert (Inquiry.objects.get().notice, Deadline.objects.get(kind="violations.inquiry").notice) == (second, second)


def test_where_it_came_back_one_asks_again_and_the_old_clock_is_given_up(world: World) -> None:
    case = ask(world, opened(world))
    with pytest.raises(Refused, match="すでに問い合わせています") as no:
        ask(world, case, ASKED + HOUR)
    assert no.value.clause == "17(4)"
    bounce = {"channel": "email", "returned_at": ASKED + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", letter(case), by="rin", at=ASKED + HOUR, **bounce)
    ask(world, case, ASKED + 2 * HOUR, channels=["post"])
    assert Deadline.objects.get(kind="violations.inquiry").state == "cancelled"
    assert case.inquiries.count() == 2


def test_an_answer_before_the_letter_left_stops_it(world: World) -> None:
    world.set_house(ASKED - DAY, email_wait_minutes=30)
    case = Violation.objects.get(pk=world.press(
        "violations.open", None, by="hana", at=ASKED + 4 * HOUR,
        customer=world.subscription_sent_at_once(ASKED - HOUR).customer, source="log", facts="深夜の接続",
    ).pk)  # fmt: skip
    ask(world, case, ASKED + 4 * HOUR)
    given = {"answered_at": ASKED + 4 * HOUR, "answer": "電話で説明を受けた"}
    world.do("violations.record_answer", case, by="hana", at=ASKED + 4 * HOUR, **given)
    assert (letter(case).state, letter(case).closed_reason) == ("cancelled", "回答があったため")
    world.pump(ASKED + 6 * HOUR)
    assert (letter(case).state, letter(case).dispatched_at) == ("cancelled", None)
    assert not Deadline.objects.filter(kind="violations.inquiry").exists()


ITEM = {"clause": ["9(2)"], "finding": "act", "facts": "貸与"}
NEXT: dict[str, dict[str, Any]] = {
    "violations.confirm_item": ITEM,
    "violations.send_inquiry": {"channels": ["email"], "questions": QUESTIONS},
    "violations.note_finding": {"looked_into": "記録", "found_at": ASKED, "finding": "変わらない"},
}


@pytest.mark.parametrize("then", NEXT)
def test_silence_makes_a_task_and_nothing_else(world: World, then: str) -> None:
    case = ask(world, opened(world))
    world.sweep(at("2026-11-16T23:59"))
    assert running(case, "violations.inquiry")
    lapsed = at("2026-11-17T00:00")
    world.sweep(lapsed)
    world.sweep(lapsed + HOUR)
    assert Deadline.objects.filter(kind="violations.inquiry_unanswered").count() == 1
    assert fresh(case).state == "open"
    world.do(then, case, by="hana", at=lapsed + DAY, **NEXT[then])
    assert not running(case, "violations.inquiry_unanswered")


def test_the_end_of_the_case_ends_the_waiting(world: World) -> None:
    case = ask(world, opened(world), channels=["email", "post"])
    world.do("violations.dismiss", case, by="hana", at=ASKED + DAY, reason="契約の範囲の利用")
    assert not running(case, "violations.inquiry")
    other = world.uncured_case(ASKED)
    ripe = world.ripe(other)
    ask(world, other, ripe)
    end = world.do("violations.propose_termination", other, by="hana", at=ripe, reason="是正がない", channels=["email"])
    world.do("decisions.approve", end, by="mio", at=ripe)
    assert (fresh(other).state, running(other, "violations.inquiry")) == ("terminated", False)


def test_a_line_of_another_customer_is_no_answer(world: World) -> None:
    case = ask(world, opened(world))
    other = world.subscription(ASKED).customer
    note = world.press("incoming.call_note", None, by="hana", at=ASKED, summary="電話", customer=other)
    given = {"answered_at": ASKED + HOUR, "answer": "説明", "incoming": note}
    with pytest.raises(Refused, match="のものではありません"):
        world.press("violations.record_answer", case, by="hana", at=ASKED + HOUR, **given)
    opening = {"customer": case.customer, "source": "電話", "facts": "電話", "incoming": note}
    with pytest.raises(Refused, match="から受けたものではありません"):
        world.press("violations.open", None, by="hana", at=ASKED + HOUR, **opening)
    assert case.inquiries.get().answered_at is None


def test_the_database_keeps_answer_and_moment_together(world: World) -> None:
    asked = ask(world, opened(world)).inquiries.get()
    asked.answer = "説明"
    with pytest.raises(IntegrityError), step("test.forge", at=ASKED):
        asked.save()


def test_the_pages_say_what_is_waited_for_and_no_power(world: World) -> None:
    alarm = {
        "channel": "log",
        "received_at": ASKED,
        "summary": "深夜に一括の書出し",
        "customer": world.subscription(ASKED).customer,
    }
    line = world.press("incoming.receive", None, by="hana", at=ASKED, **alarm)
    client = Client()
    client.force_login(world.staff["hana"])

    def page(url: str, moment: Any = ASKED + HOUR) -> str:
        with clock.standing_at(moment):
            return client.get(url).content.decode()

    begin = f"/admin/verb/violations.open/?incoming={line.number}"
    assert begin in page(f"/admin/incoming/incoming/{line.pk}/change/")
    form = page(begin)
    for filled in ("受信簿 R-2026-000001（監視の記録）", "深夜に一括の書出し</textarea>", line.customer.number):
        assert filled in form
    given = {"customer": line.customer, "source": "log", "facts": "書出し", "incoming": line}
    case = world.press("violations.open", None, by="hana", at=ASKED, **given)
    assert begin not in page(f"/admin/incoming/incoming/{line.pk}/change/")
    found = {
        "source": "log",
        "looked_into": "書出しの記録",
        "found_at": ASKED,
        "finding": "三度の書出し",
        "evidence": "記録1\n記録2",
    }
    world.press("violations.note_finding", case, by="hana", at=ASKED, incoming=line, **found)
    ask(world, case)
    shown = page(f"/admin/violations/violation/{case.pk}/change/")
    for word in (
        "書出しの記録",
        "記録2",
        f"受信簿 {line.number}",
        "回答待ち",
        QUESTIONS,
        "発見の経緯",
        "11月16日（月）まで",
    ):
        assert word in shown, word
    waiting = Deadline.objects.get(kind="violations.inquiry")
    for url in (f"/admin/violations/violation/{case.pk}/change/", f"/admin/deadlines/deadline/{waiting.pk}/change/"):
        assert "措置できる日時" not in page(url), url
        assert "から措置できる" not in page(url), url
    assert "回答がないことだけでは" in page(f"/admin/verb/violations.send_inquiry/{case.pk}/?answer_by=2026-11-20")
