"""Which letter ends what: an end belongs to its own case and its own letter, and a letter without a power ends nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from config.desk import clock, home
from config.desk.refusal import Refused
from contracts.applications.models import Application
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.violations.after_end import NOT_RIPE
from notices.models import Notice
from tests.support.world import BREACH, DEMAND, World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MORNING = at("2026-11-02T09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TERMINATION, AFTER_END, NO_EFFECT = "violations.termination", "violations.after_end", "violations.no_effect"
BOUNCE = {"channel": "email", "returned_at": MORNING + HOUR, "reason": "宛先不明"}


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def post(world: World, letter: Notice, moment: datetime) -> None:
    world.do("notices.mark_posted", letter, by="rin", at=moment, posted_at=moment, postage="ordinary")


def back(world: World, letter: Notice, moment: datetime, channel: str = "post") -> None:
    world.do(
        "notices.record_return", letter, by="rin", at=moment, channel=channel, returned_at=moment, reason="転居先不明"
    )


def letter_of(case: Any) -> Notice:
    return Notice.objects.about(case, TERMINATION).latest("pk")


def approved(world: World, case: Any, moment: datetime, channels: list[str]) -> Decision:
    given = {"reason": "是正がない", "channels": channels}
    decision = world.do("violations.propose_termination", case, by="hana", at=moment, **given)
    return world.do("decisions.approve", decision, by="mio", at=moment + HOUR)  # type: ignore[no-any-return]


def ended(world: World, channels: list[str]) -> tuple[Any, datetime]:
    decision = world.termination(MORNING, channels=channels)
    moment = decision.proposed_at + HOUR
    world.do("decisions.approve", decision, by="mio", at=moment)
    return again(decision.subject), moment


def upheld(world: World, case: Any, moment: datetime) -> None:
    """An objection against the end, upheld by somebody who did not decide before."""
    people = get_user_model()._default_manager
    world.staff |= {
        name: people.create_user(f"{name}@staff.example", name=name, roles=[role])
        for name, role in [("nao", "契約"), ("yui", "承認")]
    }
    against = Decision.objects.about(case, TERMINATION).latest("pk").number
    given = {"received_at": moment, "summary": "是正した", "against": against}
    objection = world.do("violations.record_objection", case, by="nao", at=moment, **given)
    ruling = {"outcome": "upheld", "reason": "もっともである", "channels": ["email"]}
    world.do("decisions.rule_objection", objection, by="yui", at=moment + HOUR, **ruling)


def asked(world: World, case: Any, moment: datetime) -> set[str]:
    """What the home page asks of 契約 about the case."""
    with clock.standing_at(moment):
        return {row.title for row in home.queue(world.staff["hana"], moment) if case.number in row.sub}


# --- an annulled letter ends nothing any more ------------------------------------------------------------------------


def test_what_is_recorded_of_an_annulled_letter_ends_nothing(world: World) -> None:
    case, moment = ended(world, ["email", "post"])
    old = letter_of(case)
    upheld(world, case, moment + HOUR)
    approved(world, case, moment + 3 * HOUR, ["post"])
    arrived = {"channel": "email", "delivered_at": moment + HOUR}
    world.do("notices.record_delivery", old, by="rin", at=moment + 5 * HOUR, **arrived)
    post(world, old, moment + 6 * HOUR)
    assert (again(case).state, again(case).subscription.state) == ("terminating", "active")
    assert Deadline.objects.about(case, NO_EFFECT).running().get().what.startswith(f"終了の通知（{old}）")
    post(world, letter_of(case), moment + 7 * HOUR)
    assert (again(case).state, again(case).subscription.ended_at) == ("terminated", moment + 7 * HOUR)


def test_a_second_end_is_not_dated_back_to_the_first(world: World) -> None:
    case, moment = ended(world, ["email"])
    upheld(world, case, moment + DAY)
    decision = approved(world, case, moment + 2 * DAY, ["email"])
    contract = again(case).subscription
    assert contract.ended_at == decision.approved_at
    assert contract.blocks.filter(until=None).get(scope="service").since == decision.approved_at


# --- an end belongs to its own cause ---------------------------------------------------------------------------------


def _uncured(world: World, contract: Any, count: int) -> tuple[list[Any], datetime]:
    cases = [world.curing_case(MORNING + (n + 1) * HOUR, subscription=contract) for n in range(count)]
    ripe = max(world.ripe(case) for case in cases)
    for case in cases:
        world.do("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="接続記録を確認")
        approved(world, case, ripe, ["post"])
    return cases, ripe + DAY


def test_the_letter_of_another_case_neither_moves_an_end_nor_takes_it_back(world: World) -> None:
    contract = world.subscription(MORNING)
    (first, second), moment = _uncured(world, contract, 2)
    post(world, letter_of(first), moment)
    post(world, letter_of(second), moment + DAY)
    assert (again(contract).ended_at, again(second).state) == (moment, "curing")
    assert "契約は、すでに終了していたため" in Deadline.objects.about(second, NO_EFFECT).running().get().what
    back(world, letter_of(second), moment + 3 * DAY)
    assert (again(contract).state, again(contract).ended_at) == ("ended", moment)


def test_a_termination_takes_no_rescission_back(world: World) -> None:
    contract = world.subscription(MORNING)
    (case,), moment = _uncured(world, contract, 1)
    ground = {
        "ground": "2",
        "fact": "前の違反",
        "fact_on": MORNING.date(),
        "came_to_light_on": moment.date(),
        "reason": "重い",
    }
    application = Application.objects.get(subscription=contract)
    decision = world.do(
        "applications.propose_rescission", application, by="hana", at=moment, channels=["email"], **ground
    )
    world.do("decisions.approve", decision, by="mio", at=moment + HOUR)
    post(world, letter_of(case), moment + DAY)
    back(world, letter_of(case), moment + 3 * DAY)
    assert (again(application).state, again(contract).ended_at) == ("rescinded", moment + HOUR)


# --- no end without its ground ---------------------------------------------------------------------------------------


def test_a_letter_whose_ground_fell_away_is_called_back_and_ends_nothing_though_it_is_posted(world: World) -> None:
    decision = world.termination(MORNING, channels=["post"])
    moment, case = decision.proposed_at + HOUR, decision.subject
    world.do("decisions.approve", decision, by="mio", at=moment)
    world.do("notices.record_return", world.correction(case), by="rin", at=moment + HOUR, **BOUNCE)
    assert (again(letter_of(case)).state, again(decision).state, again(case).state) == (
        "cancelled",
        "proposed",
        "curing",
    )
    with pytest.raises(Refused, match="是正期間が止まっています"):
        world.do("decisions.approve", decision, by="mio", at=moment + HOUR)
    post(world, letter_of(case), moment + DAY)
    assert (again(case).state, again(case).subscription.state) == ("curing", "active")
    (told,) = [title for title in asked(world, case, moment + DAY) if "効力はありません" in title]
    assert "利用者に知らせてください" in told


@pytest.mark.parametrize("kind", ["bounced", "late"])
def test_a_letter_posted_before_the_worker_knew_ends_nothing_either(world: World, kind: str) -> None:
    """Recorded and posted while the worker sleeps: the letter can no longer be called back."""
    case = world.curing_case(MORNING, ["email"] if kind == "bounced" else ["post"])
    ripe = world.ripe(case)
    world.do("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="接続記録を確認")
    decision = approved(world, case, ripe, ["post"])
    moment, letter = ripe + 2 * HOUR, letter_of(case)
    late = {"channel": "post", "delivered_at": ripe - 5 * DAY}
    verb, given = ("notices.record_return", BOUNCE) if kind == "bounced" else ("notices.record_delivery", late)
    world.press(verb, world.correction(case), by="rin", at=moment, **given)
    post(world, letter, moment)
    assert (again(case).state, again(case).subscription.state) == ("curing", "active")
    assert again(decision).state == "withdrawn"
    assert "是正期間が過ぎた未是正の事項がなかったため" in Deadline.objects.about(case, NO_EFFECT).running().get().what
    assert world.delivery(case, "post").state == "dispatched"


# --- what becomes known after the end --------------------------------------------------------------------------------


def test_a_clock_that_moves_after_the_end_opens_it_for_decision_and_asks_for_nothing_else(world: World) -> None:
    case, moment = ended(world, ["email"])
    known = moment + 3 * DAY
    world.do("notices.record_return", world.correction(case), by="rin", at=known, **BOUNCE)
    task = Deadline.objects.about(case, AFTER_END).running().get()
    assert (task.what, task.started_at, again(case).state) == (NOT_RIPE, known, "terminated")
    assert asked(world, case, known) == {NOT_RIPE}
    world.do("violations.keep_end", case, by="hana", at=known + DAY, reason="郵便でも届いていたため、終了を維持する")
    assert asked(world, case, known + DAY) == set()
    assert (again(task).state, again(case).subscription.state) == ("met", "ended")
    assert case.investigations.get().finding == "判断：郵便でも届いていたため、終了を維持する"
    with pytest.raises(Refused, match="判断を待っていることは、ありません"):
        world.do("violations.keep_end", case, by="hana", at=known + DAY, reason="もう一度")


def test_an_end_that_is_taken_back_leaves_nothing_to_be_decided_about_it(world: World) -> None:
    case, moment = ended(world, ["email"])
    world.do("violations.confirm_cure", case, by="hana", at=moment + HOUR, items=["1"], cured_at=MORNING + DAY)
    assert asked(world, case, moment + HOUR) == {"終了の後に、期間内の是正が分かりました。法務と判断してください"}
    back(world, letter_of(case), moment + DAY, "email")
    assert Deadline.objects.about(case, AFTER_END).get().state == "cancelled"


def test_a_cured_case_is_cured_again_when_the_termination_on_a_further_item_is_withdrawn(world: World) -> None:
    case = world.curing_case(MORNING)
    world.do("violations.confirm_cure", case, by="hana", at=MORNING + DAY, items=["1"], cured_at=MORNING + DAY)
    world.press("violations.confirm_item", case, by="hana", at=MORNING + 2 * DAY, **BREACH)
    world.do("violations.send_correction_notice", case, by="hana", at=MORNING + 2 * DAY, channels=["email"], **DEMAND)
    ripe = world.ripe(case)
    world.do("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="接続記録を確認")
    decision = approved(world, case, ripe, ["post"])
    world.do("decisions.withdraw", decision, by="hana", at=ripe + 2 * HOUR, reason="もう一度話し合う")
    assert again(case).state == "cured"
