"""A judgement that was refused is answered by the decision's own page, as it stands now."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import verb_url
from contracts.decisions import workflow
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T10:00")
LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def decision(world: World) -> Any:
    return world.refusal(NOW)


def answer(world: World, decision: Any, verb: str, **given: str) -> tuple[int, str]:
    browser = Client()
    browser.force_login(world.staff["mio"])
    with clock.standing_at(LATER):
        got = browser.post(verb_url(f"decisions.{verb}", decision), given)
    return got.status_code, got.content.decode()


@pytest.mark.parametrize("verb", ["approve", "send_back"])
def test_the_second_of_two_sees_the_newest_state_and_no_button(world: World, decision: Any, verb: str) -> None:
    seen = workflow.mark(decision)
    world.press("decisions.approve", decision, by="mio", at=NOW)
    status, html = answer(world, decision, verb, reason="見た", seen=seen)
    assert (status, "操作は行われていません" in html) == (409, True)
    assert 'id="decision-form"' in html  # the decision, not a bare form
    assert "通知書の見本" in html
    assert "承認済" in html
    assert "confirm-bar" not in html


def test_an_edit_meanwhile_is_shown_and_the_opinion_kept(world: World, decision: Any) -> None:
    seen = workflow.mark(decision)
    world.press("decisions.edit", decision, by="rin", at=NOW, reason="別の理由")
    status, html = answer(world, decision, "approve", reason="書きかけの意見", seen=seen)
    decision.refresh_from_db()
    assert (status, decision.state) == (409, "proposed")
    assert "起案後の変更" in html
    assert "書きかけの意見" in html
    assert f'value="{workflow.mark(decision)}"' in html


def test_sending_back_without_a_reason_stays_on_the_page(world: World, decision: Any) -> None:
    status, html = answer(world, decision, "send_back", reason="", seen=workflow.mark(decision))
    assert status == 422
    assert 'id="decision-form"' in html
    assert "差し戻すときは、起案した人が何を直せばよいかを書いてください。" in html
    assert html.count("confirm-buttons") == 1
