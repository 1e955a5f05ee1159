"""Contracts, ended contracts and deadlines on the screen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.desk import clock
from config.desk.pages import url_of
from config.desk.step import step
from contracts.closing.models import Closing
from contracts.deadlines.models import Deadline
from contracts.licenses import workflow
from contracts.licenses.models import Subscription
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
CONTRACTS = "admin:licenses_subscription_changelist"
DEADLINES = "admin:deadlines_deadline_changelist"


def page(world: World, name: str, url: str, when: Any = NOW, **query: str) -> str:
    browser = Client()
    browser.force_login(world.staff[name])
    with clock.standing_at(when):
        response = browser.get(url, query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def ended(world: World) -> Closing:
    decision = world.termination(at("2026-08-03T10:00"))
    world.do("decisions.approve", decision, by="ken", at=at("2026-08-19T10:00"), reason="")
    return Closing.objects.get()


# --- contracts --------------------------------------------------------------------------------------------------


def test_whether_it_may_be_used_now(world: World) -> None:
    begun, formed, over = world.subscription(at("2026-04-01T10:00")), world.formed(NOW), ended(world).subscription
    for subscription, usable in ((begun, True), (formed, False), (over, False)):
        assert workflow.usable_at(subscription, NOW) == usable
        shown = page(world, "hana", url_of(subscription))
        assert ("利用できない" in shown) == (not usable)
        row = page(world, "hana", reverse(CONTRACTS), q=subscription.number)
        assert ("利用できない" in row) == (not usable)


def test_the_page_names_what_blocks_it(world: World) -> None:
    closing = ended(world)
    shown = page(world, "hana", url_of(closing.subscription))
    assert shown.count("停止中") == 2
    assert f"違反案件 {closing.source} による終了" in shown
    assert "に終了しました" in shown


def test_the_page_holds_credentials_without_a_password(world: World) -> None:
    subscription = world.subscription(at("2026-04-01T10:00"))
    shown = page(world, "hana", url_of(subscription))
    assert "mido-admin" in shown
    assert "Xk7#first-use" not in shown
    assert "20ライセンス" in shown


def test_a_number_leads_to_the_contract(world: World) -> None:
    subscription = world.formed(NOW)
    browser = Client()
    browser.force_login(world.staff["hana"])
    assert browser.get(reverse("admin:search"), {"q": subscription.number}).url == url_of(subscription)


def test_the_list_of_contracts_needs_no_more_queries_for_more_rows(
    world: World, django_assert_max_num_queries: Any
) -> None:
    _same_number_of_queries(world, CONTRACTS, django_assert_max_num_queries)


def test_the_list_of_deadlines_needs_no_more_queries_for_more_rows(
    world: World, django_assert_max_num_queries: Any
) -> None:
    _same_number_of_queries(world, DEADLINES, django_assert_max_num_queries)


def _same_number_of_queries(world: World, name: str, at_most: Any) -> None:
    counts = []
    browser = Client()
    browser.force_login(world.staff["hana"])
    for wanted in (5, 50):
        customer = world.formed(NOW).customer
        with clock.standing_at(NOW), step("test.more", at=NOW):
            while Subscription.objects.count() < wanted:
                workflow.form(
                    customer=customer,
                    at=NOW,
                    plan="annual",
                    licenses=3,
                    agreed_version="2025-04-01",
                    agreed_at=NOW,
                    formed_on=NOW.date(),
                )
        with clock.standing_at(NOW):
            browser.get(reverse(name))
            with at_most(70) as asked:
                browser.get(reverse(name))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def monthly(world: World, start: str) -> Subscription:
    """In use from this moment, taken by the site (22(3))."""
    subscription: Subscription = world.subscription(at(start))
    Subscription.objects.filter(pk=subscription.pk).update(plan="monthly")
    with clock.standing_at(at(start)):
        subscription.refresh_from_db()
        last = workflow.term_end(subscription, at(start))
    Subscription.objects.filter(pk=subscription.pk).update(term_last_day=last)
    subscription.refresh_from_db()
    return subscription


@pytest.mark.parametrize(
    ("when", "day"),
    [  # reckoned from 31 January each time: a short month moves no later end
        ("2026-02-10T10:00", "2026年2月28日（土）"),
        ("2026-02-28T23:59", "2026年2月28日（土）"),
        ("2026-03-01T00:00", "2026年3月31日（火）"),
        ("2026-04-15T10:00", "2026年4月30日（木）"),
        ("2027-05-31T10:00", "2027年5月31日（月）"),
    ],
)
def test_a_monthly_contract_shows_the_month_in_progress(world: World, when: str, day: str) -> None:
    subscription = monthly(world, "2026-01-31T10:00")
    shown = page(world, "hana", url_of(subscription), at(when))
    present = shown.partition("今の1か月の末日")[2].partition("<dt>")[0]
    assert day in present
    assert "第22条第3項" in present
    first = shown.partition("最初の期間の末日")[2].partition("<dt>")[0]
    assert "2026年2月28日（土）" in first


def test_an_annual_contract_shows_its_first_term_alone(world: World) -> None:
    shown = page(world, "hana", url_of(world.subscription(at("2026-04-01T10:00"))))
    first = shown.partition("最初の期間の末日")[2].partition("<dt>")[0]
    assert "2027年4月1日（木）" in first
    assert "第22条第1項" in first
    assert "今の1か月の末日" not in shown


def test_an_ended_contract_has_no_month_in_progress(world: World) -> None:
    subscription = ended(world).subscription
    Subscription.objects.filter(pk=subscription.pk).update(plan="monthly")
    assert "今の1か月の末日" not in page(world, "hana", url_of(subscription))


# --- the end ----------------------------------------------------------------------------------------------------


def test_the_end_says_until_when_data_are_kept_and_why(world: World) -> None:
    closing = ended(world)
    shown = page(world, "hana", url_of(closing), at("2026-08-20T10:00"))
    day = f"{closing.kept_through.month}月{closing.kept_through.day}日"
    assert day in shown
    assert all(step["rule"] in shown for step in closing.reasoning)
    assert url_of(closing.subscription) in shown
    assert "削除の時期" in page(world, "hana", reverse("admin:closing_closing_changelist"))
    assert "削除の時期" not in page(world, "hana", reverse("admin:closing_closing_changelist"), at("2026-08-20T10:00"))


# --- deadlines --------------------------------------------------------------------------------------------------


def test_the_list_begins_with_what_is_running(world: World) -> None:
    met, running = world.judged(NOW), world.application(NOW)
    world.do("applications.accept", met, by="rin", at=NOW, channels=["post"])
    shown = page(world, "rin", reverse(DEADLINES))
    assert (met.number in shown, running.number in shown) == (False, True)
    everything = page(world, "rin", reverse(DEADLINES), state="all")
    assert (met.number in everything, running.number in everything) == (True, True)


@pytest.mark.parametrize(
    ("when", "span"), [("2026-11-26T10:00", "week"), ("2026-12-01T10:00", "today"), ("2026-12-02T00:00", "overdue")]
)
def test_how_near_a_deadline_is(world: World, when: str, span: str) -> None:
    application = world.application(NOW)
    found = [
        s
        for s in ("overdue", "today", "week", "blocked")
        if application.number in page(world, "rin", reverse(DEADLINES), at(when), due=s)
    ]
    assert found == [span]


def test_the_page_of_a_customers_clock(world: World) -> None:
    case = world.curing_case(at("2026-11-02T10:00"))
    deadline = world.cure(case)
    shown = page(world, "hana", url_of(deadline), at("2026-11-10T10:00"))
    assert 'role="img"' in shown
    assert all(step["rule"] in shown for step in deadline.reasoning)
    assert "開始時に固定" in shown
    assert url_of(case) in shown


def test_a_stopped_clock_says_why(world: World) -> None:
    case = world.noticed_case(at("2026-11-02T10:00"), ["email", "post"])
    deadline = world.cure(case)
    assert deadline.blocked
    shown = page(world, "hana", url_of(deadline), at("2026-11-03T10:00"))
    assert "止まっています。" in shown
    assert shown.count(deadline.blocked) >= 2  # in the message and beside the clock
    assert case.number in page(world, "hana", reverse(DEADLINES), at("2026-11-03T10:00"), due="blocked")


def test_the_page_of_a_duty_of_ours(world: World) -> None:
    world.application(NOW)
    shown = page(world, "rin", url_of(Deadline.objects.get()))
    assert "社内の取扱い" in shown
    assert 'role="img"' not in shown
