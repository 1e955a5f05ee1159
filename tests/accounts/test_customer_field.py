"""A customer chosen by number, and what may be begun from a customer's page."""

from typing import Any

import pytest
from django import forms
from django.test import Client

from accounts.fields import CustomerField
from config.desk import clock
from config.desk.pages import url_of, verb_url
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")


class CustomerForm(forms.Form):
    customer = CustomerField()


def page(world: World, name: str, url: str, **query: Any) -> str:
    browser = Client()
    browser.force_login(world.staff[name])
    with clock.standing_at(NOW):
        return browser.get(url, query).content.decode()


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower()])
def test_a_number_chooses_the_customer(world: World, typed: str) -> None:
    customer = world.application(NOW).customer
    form = CustomerForm({"customer": typed.format(customer.number)})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["customer"] == customer


def test_wide_and_small_letters_are_taken(world: World) -> None:
    customer = world.application(NOW).customer
    wide = customer.number.lower().translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert wide != customer.number
    form = CustomerForm({"customer": wide})
    assert form.is_valid(), form.errors
    assert customer.name in str(form["customer"])


@pytest.mark.parametrize("typed", ["C-2026-9", "株式会社みどり丘印刷", "C-2026-999999"])
def test_what_nobody_has_is_answered_with_an_example(world: World, typed: str) -> None:
    form = CustomerForm({"customer": typed})
    assert form.errors["customer"] == ["C-2026-000021 の形で、登録のある利用者番号を入れてください。"]


def test_the_name_stands_below_the_number(world: World) -> None:
    customer = world.subscription(NOW).customer
    url = verb_url("violations.open")
    assert customer.name in page(world, "hana", url, customer=customer.number)
    assert customer.name not in page(world, "hana", url, customer="C-2026-999999")


def test_a_name_is_never_markup(world: World) -> None:
    customer = world.application(NOW, name="<b>みどり</b>商店").customer
    shown = page(world, "hana", verb_url("violations.open"), customer=customer.number)
    assert "<b>みどり" not in shown
    assert "&lt;b&gt;みどり&lt;/b&gt;商店" in shown


ACTS = ("violations.open", "measures.propose_credential_suspension")


@pytest.mark.parametrize(("name", "may"), [("hana", True), ("rin", False), ("mio", False)])
def test_acts_stand_on_the_customers_page_for_those_who_hold_them(world: World, name: str, may: bool) -> None:
    customer = world.subscription(NOW).customer
    shown = page(world, name, url_of(customer))
    for key in ACTS:
        assert (f"{verb_url(key)}?customer={customer.number}" in shown) == may
