"""The day at its best: a mail dropped on the page, a call note by one key, a reminder, done → next; and the page on paper."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from config.desk import clock
from config.desk.pages import url_of
from contracts.incoming.models import Incoming
from tests.browser.desk import PASSWORD, Desk, Time
from tests.support.world import World, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOON = at("2026-11-09T12:00")
MAIL = "From: a@mado.example\nDate: Mon, 9 Nov 2026 08:30:00 +0900\nSubject: Report\n\n..."
DROP = """(mail) => {
    const data = new DataTransfer();
    data.items.add(new File([mail], '報告.eml', {type: 'message/rfc822'}));
    const at = (name) => document.querySelector('#content-main').dispatchEvent(
        new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: data}));
    at('dragover');
    at('drop');
}"""


@pytest.fixture
def case(committed_world: World) -> Any:
    """A case of hana's in its period; she may log in."""
    hana = committed_world.staff["hana"]
    hana.set_password(PASSWORD)
    hana._change_reason = "試験"
    from config.desk.step import step

    with step("test.password", at=NOON):
        hana.save()
    return committed_world.curing_case(at("2026-11-02T10:00"), ["email", "post"])


@pytest.fixture
def desk(page: Page, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    Time(monkeypatch).stands("2026-11-09T12:00")
    desk = Desk(page, live_server.url)
    yield desk
    assert desk.failures == []


def test_the_day_at_its_best(desk: Desk, case: Any, committed_world: World) -> None:
    desk.log_in("hana@staff.example")
    desk.open(url_of(case))
    _drop_a_mail(desk, case)
    _write_a_call_note(desk)
    _keys_are_off_where_somebody_writes_or_does_not_want_them(desk)
    _remind_and_go_on(desk)


def _drop_a_mail(desk: Desk, case: Any) -> None:
    """One drop, one press."""
    desk.page.evaluate(DROP, MAIL)
    expect(desk.page.locator(".quick-names li")).to_have_text("報告.eml")
    button = desk.page.get_by_role("button", name="受信を登録する")
    expect(button).to_be_focused()
    desk.page.keyboard.press("Enter")
    desk.says("受信を登録しました")
    assert desk.page.url.endswith(url_of(case))
    entered = Incoming.objects.get()
    assert (entered.channel, entered.received_at, entered.summary) == ("email", at("2026-11-09T08:30"), "Report")
    assert (entered.subject, entered.files.get().name) == (case, "報告.eml")


def _write_a_call_note(desk: Desk) -> None:
    """t, what was said, one press; and it stands in what happened."""
    desk.page.keyboard.press("t")
    desk.page.keyboard.type("tomorrow")
    desk.shot("call-note")
    desk.page.get_by_role("button", name="記録する").click()
    desk.says("電話メモを書きました")
    expect(desk.page.locator(".timeline li").first).to_contain_text("tomorrow")


def _keys_are_off_where_somebody_writes_or_does_not_want_them(desk: Desk) -> None:
    note = desk.page.locator("details.quick[data-key=t]")
    desk.page.locator("#desk-search").press("t")
    expect(note).not_to_have_attribute("open", "")
    desk.page.get_by_role("button", name="キーで操作する").click()
    desk.page.locator("h1").click()
    desk.page.keyboard.press("t")
    expect(note).not_to_have_attribute("open", "")
    desk.page.get_by_role("button", name="キーで操作する").click()
    desk.page.locator("h1").click()
    desk.page.keyboard.press("t")
    expect(note).to_have_attribute("open", "")
    desk.page.keyboard.press("Escape")
    expect(note).not_to_have_attribute("open", "")


def _remind_and_go_on(desk: Desk) -> None:
    """Two for today; the first is done from the queue, and the keyboard leads to the second."""
    for what in ("first thing", "second thing"):
        desk.page.locator("summary", has_text="後日の確認を入れる").click()
        sheet = desk.page.locator("details.quick[open] form")
        sheet.locator("[name=on]").fill("2026-11-09")
        sheet.locator("[name=what]").fill(what)
        sheet.get_by_role("button", name="入れる").click()
        desk.says("後日の確認を入れました")
    desk.open("/admin/")
    desk.page.get_by_role("link", name="first thing").click()
    desk.confirm()
    expect(desk.page.locator(".next-job")).to_have_text("次の業務へ")
    expect(desk.page.locator(".messagelist")).to_be_focused()
    desk.page.keyboard.press("Tab")
    expect(desk.page.locator(".next-job")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("h1")).to_have_text("確認済みにする")
    desk.shot("next-job")


def test_the_page_on_paper(desk: Desk, case: Any) -> None:
    desk.page.emulate_media(color_scheme="dark")
    desk.log_in("hana@staff.example")
    desk.open(url_of(case))
    desk.page.emulate_media(media="print", color_scheme="dark")
    desk.page.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins
    for hidden in ("#header", "#desk-sidebar", ".page-tools", ".clk-tall", "details.clock-table", "details.others"):
        expect(desk.page.locator(hidden).first).to_be_hidden()
    expect(desk.page.locator(".clk-wide")).to_be_visible()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 703
    assert desk.page.locator(".clk-past").first.evaluate("e => getComputedStyle(e).fill") == "rgb(34, 71, 155)"
    assert desk.page.locator(".card").first.evaluate("e => getComputedStyle(e).borderTopWidth") == "0px"
    pages = PdfReader(BytesIO(desk.page.pdf(format="A4", print_background=True))).pages
    assert len(pages) <= 4
    assert case.number in pages[0].extract_text()
    assert clock.now() == NOON
