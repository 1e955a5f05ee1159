"""What a verb's page says before anything is chosen: no invented facts, and only what may be chosen can be ticked."""

import re
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import verb_url
from contracts.applications.models import Application
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
