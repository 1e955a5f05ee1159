"""Art. 7: what was sent before stays, what leaves afterwards goes to the new address, to the second of the day (JST)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Customer, RegisteredDetail
from accounts.registered import registered_at
from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.refusal import Refused
from contracts.licenses.models import ChangeNotice
from notices.models import Delivery, LetterContent, Notice
from tests.notices.posting.runs import opened
from tests.support.world import DEMAND, World, at

pytestmark = pytest.mark.django_db
BEGUN, TOLD = at("2026-11-02T10:00"), at("2026-11-04T11:00")
MOVED = {"postal_code": "435-0001", "address": "静岡県浜松市中央区新町九丁目9番9号"}
OLD, NEW = "〒435-0099 静岡県浜松市中央区見本町一丁目2番3号", "〒435-0001 静岡県浜松市中央区新町九丁目9番9号"


def change(world: World, customer: Customer, at: datetime = TOLD, **data: Any) -> ChangeNotice:
    given = {"notified_at": data.pop("notified_at", at), "channel": "phone"} | data
    return world.do("licenses.record_change", customer, by="hana", at=at, **given)


def page(world: World, url: str, at: datetime, who: str = "hana") -> str:
    browser = Client()
    browser.force_login(world.staff[who])
    with clock.standing_at(at):
        response = browser.get(url)
    assert response.status_code == 200
    return response.content.decode()


def deliveries(case: Any) -> list[Delivery]:
    return list(Delivery.objects.filter(notice__in=Notice.objects.about(case)).order_by("pk"))


def facts(row: Any, *names: str) -> tuple[Any, ...]:
    row.refresh_from_db()
    return tuple(getattr(row, name) for name in names)


@pytest.mark.both
def test_what_was_sent_before_stays_and_the_next_letter_goes_to_the_new_address(world: World) -> None:
    case = world.noticed_case(BEGUN, ["post"])
    world.do("notices.mark_posted", world.correction(case), by="hana", at=BEGUN, posted_at=BEGUN, postage="ordinary")
    before = LetterContent.objects.get(notice=world.correction(case)).text
    change(world, case.customer, **MOVED)
    world.do("violations.send_inquiry", case, by="hana", at=TOLD, questions="使った人", channels=["post"])
    first, second = deliveries(case)
    assert (first.to, second.to) == (OLD, NEW)
    assert LetterContent.objects.get(notice=first.notice).text == before
    assert "新町九丁目" not in before
    assert "見本町一丁目" in before
    assert "新町九丁目" in LetterContent.objects.get(notice=second.notice).text
    assert "発送の時点の登録と違う" not in page(world, url_of(first.notice), TOLD)  # it was right when it was posted


@pytest.mark.both
@pytest.mark.parametrize(("moment", "to"), [("2026-11-09T23:59:59", OLD), ("2026-11-10T00:00:00", NEW)])
def test_a_change_ahead_counts_from_0_00_of_its_day_without_any_job(world: World, moment: str, to: str) -> None:
    case = world.case(BEGUN)
    change(world, case.customer, effective_on="2026-11-10", **MOVED)
    assert Customer.objects.get(pk=case.customer.pk).address == "静岡県浜松市中央区見本町一丁目2番3号"
    given = {"channels": ["post"]} | DEMAND
    world.do("violations.send_correction_notice", case, by="hana", at=at(moment), **given)
    assert deliveries(case)[0].to == to


def test_a_letter_planned_for_after_the_change_is_addressed_to_where_it_will_be_registered(world: World) -> None:
    case = world.case(BEGUN)
    change(world, case.customer, effective_on="2026-11-10", **MOVED)
    given = {"channels": ["post"], "planned_on": "2026-11-12"} | DEMAND
    world.do("violations.send_correction_notice", case, by="hana", at=TOLD, **given)
    assert deliveries(case)[0].to == NEW


@pytest.mark.both
def test_a_letter_that_waits_is_made_anew_before_it_is_printed(world: World) -> None:
    case = world.noticed_case(BEGUN, ["post"])
    old = world.correction(case)
    change(world, case.customer, at=BEGUN + timedelta(hours=1), **MOVED)
    with clock.standing_at(BEGUN + timedelta(hours=2)):
        run = opened(world, clock.now())
        world.do("notices.freeze_print_run", run, by="hana", at=clock.now())
    new = world.correction(case)
    assert facts(old, "state") == ("cancelled",)
    assert "第7条第3項" in old.closed_reason
    assert [(d.notice_id, d.to, d.state) for d in deliveries(case)] == [
        (old.pk, OLD, "cancelled"),
        (new.pk, NEW, "queued"),
    ]


@pytest.mark.both
def test_an_e_mail_that_waits_goes_to_the_new_address(world: World) -> None:
    world.set_house(BEGUN, email_wait_minutes=30)
    case = world.noticed_case(
        BEGUN + timedelta(hours=9), ["email"], subscription=world.subscription_sent_at_once(BEGUN)
    )
    ordered = BEGUN + timedelta(hours=9)
    change(world, case.customer, at=ordered + timedelta(minutes=5), email="shin@midorioka.example")
    world.pump(ordered + timedelta(minutes=40))
    sent = [(d.to, d.state) for d in deliveries(case)]
    assert [state for _, state in sent] == ["cancelled", "dispatched"]
    assert sent[1][0] == "shin@midorioka.example"


def test_a_posting_to_the_former_address_is_recorded_and_the_letter_says_so(world: World) -> None:
    case = world.noticed_case(BEGUN, ["post"])
    change(world, case.customer, at=BEGUN + timedelta(hours=1), **MOVED)
    posted = BEGUN + timedelta(hours=2)
    world.do("notices.mark_posted", world.correction(case), by="hana", at=posted, posted_at=posted, postage="ordinary")
    assert [(d.to, d.state) for d in deliveries(case)] == [(OLD, "dispatched")]
    assert "発送の時点の登録と違う宛先" in page(world, url_of(world.correction(case)), posted)


def test_told_late_what_was_sent_in_between_was_rightly_sent(world: World) -> None:
    contract = world.subscription(BEGUN)
    row = change(world, contract.customer, effective_on="2026-10-20", **MOVED)
    assert (row.since, row.effective_on.isoformat()) == (TOLD, "2026-10-20")
    assert registered_at(contract.customer, TOLD - timedelta(seconds=1)).address.endswith("見本町一丁目2番3号")
    assert registered_at(contract.customer, TOLD).address == MOVED["address"]


@pytest.mark.both
def test_two_changes_stand_in_the_order_of_their_days_not_of_their_entry(world: World) -> None:
    customer = world.subscription(BEGUN).customer
    change(world, customer, effective_on="2026-12-01", phone="053-222-2222")
    change(world, customer, phone="053-111-1111")
    assert registered_at(customer, TOLD).phone == "053-111-1111"
    assert registered_at(customer, at("2026-11-30T23:59:59")).phone == "053-111-1111"
    assert registered_at(customer, at("2026-12-01T00:00")).phone == "053-222-2222"
    world.sweep(at("2026-12-01T00:05"))
    assert Customer.objects.get(pk=customer.pk).phone_key == "0532222222"


def test_a_slip_is_taken_back_by_a_counter_entry_and_stays(world: World) -> None:
    customer = world.subscription(BEGUN).customer
    row = change(world, customer, **MOVED)
    later = change(world, customer, at=TOLD + timedelta(hours=1), phone="053-111-1111", email="b@midorioka.example")
    moved_again = change(
        world, customer, at=TOLD + timedelta(hours=2), postal_code="435-0002", address="静岡県浜松市三丁目"
    )
    with pytest.raises(Refused, match=moved_again.number):
        world.press("licenses.withdraw_change", row, by="hana", at=TOLD + timedelta(hours=3), reason="取り違え")
    day = TOLD + timedelta(days=1)
    with pytest.raises(Refused, match="記録した日だけ"):
        world.press("licenses.withdraw_change", moved_again, by="hana", at=day, reason="取り違え")
    world.press("licenses.withdraw_change", moved_again, by="ken", at=day, reason="取り違え")
    fresh = Customer.objects.get(pk=customer.pk)
    assert (fresh.address, fresh.phone, fresh.email) == (MOVED["address"], "053-111-1111", "b@midorioka.example")
    world.press("licenses.withdraw_change", row, by="ken", at=day, reason="取り違え")
    assert Customer.objects.get(pk=customer.pk).address == "静岡県浜松市中央区見本町一丁目2番3号"
    assert RegisteredDetail.objects.filter(customer=customer, field="address").count() == 3
    assert later.state == "recorded"


def test_a_change_of_the_e_mail_is_confirmed_to_both_addresses(world: World) -> None:
    customer = world.subscription(BEGUN).customer
    former = customer.email
    row = change(world, customer, email="shin@midorioka.example", confirm="on")
    assert [(d.to, d.state) for d in deliveries(row)] == [
        (former, "dispatched"),
        ("shin@midorioka.example", "dispatched"),
    ]
    told = (
        LetterContent.objects.filter(notice__in=Notice.objects.about(row)).order_by("pk").values_list("text", flat=True)
    )
    assert "お心当たりのない場合" in told[0]
    assert "お心当たりのない場合" not in told[1]


def test_a_letter_that_came_back_leads_to_a_change(world: World) -> None:
    case = world.curing_case(BEGUN, ["post"])
    letter = world.correction(case)
    assert "宛先の確認" not in page(world, url_of(letter), TOLD)
    world.do("notices.record_return", letter, by="hana", at=TOLD, channel="post", returned_at=TOLD, reason="転居先不明")
    told = page(world, url_of(letter), TOLD)
    assert "宛先の確認" in told
    assert verb_url("licenses.record_change", case.customer) in told


def test_the_card_says_what_changed_and_what_will(world: World) -> None:
    customer = world.subscription(BEGUN).customer
    change(world, customer, effective_on="2026-11-10", **MOVED)
    before, after = page(world, url_of(customer), TOLD), page(world, url_of(customer), at("2026-11-10T00:00"))
    for told in (before, after):
        assert "変更の記録" in told
        assert f"{customer.number}-H1" in told
    assert "11月10日（火）から、通知先住所が変わります" in before
    assert "が変わります" not in after
    assert "〒435-0001　静岡県浜松市中央区新町九丁目9番9号 <a" in after  # 登録の内容, before any sweep


def test_the_form_shows_what_is_registered_and_takes_nothing_back_unseen(world: World) -> None:
    customer = world.subscription(BEGUN).customer
    form = page(world, verb_url("licenses.record_change", customer), TOLD)
    assert "今の登録：053-000-0000" in form
    assert "この番号だけを変える" not in form
    change(world, customer, phone="053-111-1111")
    change(world, customer, representative="岡田 隆")  # by somebody whose page was opened before
    assert Customer.objects.get(pk=customer.pk).phone == "053-111-1111"
    assert registered_at(customer, TOLD).representative == "岡田 隆"


def test_an_email_that_waits_while_the_post_has_left_does_not_go_to_the_old_address(world: World) -> None:
    contract = world.subscription(BEGUN)
    world.set_house(BEGUN, email_wait_minutes=60)
    case = world.noticed_case(BEGUN, ["email", "post"], subscription=contract)
    letter, soon = world.correction(case), BEGUN + timedelta(minutes=10)
    world.do("notices.mark_posted", letter, by="hana", at=soon, posted_at=soon, postage="ordinary")
    change(world, case.customer, at=soon, email="atarashii@mihon.example")
    world.pump(BEGUN + timedelta(hours=2))
    email, post = world.delivery(case, "email"), world.delivery(case, "post")
    assert (facts(letter, "state"), email.state, post.state) == (("dispatched",), "cancelled", "dispatched")
    assert "第4条第1項・第7条第3項" in email.failure
