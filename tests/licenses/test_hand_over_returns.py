"""A hand-over that came back: soon after the start it is taken back by itself; later a person decides (8(3))."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from config.desk import home
from config.desk.refusal import Refused
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Subscription
from contracts.licenses.workflow import usable_at
from notices.models import Notice
from tests.support.world import HAND_OVER, World, at

MORNING = at("2026-09-01T09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DECIDE = "licenses.decide_start"
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def come_back(world: World, contract: Subscription, returned_at: datetime, recorded_at: datetime) -> Subscription:
    letter = Notice.objects.about(contract, "licenses.hand_over").latest("pk")
    given = {"channel": "email", "returned_at": returned_at, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=recorded_at, **given)
    return again(contract)


def again(contract: Any) -> Any:
    return Subscription.objects.get(pk=contract.pk)


def decide(world: World, contract: Subscription, moment: datetime, outcome: str) -> Any:
    return world.do(DECIDE, contract, by="hana", at=moment, outcome=outcome, reason="ログインの記録を調べた")


def test_within_the_house_period_the_start_is_taken_back(world: World) -> None:
    contract = come_back(world, world.subscription(MORNING), MORNING + 14 * DAY, MORNING + 14 * DAY)
    assert (contract.state, contract.starts_at, contract.term_last_day) == ("formed", None, None)
    assert not Deadline.objects.about(contract, DECIDE).exists()


@pytest.mark.parametrize("returned_on", [1, 59], ids=["came back soon, known late", "came back late"])
def test_later_the_start_stays_and_a_person_decides(world: World, returned_on: int) -> None:
    contract, late = world.subscription(MORNING), MORNING + 60 * DAY
    before = contract.starts_at, contract.term_last_day
    contract = come_back(world, contract, MORNING + returned_on * DAY, late)
    assert (contract.state, contract.starts_at, contract.term_last_day) == ("active", *before)
    assert usable_at(contract, MORNING + 10 * DAY)
    assert any("すでに使われているか" in row.title for row in home.queue(world.staff["hana"], late))
    contract = decide(world, contract, late + HOUR, "used")
    assert (contract.state, contract.starts_at) == ("active", before[0])
    assert usable_at(contract, MORNING + 10 * DAY)
    with pytest.raises(Refused, match="決めることはありません"):
        decide(world, contract, late + 2 * HOUR, "not_used")


def test_what_was_not_used_is_handed_over_anew(world: World) -> None:
    late = MORNING + 60 * DAY
    contract = decide(world, come_back(world, world.subscription(MORNING), late, late), late + HOUR, "not_used")
    assert (contract.state, contract.starts_at) == ("formed", None)
    contract = world.do("licenses.hand_over", contract, by="hana", at=late + DAY, channels=["post"], **HAND_OVER)
    assert Deadline.objects.about(contract, "licenses.set_up").latest("pk").state == "running"


def test_the_period_is_the_houses(world: World) -> None:
    contract = world.subscription(MORNING)
    world.set_house(MORNING + HOUR, hand_over_return_days=2)
    assert come_back(world, contract, MORNING + 3 * DAY, MORNING + 3 * DAY).state == "active"


def test_a_suspension_is_not_left_behind_by_new_credentials(world: World) -> None:
    contract = world.subscription(MORNING)
    stopped = {
        "customer": contract.customer,
        "consented_at": MORNING,
        "by_whom": "総務",
        "how": "電話",
        "facts": "漏洩",
    }
    measure = world.do("measures.suspend_by_consent", None, by="hana", at=MORNING + DAY, **stopped)
    back = MORNING + 2 * DAY
    contract = come_back(world, contract, back, back)
    assert contract.state == "active"
    with pytest.raises(Refused, match="停止しています") as refused:
        decide(world, contract, back + HOUR, "not_used")
    assert refused.value.clause == "9(4)"
    world.do("measures.lift", measure, by="hana", at=back + 2 * HOUR, reason="改めて通知する")
    assert decide(world, contract, back + 3 * HOUR, "not_used").state == "formed"
