"""Not waiting for a recorded letter: only beside another way that left, only by two people, and against the oracle."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from config.desk import clock
from config.desk.refusal import Refused
from config.desk.step import step
from notices.models import Delivery
from tests.support.oracle import Dispatch, cure_clock
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SENT = at("2026-11-02T10:00")
LATER = at("2026-12-01T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "追跡の記録が進まない"


def propose(world: World, case: Any, moment: datetime = LATER, **more: Any) -> Any:
    return world.do("violations.propose_waiver", case, by="hana", at=moment, **({"reason": WHY} | more))


def waived(world: World, case: Any, moment: datetime = LATER) -> Any:
    return world.do("decisions.approve", propose(world, case, moment), by="ken", at=moment + HOUR)


def refused(world: World, case: Any, words: str, moment: datetime = LATER, **more: Any) -> None:
    with pytest.raises(Refused, match=words) as no:
        propose(world, case, moment, **more)
    assert no.value.clause == "23(1)"


@pytest.fixture
def held(world: World) -> Any:
    """By e-mail and recorded post, of which nobody heard again."""
    return world.curing_case(SENT, ["email", "post"], postage="recorded")


def oracle(**post: Any) -> datetime | None:
    ways = [
        Dispatch(channel="email", dispatched_at=SENT),
        Dispatch(channel="post_recorded", dispatched_at=SENT, **post),
    ]
    return cure_clock(ways, planned=date(2026, 11, 2))[1]


def test_the_clock_runs_from_what_left_once_two_people_said_so(world: World, held: Any) -> None:
    named = world.cure(held).communicated_on
    decision = propose(world, held)
    assert (decision.state, world.cure(held).act_from, world.delivery(held, "post").waived_at) == (
        "proposed",
        None,
        None,
    )
    assert world.do("decisions.approve", decision, by="ken", at=LATER + HOUR).state == "carried_out"
    cure = world.cure(held)
    assert world.delivery(held, "post").waived_at == LATER + HOUR
    assert cure.act_from == oracle(waived=True) is not None
    assert (cure.blocked, cure.communicated_on) == ("", named)
    assert "二人の承認で、郵送分の配達を待たない" in [s["rule"] for s in cure.reasoning]
    assert world.sweep(LATER + 2 * HOUR).lapsed == [held.number]


def test_a_delivery_that_becomes_known_counts_again(world: World, held: Any) -> None:
    waived(world, held)
    arrived = SENT + 32 * DAY
    given = {"channel": "post", "delivered_at": arrived}
    world.do("notices.record_delivery", world.correction(held), by="hana", at=arrived, **given)
    assert world.cure(held).act_from == oracle(waived=True, delivered_at=arrived) > arrived  # type: ignore[operator]


def test_a_bounce_after_the_waiver_stops_the_clock_again(world: World, held: Any) -> None:
    waived(world, held)
    bounce = {"channel": "email", "returned_at": LATER + 2 * HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", world.correction(held), by="hana", at=LATER + 2 * HOUR, **bounce)
    cure = world.cure(held)
    assert (cure.act_from, cure.blocked) == (None, "郵送分の配達の記録を待っています")
    refused(world, held, "配達の記録を待っている郵送分がありません", LATER + 3 * HOUR)


@pytest.mark.parametrize(
    ("channels", "postage", "words"),
    [
        (["post"], "recorded", "郵送分のほかに、届いたと扱える方法がありません"),
        (["email", "post"], "ordinary", "配達の記録を待っている郵送分がありません"),
        (["email"], "", "配達の記録を待っている郵送分がありません"),
    ],
)
def test_refused_where_nothing_is_held_up_or_nothing_else_left(
    world: World, channels: list[str], postage: str, words: str
) -> None:
    posting = {"postage": postage} if postage else {}
    refused(world, world.curing_case(SENT, channels, **posting), words)


def test_refused_where_the_e_mail_came_back(world: World, held: Any) -> None:
    bounce = {"channel": "email", "returned_at": SENT + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", world.correction(held), by="hana", at=SENT + HOUR, **bounce)
    refused(world, held, "郵送分のほかに、届いたと扱える方法がありません")


def test_refused_before_it_was_posted_and_before_any_notice(world: World) -> None:
    refused(world, world.noticed_case(SENT, ["email", "post"]), "配達の記録を待っている郵送分がありません")
    refused(world, world.case(SENT), "「違反と認定」です")


def test_refused_for_a_notice_that_is_not_held_up(world: World, held: Any) -> None:
    refused(world, held, "その通知は、郵送分の配達の記録を待っていません", notice="N-2026-999999")


def test_one_proposal_at_a_time_and_no_approval_of_one_s_own(world: World, held: Any) -> None:
    decision = world.do("violations.propose_waiver", held, by="ken", at=LATER, reason=WHY)
    refused(world, held, "すでに起案されています")
    with pytest.raises(Refused, match="承認できません") as no:
        world.do("decisions.approve", decision, by="ken", at=LATER)
    assert no.value.clause == "23(1)"


def test_an_editor_cannot_approve_and_a_delivery_known_before_ends_the_matter(world: World, held: Any) -> None:
    decision = propose(world, held)
    world.do("decisions.edit", decision, by="ken", at=LATER, reason="追跡の画面を添えた")
    with pytest.raises(Refused, match="承認できません"):
        world.do("decisions.approve", decision, by="ken", at=LATER)
    given = {"channel": "post", "delivered_at": LATER}
    world.do("notices.record_delivery", world.correction(held), by="hana", at=LATER, **given)
    with pytest.raises(Refused, match="待っている郵送分がありません") as no:
        world.do("decisions.approve", decision, by="mio", at=LATER + HOUR)
    assert no.value.clause == "23(1)"
    assert world.delivery(held, "post").waived_at is None


def test_the_database_knows_no_waiver_of_an_e_mail(world: World, held: Any) -> None:
    email = world.delivery(held, "email")
    email.waived_at = LATER
    with pytest.raises(IntegrityError), step("test.forge", at=LATER):
        email.save()
    assert Delivery.objects.filter(waived_at__isnull=False).count() == 0


def page(world: World, who: str, url: str, moment: datetime) -> str:
    client = Client()
    client.force_login(world.staff[who])
    with clock.standing_at(moment):
        response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_pages(world: World, held: Any) -> None:
    case, button = f"/admin/violations/violation/{held.pk}/change/", "郵送分を待たないことを起案する"
    assert button in page(world, "hana", case, LATER)
    assert "ほかの方法から数える" in page(world, "hana", f"/admin/verb/violations.propose_waiver/{held.pk}/", LATER)
    decision = propose(world, held)
    assert f"「郵送分の配達を待たない」の決裁（{decision.number}）" in page(world, "hana", case, LATER)
    shown = page(world, "ken", f"/admin/decisions/decision/{decision.pk}/change/", LATER)
    assert "ほかの方法で発送し、戻っていない" in shown
    assert WHY in shown
    world.do("decisions.approve", decision, by="ken", at=LATER)
    after = page(world, "hana", case, LATER)
    assert button not in after
    assert "待たないことに決定" in after
    assert "二人の承認で、郵送分の配達を待たない" in after


def test_no_button_where_it_does_not_belong(world: World) -> None:
    case = world.curing_case(SENT)
    assert "郵送分を待たない" not in page(world, "hana", f"/admin/violations/violation/{case.pk}/change/", LATER)
