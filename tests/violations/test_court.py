"""What an opponent in court would look for: effects without their letter, dates that move backward, letters that state what is not so."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from config.desk import clock, handlers
from config.desk.models import HandlerRun
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.licenses.models import Block
from contracts.violations.models import Violation
from notices.models import Delivery, Notice
from tests.support.world import BREACH, HAND_OVER, World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MORNING = at("2026-11-02T09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _again(row: object) -> object:
    return type(row)._base_manager.get(pk=row.pk)  # type: ignore[attr-defined]


# --- use starts only when all has left and none came back (8(3)) -----------------------------------------------------


def test_a_hand_over_whose_mail_bounced_before_the_post_left_starts_nothing(world: World) -> None:
    contract = world.formed(MORNING)
    world.do("licenses.hand_over", contract, by="hana", at=MORNING, channels=["email", "post"], **HAND_OVER)
    letter = Notice.objects.about(contract).get()
    bounce = {"channel": "email", "returned_at": MORNING + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=MORNING + HOUR, **bounce)
    posting = {"posted_at": MORNING + 2 * HOUR, "postage": "ordinary"}
    world.do("notices.mark_posted", letter, by="rin", at=MORNING + 2 * HOUR, **posting)
    assert _again(contract).starts_at is None


def test_an_old_letter_that_comes_back_does_not_take_a_later_start_away(world: World) -> None:
    contract = world.formed(MORNING)
    world.do("licenses.hand_over", contract, by="hana", at=MORNING, channels=["email", "post"], **HAND_OVER)
    old = Notice.objects.about(contract).get()
    posting = {"posted_at": MORNING + HOUR, "postage": "ordinary"}
    bounce = {"channel": "email", "returned_at": MORNING + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", old, by="rin", at=MORNING + HOUR, **bounce)
    world.do("notices.mark_posted", old, by="rin", at=MORNING + 2 * HOUR, **posting)
    world.do("licenses.hand_over", contract, by="hana", at=MORNING + 3 * HOUR, channels=["email"], **HAND_OVER)
    assert _again(contract).starts_at == MORNING + 3 * HOUR
    back = {"channel": "post", "returned_at": MORNING + DAY, "reason": "あて所に尋ねあたりません"}
    world.do("notices.record_return", old, by="rin", at=MORNING + DAY, **back)
    assert _again(contract).starts_at == MORNING + 3 * HOUR


# --- recorded facts stay ---------------------------------------------------------------------------------------------


def test_a_recorded_delivery_is_not_overwritten_by_somebody_else(world: World) -> None:
    case = world.curing_case(MORNING, ["email", "post"], postage="recorded")
    letter = world.correction(case)
    arrived = {"channel": "post", "delivered_at": MORNING + 3 * DAY}
    world.do("notices.record_delivery", letter, by="hana", at=MORNING + 3 * DAY, **arrived)
    before = world.ripe(case)
    earlier = {"channel": "post", "delivered_at": MORNING + DAY}
    with pytest.raises(Refused, match="すでに記録されています"):
        world.do("notices.record_delivery", letter, by="rin", at=MORNING + 4 * DAY, **earlier)
    assert world.ripe(case) == before


def test_its_author_mends_a_slip_on_the_same_day(world: World) -> None:
    case = world.curing_case(MORNING, ["email", "post"], postage="recorded")
    letter, seen = world.correction(case), MORNING + 3 * DAY
    world.do("notices.record_delivery", letter, by="hana", at=seen, channel="post", delivered_at=seen)
    mended = {"channel": "post", "delivered_at": seen - HOUR}
    world.do("notices.record_delivery", letter, by="hana", at=seen + HOUR, **mended)
    assert world.delivery(case, "post").delivered_at == seen - HOUR


@pytest.mark.parametrize("moment", [MORNING - timedelta(minutes=1), MORNING - DAY])
def test_nothing_is_posted_before_it_was_ordered(world: World, moment: object) -> None:
    case = world.noticed_case(MORNING, ["post"])
    posting = {"posted_at": moment, "postage": "ordinary"}
    with pytest.raises(Refused, match="確定した時より前"):
        world.do("notices.mark_posted", world.correction(case), by="hana", at=MORNING + HOUR, **posting)


def test_a_return_does_not_lie_before_the_recorded_delivery(world: World) -> None:
    case = world.curing_case(MORNING, ["post"], postage="recorded")
    letter, arrived = world.correction(case), MORNING + 3 * DAY
    world.do("notices.record_delivery", letter, by="hana", at=arrived, channel="post", delivered_at=arrived)
    back = {"channel": "post", "returned_at": arrived - DAY, "reason": "あて所に尋ねあたりません"}
    with pytest.raises(Refused, match="配達より前"):
        world.do("notices.record_return", letter, by="hana", at=arrived + DAY, **back)


# --- a posting that took place is always recorded, and has no effect where the letter was cancelled ------------------


def test_a_cancelled_letter_that_was_posted_all_the_same_is_recorded_and_ends_nothing(world: World) -> None:
    decision = world.termination(MORNING, channels=["post"])
    moment = decision.proposed_at + HOUR
    world.do("decisions.approve", decision, by="mio", at=moment)
    case = decision.subject
    letter = Notice.objects.about(case, "violations.termination").get()
    cured = {"items": ["1"], "cured_at": MORNING + DAY}
    world.do("violations.confirm_cure", case, by="hana", at=moment + HOUR, **cured)
    assert _again(letter).state == "cancelled"
    posting = {"posted_at": moment + 2 * HOUR, "postage": "ordinary"}
    world.do("notices.mark_posted", letter, by="hana", at=moment + 2 * HOUR, **posting)
    assert world.delivery(case, "post").state == Delivery.State.DISPATCHED
    assert _again(case).state == "cured"
    assert _again(case).subscription.state == "active"


# --- cure in time, known late ----------------------------------------------------------------------------------------


def test_a_late_cure_that_a_delivery_makes_timely_settles_the_case(world: World) -> None:
    case = world.curing_case(MORNING, ["post"], posted_at=MORNING, postage="ordinary")
    ripe = world.ripe(case)
    world.do("violations.confirm_cure", case, by="hana", at=ripe + HOUR, items=["1"], cured_at=ripe + HOUR)
    assert _again(case).state == "curing"
    late = {"channel": "post", "delivered_at": MORNING + 10 * DAY}
    world.do("notices.record_delivery", world.correction(case), by="hana", at=ripe + 2 * HOUR, **late)
    assert world.ripe(case) > ripe + HOUR
    assert _again(case).state == "cured"


def test_a_timely_cure_known_after_the_end_stands_for_decision(world: World) -> None:
    decision = world.termination(MORNING)
    moment = decision.proposed_at + HOUR
    world.do("decisions.approve", decision, by="mio", at=moment)
    case = _again(decision.subject)
    assert case.state == "terminated"
    cured = {"items": ["1"], "cured_at": MORNING + DAY}
    world.do("violations.confirm_cure", case, by="hana", at=moment + 7 * DAY, **cured)
    assert Deadline.objects.about(case, "violations.after_end").running().count() == 1
    assert _again(case).state == "terminated"


# --- no end without a notice that arrived (23(1), 4(2)) --------------------------------------------------------------


def _terminated(world: World, channels: list[str]) -> tuple[Violation, Notice, object]:
    decision = world.termination(MORNING, channels=channels)
    moment = decision.proposed_at + HOUR
    world.do("decisions.approve", decision, by="mio", at=moment)
    case = _again(decision.subject)
    letter = Notice.objects.about(case, "violations.termination").get()
    return case, letter, moment  # type: ignore[return-value]


def test_a_termination_whose_only_letter_bounced_ended_nothing(world: World) -> None:
    case, letter, moment = _terminated(world, ["email"])
    assert case.subscription.state == "ended"
    back = moment + HOUR  # type: ignore[operator]
    world.do("notices.record_return", letter, by="rin", at=back, channel="email", returned_at=back, reason="宛先不明")
    contract = _again(case).subscription
    assert (_again(case).state, contract.state, contract.ended_on) == ("curing", "active", None)
    assert contract.closing.taken_back_at == back
    assert {block.until for block in contract.blocks.all()} == {back}


def test_the_end_moves_to_the_first_dispatch_that_did_not_come_back(world: World) -> None:
    case, letter, moment = _terminated(world, ["email", "post"])
    posted = moment + 2 * DAY  # type: ignore[operator]
    world.do("notices.mark_posted", letter, by="hana", at=posted, posted_at=posted, postage="ordinary")
    later = posted + HOUR
    bounce = {"channel": "email", "returned_at": later, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=later, **bounce)
    contract = _again(case).subscription
    assert (contract.state, contract.ended_at) == ("ended", posted)
    assert {block.since for block in contract.blocks.all()} == {posted}


def test_after_a_bounce_the_post_that_leaves_later_ends_the_contract(world: World) -> None:
    case, letter, moment = _terminated(world, ["email", "post"])
    back = moment + HOUR  # type: ignore[operator]
    world.do("notices.record_return", letter, by="rin", at=back, channel="email", returned_at=back, reason="宛先不明")
    assert (_again(case).state, _again(case).subscription.state) == ("terminating", "active")
    posted = back + DAY
    world.do("notices.mark_posted", letter, by="hana", at=posted, posted_at=posted, postage="ordinary")
    contract = _again(case).subscription
    assert (_again(case).state, contract.state, contract.ended_at) == ("terminated", "ended", posted)
    assert contract.closing.taken_back_at is None


def test_an_end_taken_back_leaves_a_suspension_of_the_same_moment_alone(world: World) -> None:
    case, letter, moment = _terminated(world, ["email"])
    with clock.standing_at(moment), step("test.block", at=moment):  # type: ignore[arg-type]
        other = Block.objects.create(
            subscription=case.subscription, scope="service", clause="9(4)", since=moment, ordered_at=moment, reason="別の停止"
        )  # fmt: skip
    back = moment + HOUR  # type: ignore[operator]
    world.do("notices.record_return", letter, by="rin", at=back, channel="email", returned_at=back, reason="宛先不明")
    assert _again(other).until is None


def test_the_retry_of_a_failed_handler_ends_the_contract_and_nothing_else_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = world.termination(MORNING)
    moment, faults = decision.proposed_at + HOUR, ["once"]

    def fail_once(run: HandlerRun) -> None:
        if run.event == "dispatched" and faults:
            faults.pop()
            raise RuntimeError("一度だけ")

    monkeypatch.setattr(handlers, "before_handler", [fail_once])
    world.do("decisions.approve", decision, by="mio", at=moment)
    case = _again(decision.subject)
    assert (case.state, case.subscription.state) == ("terminating", "active")
    world.pump(moment + timedelta(minutes=1))
    case = _again(case)
    assert (case.state, case.subscription.ended_at) == ("terminated", moment)


# --- decisions do not outlive what they rest on ----------------------------------------------------------------------


@pytest.mark.parametrize("how", ["dismissed", "cured"])
def test_an_open_decision_falls_with_its_case(world: World, how: str) -> None:
    decision = world.termination(MORNING)
    case, moment = decision.subject, decision.proposed_at + HOUR
    if how == "dismissed":
        world.do("violations.dismiss", case, by="hana", at=moment, reason="誤認だった")
    else:
        world.do("violations.confirm_cure", case, by="hana", at=moment, items=["1"], cured_at=MORNING + DAY)
    assert _again(decision).state == "withdrawn"


def test_the_post_of_a_dismissed_case_does_not_follow(world: World) -> None:
    case = world.noticed_case(MORNING, ["email", "post"])
    world.do("violations.dismiss", case, by="hana", at=MORNING + HOUR, reason="誤認だった")
    assert world.delivery(case, "post").state == Delivery.State.CANCELLED


def test_one_contract_ends_once(world: World) -> None:
    decision = world.termination(MORNING)
    first, moment = decision.subject, decision.proposed_at
    second = world.case(moment - 20 * DAY, first.subscription)
    world.do("decisions.approve", decision, by="mio", at=moment + HOUR)
    contract = _again(first).subscription
    given = {"customer": contract.customer, "subscription": contract, "source": "通報", "facts": "別の件"}
    with pytest.raises(Refused, match="終了しています"):
        world.press("violations.open", None, by="hana", at=moment + 2 * HOUR, **given)
    assert Violation.objects.get(pk=second.pk).subscription.ended_at == contract.ended_at


def test_an_approver_who_edits_voids_the_approval_and_may_not_approve(world: World) -> None:
    decision = world.termination(MORNING)
    moment = decision.proposed_at + HOUR
    world.press("decisions.approve", decision, by="ken", at=moment)
    world.press("decisions.edit", decision, by="ken", at=moment + HOUR, reason="理由を書き足す")
    assert _again(decision).state == "proposed"
    with pytest.raises(Refused, match="承認できません"):
        world.press("decisions.approve", decision, by="ken", at=moment + 2 * HOUR)


def test_an_edit_that_changes_nothing_is_refused(world: World) -> None:
    decision = world.termination(MORNING)
    with pytest.raises(Refused, match="変わったところ"):
        world.press("decisions.edit", decision, by="hana", at=decision.proposed_at + HOUR, channels=["email"])


# --- the database refuses what no verb would do ----------------------------------------------------------------------


def test_no_decision_is_replaced_by_one_without_four_eyes(world: World) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    decision = world.termination(MORNING)
    columns = [f.column for f in Decision._meta.concrete_fields]
    shown = ", ".join(
        {"four_eyes": "0", "approved_by_id": "proposed_by_id", "state": "'approved'"}.get(c, c) for c in columns
    )
    sql = f"REPLACE INTO decisions_decision ({', '.join(columns)}) SELECT {shown} FROM decisions_decision WHERE id = %s"
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(sql, [decision.pk])


def test_a_frozen_letter_is_not_replaced_under_another_key(world: World) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    world.noticed_case(MORNING, ["email"])
    columns = [f.column for f in Notice.objects.latest("pk").content._meta.concrete_fields]
    shown = ", ".join({"id": "id + 1000", "text": "'書き換えた'"}.get(c, c) for c in columns)
    sql = (
        f"INSERT OR REPLACE INTO notices_lettercontent ({', '.join(columns)}) SELECT {shown} FROM notices_lettercontent"
    )
    with pytest.raises(DatabaseError, match="書き換えられません"), connection.cursor() as cursor:
        cursor.execute(sql)


# --- stopping a letter -----------------------------------------------------------------------------------------------


def test_a_sending_is_stopped_in_its_waiting_time_and_the_case_goes_back(world: World) -> None:
    contract = world.subscription(MORNING)
    world.set_house(MORNING, email_wait_minutes=5)
    case = world.noticed_case(MORNING + HOUR, ["email"], subscription=contract)
    letter = world.correction(case)
    stop = {"reason": "宛先を確かめるため"}
    world.do("notices.stop_sending", letter, by="hana", at=MORNING + HOUR + timedelta(minutes=2), **stop)
    world.pump(MORNING + 2 * HOUR)
    assert _again(letter).state == "cancelled"
    assert _again(case).state == "confirmed"
    with pytest.raises(Refused):
        world.do("notices.stop_sending", letter, by="hana", at=MORNING + 3 * HOUR, **stop)


def test_a_letter_of_a_decision_is_stopped_there(world: World) -> None:
    decision = world.termination(MORNING, channels=["post"])
    moment = decision.proposed_at + HOUR
    world.do("decisions.approve", decision, by="mio", at=moment)
    letter = Notice.objects.about(decision.subject, "violations.termination").get()
    with pytest.raises(Refused, match="決裁による通知"):
        world.do("notices.stop_sending", letter, by="hana", at=moment + HOUR, reason="やめる")
    world.do("decisions.withdraw", decision, by="hana", at=moment + HOUR, reason="もう一度話し合う")
    assert _again(letter).state == "cancelled"
    assert _again(decision.subject).state == "curing"


def test_the_second_item_of_a_case_is_told_under_its_own_clause(world: World) -> None:
    from config.desk import timeline

    case = world.case(MORNING)
    second = BREACH | {"clause": ["10(1)"], "facts": "設備を勝手に接続したこと"}
    world.press("violations.confirm_item", case, by="hana", at=MORNING + HOUR, because="点検の記録", **second)
    newest = timeline.entries([case, *case.items.all()])[0]
    assert newest["clauses"] == ["10(1)"]
    assert "設備を勝手に接続したこと" in newest["details"][0]
