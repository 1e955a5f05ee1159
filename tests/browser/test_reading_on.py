"""The approver reads what waits by two keys, from 本日の業務 to the end; while somebody writes, a key is a letter."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from config.desk.step import step
from tests.browser.desk import PASSWORD, Desk, Time
from tests.support.world import World, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOON = at("2026-11-09T12:00")


@pytest.fixture
def desk(page: Page, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    Time(monkeypatch).stands("2026-11-09T12:00")
    desk = Desk(page, live_server.url)
    yield desk
    assert desk.failures == []


def test_forth_back_approve_and_home(desk: Desk, committed_world: World) -> None:
    mio = committed_world.staff["mio"]
    mio.set_password(PASSWORD)
    with step("test.password", at=NOON):
        mio.save()
    first, second = (committed_world.refusal(at(f"2026-11-09T09:0{n}")) for n in (1, 2))
    desk.log_in("mio@staff.example")
    desk.press("続けて読む")
    where = desk.page.locator(".batch-place")
    expect(where).to_contain_text("1 / 2")
    _key(desk, "n")
    expect(where).to_contain_text("2 / 2")
    desk.shows(second.number)
    opinion = desk.page.get_by_label("承認者の意見")
    opinion.press_sequentially("pn")
    expect(opinion).to_have_value("pn")
    opinion.blur()
    _key(desk, "p")
    expect(where).to_contain_text("1 / 2")
    for number in (second.number, "本日の業務"):
        desk.submit(desk.page.locator(".confirm-bar button.primary"))
        desk.shows(number)
    first.refresh_from_db()
    assert first.state == "approved"
    desk.says("続けて読む決裁は、ほかにありません。")


def _key(desk: Desk, key: str) -> None:
    """Pressed once the page has its script; the answer is there when this returns."""
    desk.page.wait_for_load_state("load")
    with desk.page.expect_navigation():
        desk.page.keyboard.press(key)
