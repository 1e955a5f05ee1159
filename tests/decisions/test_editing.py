"""The page on which a proposal is changed knows what stands, why it came back, and how the letter would read."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import verb_url
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T10:00")
LATER = NOW + timedelta(minutes=30)
BACK = "根拠となる前の契約の番号を足してください"


@pytest.fixture
def returned(world: World) -> Any:
    return world.press("decisions.send_back", world.refusal(NOW), by="mio", at=NOW, reason=BACK)


def rin(world: World) -> Client:
    browser = Client()
    browser.force_login(world.staff["rin"])
    return browser


def test_the_page_shows_what_stands_why_it_came_back_and_the_letter(world: World, returned: Any) -> None:
    with clock.standing_at(LATER):
        html = rin(world).get(verb_url("decisions.edit", returned)).content.decode()
    assert BACK in html
    assert ">\n前の違反のため</textarea>" in html  # the proposal's own reason, apart from the reason of the change
    assert 'name="edit_reason"' in html
    assert "通知書の見本" in html
    assert "承認されると起こること" in html
    assert "承認待ちに戻ります" in html


def test_the_two_reasons_are_kept_apart(world: World, returned: Any) -> None:
    given = {"grounds": "2", "reason": "V-2025-000003 の違反のため", "channels": "email", "edit_reason": "番号を足した"}
    with clock.standing_at(LATER):
        answer = rin(world).post(verb_url("decisions.edit", returned), given)
    returned.refresh_from_db()
    last = returned.history.order_by("-history_id").first()
    assert (answer.status_code, returned.state, returned.fields["reason"]) == (302, "proposed", given["reason"])
    assert last.history_change_reason == "番号を足した"
    assert "edit_reason" not in returned.fields


def test_the_page_asks_why(world: World) -> None:
    decision = world.refusal(NOW)
    given = {"grounds": "2", "reason": decision.fields["reason"], "channels": "email", "edit_reason": " "}
    with clock.standing_at(LATER):
        answer = rin(world).post(verb_url("decisions.edit", decision), given)
    assert (answer.status_code, "なぜ変えるのかを書いてください" in answer.content.decode()) == (422, True)
    assert decision.history.count() == 1
