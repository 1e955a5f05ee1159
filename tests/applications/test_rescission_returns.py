"""A rescission letter that came back has no effect (4(2)): the end moves to what did not come back, or is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from config.desk import home
from contracts.applications.models import Application
from contracts.closing.models import Closing
from contracts.deadlines.models import Deadline
from contracts.licenses.workflow import usable_at
from notices.models import Notice
from tests.applications.test_rescission import GROUND
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FORMED, NOW = at("2026-11-02T10:00"), at("2026-11-20T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def rescinded(world: World, channels: list[str], *, contract: Any = None) -> tuple[Any, Notice]:
    """Approved; its e-mail has left."""
    contract = contract or world.subscription(FORMED)
    application = Application.objects.get(subscription=contract)
    given = GROUND | {"channels": channels}
    decision = world.do("applications.propose_rescission", application, by="hana", at=NOW, **given)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    return again(application), Notice.objects.about(application, "applications.rescission").get()


def bounced(world: World, letter: Notice, moment: Any, channel: str = "email") -> None:
    given = {"channel": channel, "returned_at": moment, "reason": "宛先不明"}
    world.do("notices.record_return", letter, by="rin", at=moment, **given)


def posted(world: World, letter: Notice, moment: Any) -> None:
    world.do("notices.mark_posted", letter, by="rin", at=moment, posted_at=moment, postage="ordinary")


def standing(application: Any) -> tuple[str, str, Any]:
    fresh = again(application)
    return fresh.state, fresh.subscription.state, fresh.subscription.ended_at


def test_alone_it_ended_nothing_and_one_may_propose_anew(world: World) -> None:
    application, letter = rescinded(world, ["email"])
    assert standing(application) == ("rescinded", "ended", NOW)
    bounced(world, letter, NOW + HOUR)
    assert standing(application) == ("accepted", "active", None)
    assert usable_at(again(application).subscription, NOW + 2 * HOUR)
    assert Closing.objects.get().taken_back_at == NOW + HOUR
    [row] = [row for row in home.queue(world.staff["hana"], NOW + DAY) if row.title.startswith("メールが届き")]
    assert (row.next_label, f"propose_rescission/{application.pk}" in row.next_url) == ("別の方法で送る", True)
    given = GROUND | {"channels": ["post"]}
    assert (
        world.do("applications.propose_rescission", application, by="hana", at=NOW + DAY, **given).state == "proposed"
    )


def test_the_way_that_left_later_ends_the_contract(world: World) -> None:
    """Posted before the bounce was known, the end moves; posted after it, the contract ends then."""
    application, letter = rescinded(world, ["email", "post"])
    posted(world, letter, NOW + 2 * HOUR)
    assert standing(application) == ("rescinded", "ended", NOW)
    bounced(world, letter, NOW + 3 * HOUR)
    assert standing(application) == ("rescinded", "ended", NOW + 2 * HOUR)
    other, second = rescinded(world, ["email", "post"])
    bounced(world, second, NOW + HOUR)
    assert standing(other) == ("accepted", "active", None)
    posted(world, second, NOW + DAY)
    assert standing(other) == ("rescinded", "ended", NOW + DAY)
    bounced(world, second, NOW + 2 * DAY, "post")
    assert standing(other) == ("accepted", "active", None)


def test_before_use_began_the_task_to_set_up_stands_again(world: World) -> None:
    application, letter = rescinded(world, ["email"], contract=world.formed(FORMED))
    tasks = Deadline.objects.about(application.subscription, "licenses.set_up").running()
    assert not tasks.exists()
    bounced(world, letter, NOW + HOUR)
    assert (standing(application)[1], tasks.count()) == ("formed", 1)


def test_the_end_by_another_cause_stays(world: World) -> None:
    """The contract was terminated while the rescission waited to be posted."""
    ending = world.termination(FORMED)
    contract = ending.subject.subscription
    application, letter = rescinded(world, ["post"], contract=contract)
    world.do("decisions.approve", ending, by="mio", at=NOW + HOUR)
    posted(world, letter, NOW + DAY)
    assert standing(application)[1:] == ("ended", NOW + HOUR)
    bounced(world, letter, NOW + 2 * DAY, "post")
    assert standing(application) == ("accepted", "ended", NOW + HOUR)


def test_a_rescission_leaves_the_reminders_of_others_alone(world: World) -> None:
    contract = world.subscription(FORMED)
    given = {"on": "2026-12-01", "what": "精算を確かめる", "about": contract.number}
    reminder = world.do("deadlines.remind_me", None, by="ken", at=FORMED + DAY, **given)
    rescinded(world, ["email"], contract=contract)
    assert again(reminder).state == "running"
