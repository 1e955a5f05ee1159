"""300 applications screened by the keyboard: at most three keys for a clean one, nothing judged that nobody pressed for."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import PriorRecord
from config.desk.step import step
from contracts.applications.clearing import CLEAR
from contracts.applications.models import Application, GroundJudgement
from tests.browser.desk import PASSWORD, Desk, Time
from tests.support.applicants import applications, prior
from tests.support.world import World, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = at("2026-11-24T09:00")
LIST = "/admin/applications/screening/"
ALL, EVERY = 300, 15  # every fifteenth has a hit


@pytest.fixture
def desk(page: Page, live_server: Any, committed_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    Time(monkeypatch).stands("2026-11-24T10:00")
    with step("test.password", at=NOW):
        committed_world.staff["rin"].set_password(PASSWORD)
        committed_world.staff["rin"].save()
    desk = Desk(page, live_server.url)
    desk.log_in("rin@staff.example")
    yield desk
    assert desk.failures == []


class Keys:
    """The keyboard, and how often each key was struck."""

    def __init__(self, desk: Desk) -> None:
        self.page, self.struck = desk.page, Counter[str]()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.struck[key] += 1
            self.page.keyboard.press(key)


def on(desk: Desk) -> str:
    """The row that has the focus: its number and what may be done, as the page says."""
    return str(
        desk.page.evaluate(
            "() => { const r = document.activeElement.closest('tbody'); return r.id + ' ' + r.dataset.can }"
        )
    )


def with_hits(rows: list[Application]) -> list[Application]:
    """Those whose mailbox is that of a party with a record."""
    hit = rows[4::EVERY]
    for n, row in enumerate(hit):
        prior(applications(1, NOW, first=1000 + n, corporate_number="", email=row.customer.email)[0].customer, NOW)
    Application.objects.filter(customer__in=PriorRecord.objects.values("customer")).update(state="withdrawn")
    return hit


def test_three_hundred_in_one_morning(desk: Desk, committed_world: World) -> None:
    rows = applications(ALL, NOW)
    hit = with_hits(rows)
    desk.open(LIST)
    keys = Keys(desk)
    keys.press("j")
    _screen_all(desk, keys, rows)
    clean = [row for row in rows if row not in hit]
    expect(desk.page.locator("tbody.sg-row.cleared")).to_have_count(len(clean), timeout=90_000)
    assert keys.struck.total() <= 3 * len(clean)
    assert keys.struck["c"] == len(clean)
    judged = Counter(GroundJudgement.objects.values_list("application_id", flat=True))
    assert judged == {row.pk: 5 for row in clean}
    signed = GroundJudgement.history.values_list("history_user__name", "history_verb", "finding")
    assert set(signed) == {("rin", CLEAR, "clear")}
    assert len(set(GroundJudgement.history.values_list("history_step"))) == len(clean)  # a press for each
    expect(desk.page.locator("tbody.sg-row[data-look='1']")).to_have_count(len(hit))
    desk.shot("screening-cleared")


def _screen_all(desk: Desk, keys: Keys, rows: list[Application]) -> None:
    """Walk down: c where nothing was found, j past what has to be opened."""
    for row in rows:
        here = f"row-{row.pk}"
        if not (shown := on(desk)).startswith(f"{here} "):  # the next fifty are on their way
            desk.page.wait_for_function("id => document.activeElement.closest('tbody')?.id === id", arg=here)
            shown = on(desk)
        keys.press("c" if shown.endswith("clear") else "j")


def test_a_hit_is_opened_judged_and_left_without_leaving_the_list(desk: Desk, committed_world: World) -> None:
    row = with_hits(applications(5, NOW))[0]
    desk.open(LIST)
    keys, page = Keys(desk), desk.page
    keys.press("j", "j", "j", "j", "j", "c")
    expect(page.locator(f"#row-{row.pk} .sg-told")).to_contain_text("事由を開いて")
    keys.press("ArrowRight", "Enter")
    expect(page.locator("#side-title")).to_contain_text("2号")
    assert on(desk).startswith(f"row-{row.pk} ")  # the focus stays in the list
    desk.shot("side-by-side")
    keys.press("Escape")
    expect(page.locator("#grid-side")).to_be_hidden()
    keys.press("Enter")
    expect(page.locator("#side-title")).to_be_visible()
    keys.press("x")
    expect(page.locator("#grid-side")).to_be_hidden()
    keys.press("Enter")
    page.locator("label[for=side-clear]").click()
    page.locator("#side-form textarea").fill("cjka")  # letters that somebody writes are no keys
    page.get_by_role("button", name="判断を記録する").click()
    expect(page.locator(f"#row-{row.pk}")).to_contain_text("判断を記録しました")
    assert on(desk).startswith(f"row-{row.pk} clear")
    keys.press("c")
    expect(page.locator(f"#row-{row.pk}.cleared")).to_be_visible()
    keys.press("a")  # the last row: still on it
    expect(page.locator(f"#row-{row.pk}")).to_contain_text("承諾の通知を確定しました")
    assert [(j.ground, j.reason == "cjka") for j in row.judgements.order_by("ground")] == [
        (n, n == 2) for n in range(1, 6)
    ]
    row.refresh_from_db()
    assert row.state == "accepting"


def test_a_key_held_down_acts_once_and_keys_can_be_switched_off(desk: Desk, committed_world: World) -> None:
    rows = applications(3, NOW)
    desk.open(LIST)
    page = desk.page
    page.keyboard.press("j")
    page.keyboard.down("c")
    page.keyboard.down("c")
    page.keyboard.down("c")
    page.keyboard.up("c")
    expect(page.locator(f"#row-{rows[0].pk}.cleared")).to_be_visible()
    page.get_by_role("button", name="キーで操作する").click()
    expect(page.locator("[data-grid-keys]")).to_be_hidden()
    page.locator(f"#row-{rows[1].pk} a.sg-name").focus()
    page.keyboard.press("c")
    page.locator(f"#row-{rows[2].pk}").get_by_role("button", name="確認済にする").click()  # the mouse still acts
    expect(page.locator(f"#row-{rows[2].pk}.cleared")).to_be_visible()
    assert [row.judgements.count() for row in rows] == [5, 0, 5]


def test_two_clerks_on_one_row(desk: Desk, committed_world: World) -> None:
    row = applications(1, NOW)[0]
    desk.open(LIST)
    committed_world.press(CLEAR, row, by="rin", at=NOW)
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("c")
    told = desk.page.locator(f"#row-{row.pk} .sg-told")
    expect(told).to_have_text("rinが先に確認済にしました。あなたの操作は記録していません。")
    assert GroundJudgement.history.count() == 5


def test_the_first_row_is_there_at_once_and_what_was_half_written_is_given_back(
    desk: Desk, committed_world: World
) -> None:
    rows = applications(3, NOW)
    desk.open(LIST)
    page = desk.page
    expect(page.locator("tbody.sg-row.at")).to_have_id(f"row-{rows[0].pk}")
    page.keyboard.press("ArrowDown")  # from outside the list, into it
    assert on(desk).startswith(f"row-{rows[0].pk} ")
    page.keyboard.press("c")
    expect(page.locator(f"#row-{rows[0].pk}.cleared")).to_be_visible()
    expect(page.locator(".tab-count")).to_have_text(["3件", "2件", "1件"])  # told with the answer
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    sheet = page.locator("#side-form textarea")
    sheet.fill("電話で確かめている")
    page.locator(f"#row-{rows[2].pk} a[data-col='2']").click()
    expect(page.locator("#side-title")).to_contain_text("2号")
    expect(page.locator(f"[data-pk='{rows[2].pk}'] textarea")).to_have_value("")
    page.locator(f"#row-{rows[1].pk} a[data-col='2']").click()
    expect(page.locator(f"[data-pk='{rows[1].pk}'] textarea")).to_have_value("電話で確かめている")
    expect(page.locator("[data-draft]")).to_contain_text("書きかけの判断を戻しました")
    page.locator("label[for=side-clear]").click()
    page.get_by_role("button", name="判断を記録する").click()
    expect(page.locator(f"#row-{rows[1].pk}")).to_contain_text("判断を記録しました")
    page.locator(f"#row-{rows[1].pk} a[data-col='2']").click()
    expect(page.locator("#side-title")).to_be_visible()
    expect(page.locator("[data-draft]")).to_be_hidden()


def test_on_a_small_screen_a_cell_opens_under_its_row(desk: Desk, committed_world: World) -> None:
    row = with_hits(applications(5, NOW))[0]
    first = Application.objects.exclude(state="withdrawn").order_by("pk")[0]
    desk.page.set_viewport_size({"width": 400, "height": 800})
    desk.open(LIST)
    desk.page.locator(f"#row-{first.pk} a[data-col='2']").click()
    expect(desk.page.locator(f"#row-{first.pk} + #grid-under #side-title")).to_be_in_viewport()
    desk.shot("side-by-side-400")
    desk.page.locator("#side-form textarea").press_sequentially("cj")  # inside the list, and yet no keys
    desk.page.locator(f"#row-{row.pk} a[data-col='2']").click()
    expect(desk.page.locator(f"#row-{row.pk} + #grid-under #side-title")).to_be_in_viewport()
    assert not first.judgements.exists()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#grid-under")).to_be_hidden()
    expect(desk.page.locator(f"#row-{row.pk} .sg-name")).to_be_in_viewport()
    desk.page.locator(f"#row-{row.pk} a[data-col='2']").click()
    desk.page.set_viewport_size({"width": 1360, "height": 800})
    expect(desk.page.locator("#grid > #grid-side #side-title")).to_be_visible()
