"""Art. 7, told before the letter left: it went to a place that was not registered any more, and opens no power."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.registered import registered_at
from config.desk.pages import url_of
from config.desk.refusal import Refused
from contracts.licenses import change_verbs
from contracts.violations import previews
from notices.models import Delivery
from tests.licenses.test_changes import BEGUN, MOVED, NEW, OLD, TOLD, change, deliveries, page
from tests.support.world import DEMAND, World, at

pytestmark = pytest.mark.django_db
H, D = timedelta(hours=1), timedelta(days=1)


def sent(world: World, channels: list[str]) -> Any:
    """A correction notice ordered at BEGUN, under a contract of some days."""
    return world.noticed_case(BEGUN, channels, subscription=world.subscription(BEGUN - 5 * D))


def warned(world: World, case: Any, moment: Any) -> dict[str, bool]:
    letter = world.correction(case)
    words = {url_of(letter): "発送の時点の登録と違う宛先", url_of(case): "登録と違う宛先"}
    shown = {address: text in page(world, address, moment) for address, text in words.items()}
    home = page(world, reverse("admin:index") + "?scope=all", moment)
    return shown | {"home": "発送の前に、変更の届出を受けていました" in home and letter.number in home}


@pytest.mark.both
def test_a_letter_to_the_former_address_after_we_were_told_runs_no_period(world: World) -> None:
    case = sent(world, ["email"])
    assert world.cure(case).act_from is not None
    change(world, case.customer, at=BEGUN + 2 * D, notified_at=BEGUN - H, email="shin@midorioka.example")
    clock = world.cure(case)
    assert (clock.act_from, clock.blocked) == (None, "登録の宛先に出した通知がありません（発送の前に変更の届出）")
    assert all(warned(world, case, BEGUN + 3 * D).values())
    late = BEGUN + 60 * D
    world.sweep(late)
    assert world.cure(case).state == "running"
    for key, given in (
        ("violations.confirm_uncured", {"checked_at": late, "how": "接続記録"}),
        ("violations.propose_termination", {"reason": "違反", "channels": ["email"]}),
    ):
        with pytest.raises(Refused, match="登録の宛先に出した通知がありません"):
            world.press(key, case, by="hana", at=late, **given)


@pytest.mark.both
def test_it_is_sent_again_and_the_new_letter_has_its_own_period(world: World) -> None:
    case = sent(world, ["post"])
    world.do("notices.mark_posted", world.correction(case), by="hana", at=BEGUN, posted_at=BEGUN, postage="ordinary")
    change(world, case.customer, at=BEGUN + D, notified_at=BEGUN - H, **MOVED)
    again = BEGUN + 2 * D
    world.do("violations.send_correction_notice", case, by="hana", at=again, channels=["email"], **DEMAND)
    assert world.cure(case).act_from is not None
    home = page(world, reverse("admin:index") + "?scope=all", again)
    assert "発送の前に、変更の届出を受けていました" not in home


def test_what_left_before_we_were_told_and_one_right_way_of_two_keep_their_effect(world: World) -> None:
    case = sent(world, ["email", "post"])
    world.do("notices.mark_posted", world.correction(case), by="hana", at=BEGUN, posted_at=BEGUN, postage="ordinary")
    both = world.cure(case).act_from
    change(world, case.customer, at=TOLD, **MOVED)
    assert world.cure(case).act_from == both
    change(world, case.customer, at=TOLD + H, notified_at=BEGUN - H, email="shin@midorioka.example")
    assert [(d.channel, d.elsewhere) for d in deliveries(case)] == [("email", True), ("post", False)]
    clock = world.cure(case)
    assert clock.act_from is not None
    assert any(step["given"] == "メールは、登録と違う宛先に出た" for step in clock.reasoning)
    checks = previews.termination_checks(case, {}, TOLD + H)
    assert (False, "登録の宛先に送った") in [check[:2] for check in checks]


def test_the_page_says_which_letters_lose_their_effect_before_it_is_confirmed(world: World) -> None:
    case = sent(world, ["post"])
    world.do("notices.mark_posted", world.correction(case), by="hana", at=BEGUN, posted_at=BEGUN, postage="ordinary")
    given = MOVED | {"notified_at": BEGUN - H, "channel": "phone"}
    shown = change_verbs.preview(case.customer, at=TOLD, **given).messages
    assert [tone for tone, text in shown if world.correction(case).number in text] == ["warning"]
    assert change_verbs.preview(case.customer, at=TOLD, **given | {"notified_at": TOLD}).messages == ()


@pytest.mark.both
def test_taking_a_notice_back_leaves_the_past_as_it_stood(world: World) -> None:
    contract = world.subscription(BEGUN)
    customer, former = contract.customer, contract.customer.email
    row = change(world, customer, email="shin@midorioka.example", confirm="on")
    world.press("licenses.withdraw_change", row, by="ken", at=TOLD + D, reason="取り違え")
    assert registered_at(customer, TOLD - H).email == former
    assert registered_at(customer, TOLD + H).email == "shin@midorioka.example"
    assert registered_at(customer, TOLD + D).email == former
    assert registered_at(customer, at("2027-06-01T00:00")).email == former


@pytest.mark.both
def test_a_notice_on_which_a_letter_rests_is_not_taken_back(world: World) -> None:
    contract = world.subscription(BEGUN)
    row = change(world, contract.customer, **MOVED)
    case = world.noticed_case(TOLD + H, ["post"], subscription=contract)
    letter = world.correction(case)
    posted = TOLD + 2 * H
    world.do("notices.mark_posted", letter, by="hana", at=posted, posted_at=posted, postage="ordinary")
    assert deliveries(case)[0].to == NEW
    before = world.cure(case).act_from
    with pytest.raises(Refused, match=letter.number):
        world.press("licenses.withdraw_change", row, by="ken", at=TOLD + D, reason="取り違え")
    assert registered_at(contract.customer, posted).address == MOVED["address"]
    assert (world.cure(case).act_from, Delivery.objects.filter(elsewhere=True).exists()) == (before, False)


@pytest.mark.both
def test_a_slip_that_took_letters_their_effect_gives_it_back(world: World) -> None:
    case = sent(world, ["post"])
    world.do("notices.mark_posted", world.correction(case), by="hana", at=BEGUN, posted_at=BEGUN, postage="ordinary")
    before = world.cure(case).act_from
    row = change(world, case.customer, at=TOLD, notified_at=BEGUN - H, **MOVED)
    assert world.cure(case).act_from is None
    world.do("licenses.withdraw_change", row, by="hana", at=TOLD + H, reason="別の会社の届出だった")
    assert (world.cure(case).act_from, deliveries(case)[0].to) == (before, OLD)
