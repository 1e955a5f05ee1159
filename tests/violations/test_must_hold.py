"""Between the approval and the end: clocks that move, letters that are on their way, handlers that have not run yet.

A guard never goes by a stale row: what was recorded a moment ago counts, though its handler has yet to run (23(1), 4(2)).
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock, handlers
from config.desk.jst import jmoment
from config.desk.models import HandlerRun
from config.desk.refusal import Refused
from contracts.closing.models import Closing
from contracts.licenses.models import Block, Subscription
from notices import transport
from notices.models import Notice
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MORNING = at("2026-11-02T09:00")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
FAILED = "その後の処理だけが失敗しました"
END = {"reason": "是正がない", "channels": ["email"]}


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


@pytest.fixture
def case(world: World) -> Any:
    """Told by e-mail and by ordinary post; its moment has come, and somebody looked."""
    case = world.curing_case(MORNING, ["email", "post"])
    ripe = world.ripe(case)
    return world.do("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="接続記録を確認")


def arrived_late(world: World, case: Any, moment: datetime, *, pumped: bool) -> datetime:
    """The post took eleven days, as is known only now; the moment from which the company may act by then."""
    press = world.do if pumped else world.press
    given = {"channel": "post", "delivered_at": MORNING + 11 * DAY}
    press("notices.record_delivery", world.correction(case), by="hana", at=moment, **given)
    return at("2026-11-28T00:00")  # 13 November and 14 days: Friday the 27th


@pytest.mark.parametrize("pumped", [True, False], ids=["the clock has moved", "its handler has not run yet"])
def test_an_approval_waits_for_the_moment_to_which_the_clock_moved(world: World, case: Any, pumped: bool) -> None:
    ripe = world.ripe(case)
    decision = world.press("violations.propose_termination", case, by="hana", at=ripe, **END)
    moved = arrived_late(world, case, ripe + HOUR, pumped=pumped)
    for early in (ripe + 2 * HOUR, moved - SECOND):
        with pytest.raises(Refused) as refused:
            world.press("decisions.approve", decision, by="mio", at=early)
        assert (refused.value.clause, jmoment(moved) in refused.value.message) == ("23(1)", True)
    with pytest.raises(Refused, match="確認が、記録されていません"):
        world.press("decisions.approve", decision, by="mio", at=moved)
    world.press("violations.confirm_uncured", case, by="hana", at=moved, checked_at=moved, how="接続記録を確認")
    assert world.press("decisions.approve", decision, by="mio", at=moved).state == "approved"


@pytest.mark.parametrize("pumped", [True, False], ids=["the clock has moved", "its handler has not run yet"])
def test_nor_is_anything_proposed_or_found_uncured_before_it(world: World, case: Any, pumped: bool) -> None:
    ripe = world.ripe(case)
    moved = arrived_late(world, case, ripe + HOUR, pumped=pumped)
    for key, given in (
        ("violations.propose_termination", END),
        ("violations.confirm_uncured", {"checked_at": ripe + HOUR, "how": "接続記録を確認"}),
    ):
        with pytest.raises(Refused) as refused:
            world.press(key, case, by="hana", at=moved - SECOND, **given)
        assert jmoment(moved) in refused.value.message


def test_a_cure_is_in_time_by_a_delivery_whose_handler_has_not_run_yet(world: World, case: Any) -> None:
    ripe = world.ripe(case)
    moved = arrived_late(world, case, ripe + HOUR, pumped=False)
    cured = world.press(
        "violations.confirm_cure", case, by="hana", at=ripe + 2 * HOUR, items=["1"], cured_at=ripe + HOUR
    )
    assert cured.state == "cured"
    world.pump(ripe + 3 * HOUR)
    clock_row = world.cure(case)
    assert (again(case).state, clock_row.state, clock_row.act_from) == ("cured", "met", moved)


def test_the_sweep_lets_nothing_run_out_by_a_stale_row(world: World) -> None:
    case = world.curing_case(MORNING, ["email", "post"])
    ripe = world.ripe(case)
    arrived_late(world, case, ripe - HOUR, pumped=False)
    assert world.sweep(ripe).lapsed == []
    assert world.cure(case).state == "running"


def test_a_letter_that_came_back_a_moment_ago_carries_no_proposal(world: World) -> None:
    case = world.uncured_case(MORNING)
    moment = world.ripe(case) + HOUR
    back = {"channel": "email", "returned_at": moment, "reason": "宛先不明"}
    world.press("notices.record_return", world.correction(case), by="hana", at=moment, **back)
    with pytest.raises(Refused, match="止まっています"):
        world.press("violations.propose_termination", case, by="hana", at=moment, **END)


@pytest.mark.parametrize("verb", ["decisions.withdraw", "decisions.edit"])
def test_a_letter_on_its_way_is_not_recalled_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """The server took the connection and nothing more was heard: nobody knows, so nobody undoes."""

    def unheard(*args: Any) -> None:
        raise transport.Unclear("応答がない")

    decision = world.termination(MORNING)
    moment = decision.proposed_at + HOUR
    monkeypatch.setattr(transport, "send", unheard)
    world.do("decisions.approve", decision, by="mio", at=moment)
    letter = Notice.objects.about(decision.subject, "violations.termination").get()
    assert letter.email.state == "in_flight"
    with pytest.raises(Refused, match="すでに発送されているか、送信中です") as refused:
        world.press(verb, decision, by="hana", at=moment + HOUR, reason="もう一度話し合う")
    assert (refused.value.clause, "法務" in refused.value.instead) == ("23(1)", True)
    assert (again(decision).state, again(decision.subject).state) == ("approved", "terminating")


def test_a_handler_that_failed_stands_on_the_home_page_and_its_retry_ends_the_contract_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision, faults = world.termination(MORNING), ["once"]
    moment, case = decision.proposed_at + HOUR, decision.subject

    def fail_once(run: HandlerRun) -> None:
        if (run.kind, run.event) == ("violations.termination", "dispatched") and faults:
            raise RuntimeError(faults.pop())

    monkeypatch.setattr(handlers, "before_handler", [fail_once])
    world.do("decisions.approve", decision, by="mio", at=moment)
    letter = Notice.objects.about(case, "violations.termination").get()
    assert (letter.state, letter.dispatched_at, again(case).state) == ("dispatched", moment, "terminating")
    home = _home(world, moment)
    assert FAILED in home
    assert str(letter.number) in home
    for minutes in (1, 2, 40):
        world.pump(moment + timedelta(minutes=minutes))
    contract = again(case).subscription
    assert (again(case).state, contract.ended_at, Closing.objects.count()) == ("terminated", moment, 1)
    assert Subscription.history.filter(id=contract.pk, state="ended").count() == 1
    assert Block.objects.filter(scope="service", until=None).count() == 1
    assert FAILED not in _home(world, moment + HOUR)


def _home(world: World, moment: datetime) -> str:
    client = Client()
    client.force_login(world.staff["hana"])
    with clock.standing_at(moment):
        return client.get("/", follow=True).content.decode()


# --- an end that came back, and what is known by then ----------------------------------------------------------------


def ended(world: World, channels: list[str]) -> tuple[Any, Notice, datetime]:
    decision = world.termination(MORNING, channels=channels)
    moment = decision.proposed_at + HOUR
    world.do("decisions.approve", decision, by="mio", at=moment)
    return again(decision.subject), Notice.objects.about(decision.subject, "violations.termination").get(), moment


def test_a_posting_recorded_late_moves_the_end_to_the_first_dispatch(world: World) -> None:
    decision = world.termination(MORNING, channels=["email", "post"])
    moment, case = decision.proposed_at + HOUR, decision.subject
    world.set_house(moment, email_wait_minutes=30)
    world.do("decisions.approve", decision, by="mio", at=moment)
    world.pump(moment + HOUR)
    assert again(case).subscription.ended_at == moment + HOUR
    letter, posted = Notice.objects.about(case, "violations.termination").get(), moment + timedelta(minutes=40)
    world.do("notices.mark_posted", letter, by="hana", at=moment + DAY, posted_at=posted, postage="ordinary")
    assert again(case).subscription.ended_at == posted
    assert set(Block.objects.values_list("since", "until")) == {(posted, None)}


def test_a_case_that_was_cured_in_time_is_cured_when_its_end_came_back(world: World) -> None:
    case, letter, moment = ended(world, ["email"])
    known = moment + DAY
    world.do("violations.confirm_cure", case, by="hana", at=known, items=["1"], cured_at=MORNING + DAY)
    back = {"channel": "email", "returned_at": known + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=known + HOUR, **back)
    assert (again(case).state, again(case).subscription.state) == ("cured", "active")


def test_after_a_bounce_and_a_cure_in_time_the_post_does_not_follow(world: World) -> None:
    case, letter, moment = ended(world, ["email", "post"])
    back = {"channel": "email", "returned_at": moment + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=moment + HOUR, **back)
    assert again(case).state == "terminating"
    world.do("violations.confirm_cure", case, by="hana", at=moment + DAY, items=["1"], cured_at=MORNING + DAY)
    assert (again(letter).post.state, again(case).state) == ("cancelled", "cured")


def test_a_cancelled_letter_that_was_posted_and_comes_back_takes_no_end_back(world: World) -> None:
    decision = world.termination(MORNING, channels=["post"])
    moment, case = decision.proposed_at + HOUR, decision.subject
    world.do("decisions.approve", decision, by="mio", at=moment)
    stray = Notice.objects.about(case, "violations.termination").get()
    world.do("decisions.withdraw", decision, by="hana", at=moment + HOUR, reason="もう一度話し合う")
    posting = {"posted_at": moment + HOUR, "postage": "ordinary"}
    world.do("notices.mark_posted", stray, by="hana", at=moment + 2 * HOUR, **posting)
    second = world.do("violations.propose_termination", case, by="hana", at=moment + 3 * HOUR, **END)
    world.do("decisions.approve", second, by="mio", at=moment + 4 * HOUR)
    back = {"channel": "post", "returned_at": moment + DAY, "reason": "あて所に尋ねあたりません"}
    world.do("notices.record_return", stray, by="hana", at=moment + DAY, **back)
    assert (again(case).state, again(case).subscription.ended_at) == ("terminated", moment + 4 * HOUR)
