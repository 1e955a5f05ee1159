"""What a verb's page says before anything is chosen: no invented facts, and only what may be chosen can be ticked."""

import re
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of, verb_url
from contracts.applications import workflow
from contracts.applications.models import Application
from notices.models import Notice
from tests.applications.test_rescission_consequences import rescinded
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
FORMED, NOW = at("2026-11-02T10:00"), at("2026-11-20T10:00")


def page(world: World, who: str, key: str, row: Any, when: Any = NOW) -> str:
    browser = Client()
    browser.force_login(world.staff[who])
    with clock.standing_at(when):
        return browser.get(verb_url(key, row)).content.decode()


def boxes(html: str) -> dict[str, str]:
    """The attributes of each ground's box."""
    return {
        found.group(1): found.group(0)
        for found in re.finditer(r'<input type="checkbox" name="grounds" value="([^"]+)"[^>]*>', html)
    }


def test_the_rescission_letter_invents_no_fact(world: World) -> None:
    application = Application.objects.get(subscription=world.subscription(FORMED))
    html = page(world, "hana", "applications.propose_rescission", application)
    letter = html.partition("取消しの事由</")[2]
    assert "（事由を選んでください）" in letter
    assert "事実のあった日　（日を入れてください）" in letter
    assert "利用規約第6条（利用申込）第3項第" not in letter.partition("精算")[0]
    assert "承認されると起こること" in html
    assert "確定すると起こること" not in html


def test_only_grounds_that_apply_can_be_ticked(world: World) -> None:
    application = world.judged(NOW, ground_2="applies", ground_4="checking")
    html = page(world, "rin", "applications.propose_refusal", application)
    offered = boxes(html)
    assert [g for g, box in offered.items() if "disabled" not in box] == ["2"]
    assert [g for g, box in offered.items() if "checked" in box] == ["2"]
    assert "（判断：確認中）" in html
    assert "（待っている書類がありません）" in html


def test_the_dead_address_is_named_and_the_other_way_dated(world: World) -> None:
    application = world.accepted(NOW)
    letter = Notice.objects.about(application).get()
    world.do("notices.record_return", letter, by="rin", at=NOW, channel="email", returned_at=NOW, reason="宛先不明")
    html = page(world, "rin", "applications.accept", application)
    assert f"{letter.number} のメール（{application.customer.email} 宛）が" in html
    assert "理由：宛先不明" in html
    assert "11月23日" in html  # by ordinary post of the 20th: three days of transit
    assert "登録されたメールアドレスは、そのときのままです" not in html  # the dead way is not ticked
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW):
        url = f"{verb_url('applications.accept', application)}?preview=1"
        told = browser.post(url, {"channels": ["email"]}, headers={"x-requested-with": "fetch"}).content.decode()
    assert "登録されたメールアドレスは、そのときのままです" in told
    assert "11月23日" not in told


def test_the_money_is_decided_beside_the_contract(world: World) -> None:
    contract = world.subscription(FORMED)
    application = rescinded(world, contract)
    html = page(world, "aki", "applications.decide_settlement", application.settlements.get())
    for said in (
        f">{contract.number}</a>",
        f">{application.number}</a>",
        "成立日",
        "申込の住所に住んでいないこと",
        "成立から18日",
    ):
        assert said in html


def test_a_verb_that_may_not_be_done_is_folded(world: World) -> None:
    application = world.judged(NOW, ground_2="applies")
    refused = page(world, "rin", "applications.accept", application)
    assert '<details class="not-yet">' in refused
    assert "この手続は、いまはできません。" in refused
    assert "not-yet" not in page(world, "rin", "applications.propose_refusal", application)


def test_why_it_may_not_be_accepted_stands_once(world: World) -> None:
    application = world.judged(NOW, ground_2="applies")
    why = workflow.accept_why_not(application, by=world.staff["rin"], at=NOW)
    assert why is not None
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW):
        html = browser.get(url_of(application)).content.decode()
    assert html.count(why.message) == 1
