"""The page of a decision says what is true now."""

from typing import Any

from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
CANNOT = "この人は承認できません"


def page(world: World, row: Any) -> str:
    browser = Client()
    browser.force_login(world.staff["mio"])
    with clock.standing_at(NOW):
        return browser.get(url_of(row)).content.decode()


def test_a_letter_without_inputs_does_not_change_with_them(world: World) -> None:
    shown = page(world, world.refusal(NOW))
    assert "通知書の見本" in shown
    assert "起案の内容です" in shown
    assert "入力に合わせて" not in shown


def test_who_cannot_approve_is_told_only_while_it_waits(world: World) -> None:
    decision = world.refusal(NOW)
    assert CANNOT in page(world, decision)
    world.press("decisions.approve", decision, by="mio", at=NOW, reason="")
    assert CANNOT not in page(world, decision)


def test_the_subject_with_its_evidence_is_one_click_away(world: World) -> None:
    decision = world.refusal(NOW)
    shown = page(world, decision)
    assert shown.count(f'href="{url_of(decision.subject)}"') >= 2
    assert "事実と証拠は" in shown
