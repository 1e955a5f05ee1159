"""The card that サポート opens all day: as many queries for many rows as for few; what must be known stands on top."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from accounts.workflow import record_prior
from config.desk import clock, customer_cards
from config.desk.pages import url_of
from config.desk.step import step
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-24T10:00")
CARD = 85  # queries


def asked(world: World, customer: Customer) -> int:
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(NOW + timedelta(hours=3)):
        browser.get(url_of(customer))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url_of(customer)).status_code == 200
    return len(queries)


def fill(world: World, contract: Any, turn: int) -> None:
    """A case with its letter and clock, a call, a contact, a change, a prior record, a doubled number."""
    customer = contract.customer
    world.noticed_case(NOW, ["email"], subscription=contract)
    world.press("incoming.call_note", None, by="hana", at=NOW, customer=customer.number, summary=f"電話 {turn}")
    given = {"name": f"連絡 {turn}", "role": "technical", "phone": f"03-0000-{turn:04d}"}
    world.press("accounts.add_contact", customer, by="hana", at=NOW, **given)
    when = {"notified_at": NOW, "channel": "web", "effective_on": f"2027-01-{turn + 1:02d}"}
    world.press("licenses.record_change", customer, by="hana", at=NOW, phone=f"06-0000-{turn:04d}", **when)
    with step("test.prior", at=NOW):
        record_prior(customer, ground=2, source=f"V-2026-9{turn:05d}", fact="貸与", happened_on=NOW.date())
    gone = world.application(NOW).customer
    joined = {"customer": gone.number, "into": customer.number, "reason": "支店"}
    world.press("accounts.merge", None, by="hana", at=NOW, **joined)


def test_the_card_asks_no_more_for_many_rows_than_for_few(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_cards, "SHOWN", 2)
    contract = world.subscription(NOW)
    for turn in range(1):
        fill(world, contract, turn)
    few = asked(world, contract.customer)
    for turn in range(1, 3):
        fill(world, contract, turn)
    many = asked(world, contract.customer)
    assert few <= many <= few + 4  # the counts behind 残りn件, one a card that is full
    for turn in range(3, 5):
        fill(world, contract, turn)
    assert asked(world, contract.customer) == many <= CARD


def test_the_strip_answers_the_telephone(world: World) -> None:
    case = world.curing_case(NOW)
    world.press(
        "incoming.call_note", None, by="hana", at=NOW, customer=case.customer.number, summary="請求書の送り先の問合せ"
    )
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(NOW + timedelta(hours=1)):
        told = browser.get(url_of(case.customer)).content.decode()
    strip = told.partition('<dl class="strip">')[2].partition("</dl>")[0]
    for said in (
        case.subscription.number,
        "利用できる",
        case.number,
        "是正期間",
        "是正通知書",
        "請求書の送り先の問合せ",
        "あと",
    ):
        assert said in strip, said
    assert strip.index(case.subscription.number) < strip.index("是正通知書")


def test_a_customer_of_whom_nothing_is_known_yet(world: World) -> None:
    customer = world.application(NOW).customer
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW):
        told = browser.get(url_of(customer)).content.decode()
    for said in (
        "契約はありません",
        "動いているものはありません",
        "通知はありません",
        "受信したものはありません",
        "申込の審査",
    ):
        assert said in told
