"""A letter's life in the browser: its words, the print run, the post office, the envelope that comes back, the proof."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from config.desk.step import step
from notices.models import Notice, PrintRun
from tests.browser.desk import PASSWORD, Desk, Time
from tests.support.world import World, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "本書の到着を待たず、速やかにご対応くださいますようお願い申し上げます。"
TRACKING = "123-45-67890-3"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
def desk(
    committed_world: World, page: Page, live_server: Any, time: Time, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    monkeypatch.setattr("django.conf.settings.LETTER_RENDERER", "pdf")
    time.stands("2026-11-02T09:00")
    with step("test.passwords", at=at("2026-11-02T09:00")):
        for person in committed_world.staff.values():
            person.set_password(PASSWORD)
            person.save()
    desk = Desk(page, live_server.url)
    yield desk
    assert desk.failures == []


def _pdf(desk: Desk, path: str) -> list[str]:
    """The text of each page of a download, without spaces."""
    answer = desk.page.request.get(f"{desk.base}{path}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.body())).pages]


def _edit_words(desk: Desk) -> None:
    """法務 adds a paragraph; the letter at the right follows; it holds from the next day on."""
    desk.log_in("aki@staff.example")
    desk.open("/admin/notices/wording/violations.correction/")
    desk.follow("文面を起案する")
    desk.confirm()
    desk.follow("文面を直す")
    field = desk.page.locator("#verb-form [name=paragraphs]")
    field.fill(f"{field.input_value()}\n\n{WORDS}")
    expect(desk.page.locator("#preview-letter")).to_contain_text(WORDS)
    desk.shot("wording-editor")
    desk.confirm()
    desk.follow("文面を確定する")
    desk.fill(in_force_from="2026-11-03", reason="お願いを明らかにするため")
    desk.confirm()
    desk.shows("第2版")


def _order(desk: Desk, time: Time, world: World, case: Any) -> Notice:
    time.stands("2026-11-03T10:00")
    desk.log_in("hana@staff.example")
    desk.open(f"/admin/verb/violations.send_correction_notice/{case.pk}/")
    desk.choose("channels", "post")
    desk.fill(demand="貸与をやめること", reason="事実を先方が認めたため")
    expect(desk.page.locator("#preview-letter")).to_contain_text(WORDS)
    desk.confirm()
    time.worker()
    return world.correction(case)


def _print(desk: Desk, time: Time, notice: Notice) -> PrintRun:
    """受付 chooses, fixes the list, gets the file, and has it posted."""
    desk.log_in("rin@staff.example")
    desk.open("/admin/verb/notices.open_print_run/")
    desk.choose("postage", "ordinary")
    desk.confirm()
    run = PrintRun.objects.get()
    desk.follow("一覧を確定する")
    desk.confirm()
    time.worker()
    desk.open(f"/admin/notices/printrun/{run.pk}/change/")
    desk.shot("print-run")
    (sheet,) = _pdf(desk, f"/admin/notices/runs/{run.pk}/pdf/")
    assert str(notice.number) in sheet
    assert WORDS in sheet
    time.stands("2026-11-03T16:00")
    desk.follow("まとめて差出しを記録する")
    desk.fill(posted_at="2026-11-03T15:30", office="見本郵便局")
    desk.confirm()
    time.worker()
    run.refresh_from_db()
    assert run.state == "posted"
    return run


def _track(desk: Desk, notice: Notice) -> None:
    desk.open("/admin/notices/tracking/")
    desk.page.locator("#lines").fill(f"{notice.number}\t{TRACKING}")
    desk.submit(desk.page.get_by_role("button", name="内容を確かめる"))
    desk.submit(desk.page.get_by_role("button", name="1件を記録する"))
    desk.says("追跡番号")


def _comes_back(desk: Desk, time: Time, notice: Notice) -> None:
    """The scanner types what the code says, and Enter."""
    time.stands("2026-11-06T11:00")
    desk.open("/admin/notices/returned/")
    expect(desk.page.locator("#scan")).to_be_focused()
    desk.page.keyboard.type(str(notice.number))
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    desk.page.locator("#return-form [name=ground]").first.check(force=True)
    desk.shot("returned")
    desk.submit(desk.page.get_by_role("button", name="返戻を記録する"))
    time.worker()


def _other_way(desk: Desk, time: Time, world: World, case: Any, notice: Notice) -> Notice:
    desk.log_in("hana@staff.example")
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name="別の方法で送る").first.click()
    desk.choose("channels", "email")
    desk.fill(demand="貸与をやめること", reason="郵送分が返戻されたため")
    desk.confirm()
    time.worker()
    again = world.correction(case)
    assert (again.pk != notice.pk, again.state, again.email is not None) == (True, "dispatched", True)
    return again


def test_a_letter_from_its_words_to_its_proof(desk: Desk, time: Time, committed_world: World) -> None:
    case = committed_world.case(at("2026-11-02T09:00"))
    _edit_words(desk)
    notice = _order(desk, time, committed_world, case)
    _print(desk, time, notice)
    _track(desk, notice)
    _comes_back(desk, time, notice)
    notice.refresh_from_db()
    post = Notice.objects.get(pk=notice.pk).post
    assert post is not None
    assert (post.state, post.tracking_number, notice.content.wording_version) == ("returned", TRACKING, "第2版")
    again = _other_way(desk, time, committed_world, case, notice)
    desk.log_in("aki@staff.example")
    for letter, words in ((notice, "返戻"), (again, "メール")):
        desk.open(f"/admin/notices/notice/{letter.pk}/change/")
        desk.shows("発送証明")
        (sheet,) = _pdf(desk, f"/admin/notices/proof/{letter.pk}/")
        assert all(said in sheet for said in ("発送証明書", str(letter.number), letter.content.sha256, words))
