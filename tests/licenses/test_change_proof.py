"""Art. 7: when a notice came must be shown, and a stranger's new address receives no credentials at once."""

from datetime import timedelta

import pytest

from config.desk.refusal import Refused
from notices.models import Delivery, Notice
from tests.licenses.test_changes import BEGUN, TOLD, change
from tests.support.world import HAND_OVER, World

pytestmark = pytest.mark.django_db
H, D = timedelta(hours=1), timedelta(days=1)
OLD_PHONE = {"phone": "053-111-1111"}


def test_a_notice_from_before_the_customer_was_registered_is_refused(world: World) -> None:
    customer = world.subscription(BEGUN).customer
    with pytest.raises(Refused, match="登録.*より前の届出"):
        change(world, customer, at=BEGUN + D, notified_at=customer.recorded_at - H, **OLD_PHONE)
    assert change(world, customer, at=BEGUN + D, notified_at=customer.recorded_at, **OLD_PHONE).state == "recorded"


def test_a_notice_of_long_ago_needs_the_line_that_came_on_its_day(world: World) -> None:
    customer, told, at = world.subscription(BEGUN).customer, BEGUN + D, BEGUN + 10 * D
    with pytest.raises(Refused, match="受信簿"):
        change(world, customer, at=at, notified_at=told, **OLD_PHONE)
    line = {"customer": customer, "summary": "電話番号の変更"}
    later = world.press("incoming.call_note", None, by="hana", at=told + D, **line)
    with pytest.raises(Refused, match="受信簿"):
        change(world, customer, at=at, notified_at=told, incoming=later.number, **OLD_PHONE)
    came = world.press("incoming.call_note", None, by="hana", at=told, **line)
    assert change(world, customer, at=at, notified_at=told, incoming=came.number, **OLD_PHONE).since == told
    assert change(world, customer, at=at, notified_at=at - 3 * D, phone="053-222-2222").state == "recorded"


def test_the_former_address_always_hears_of_a_new_one(world: World) -> None:
    customer = world.subscription(BEGUN).customer
    row = change(world, customer, email="shin@midorioka.example")
    sent = Delivery.objects.filter(notice__in=Notice.objects.about(row))
    assert [(d.to, d.state) for d in sent] == [(customer.email, "dispatched")]


@pytest.mark.both
def test_credentials_do_not_follow_a_new_address_at_once(world: World) -> None:
    contract = world.formed(BEGUN)
    row = change(world, contract.customer, email="shin@midorioka.example")
    with pytest.raises(Refused, match=row.number):
        world.press("licenses.hand_over", contract, by="hana", at=TOLD + 3 * D - H, channels=["email"], **HAND_OVER)
    handed = world.press("licenses.hand_over", contract, by="hana", at=TOLD + 3 * D, channels=["email"], **HAND_OVER)
    assert Notice.objects.about(handed, "licenses.hand_over").count() == 1


def test_by_post_alone_or_on_a_paper_they_do(world: World) -> None:
    first, second = world.formed(BEGUN), world.formed(BEGUN)
    change(world, first.customer, email="shin@midorioka.example")
    change(world, second.customer, email="b@midorioka.example", evidence="本人からの書面 11月4日付")
    for contract, channel in ((first, "post"), (second, "email")):
        world.press("licenses.hand_over", contract, by="hana", at=TOLD + H, channels=[channel], **HAND_OVER)
        assert Notice.objects.about(contract, "licenses.hand_over").count() == 1
