"""The approver reads what waits one after the other: in order, with what changed, without a session; what others took is passed over."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.desk import clock
from config.desk.pages import url_of, verb_url
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T10:00")
MINUTE = timedelta(minutes=1)
LATER = NOW + 30 * MINUTE
READ = "/admin/decisions/decision/read/"


@pytest.fixture
def mio(world: World) -> Client:
    browser = Client()
    browser.force_login(world.staff["mio"])
    return browser


@pytest.fixture
def three(world: World) -> list[Any]:
    """Two refusals and an exception, in the order in which they were proposed."""
    rows = [world.refusal(NOW), world.refusal(NOW + MINUTE)]
    application = world.judged(NOW + 2 * MINUTE, ground_2="applies")
    given = {"grounds": ["2"], "reason": "是正済", "channels": ["email"]}
    return [*rows, world.press("applications.propose_exception", application, by="rin", at=NOW + 2 * MINUTE, **given)]


def get(browser: Client, url: str, when: Any = LATER) -> Any:
    with clock.standing_at(when):
        return browser.get(url, follow=True)


def text(answer: Any) -> str:
    """Without tags."""
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def where(answer: Any) -> tuple[str, str]:
    """Which decision, and where in the run."""
    html = answer.content.decode()
    place = re.search(r"<span>(\d+ / \d+)</span>", html)
    number = re.search(r"<span>決裁 (D-[\d-]+)</span>", html)
    return number.group(1) if number else "", place.group(1) if place else ""


def ways(answer: Any) -> dict[str, str]:
    """The links of the keys p and n."""
    found = re.findall(r'<a class="btn in-table" href="([^"]+)" data-go="(.)"', answer.content.decode())
    return {key: url.replace("&amp;", "&") for url, key in found}


def test_forth_and_back_and_by_kind(mio: Client, three: list[Any]) -> None:
    first = get(mio, READ)
    assert where(first) == (three[0].number, "1 / 3")
    assert set(ways(first)) == {"n"}
    second = get(mio, ways(first)["n"])
    assert where(second) == (three[1].number, "2 / 3")
    assert where(get(mio, ways(second)["p"])) == (three[0].number, "1 / 3")
    last = get(mio, ways(second)["n"])
    assert (where(last), set(ways(last))) == ((three[2].number, "3 / 3"), {"p"})
    for said in ("すべて 3", "申込の不承諾 2", "例外としての承諾 1"):
        assert said in last.content.decode()
    only = get(mio, f"{READ}?kind=applications.exception")
    assert where(only) == (three[2].number, "1 / 1")
    assert "batch-bar" not in get(mio, url_of(three[0])).content.decode()


def judge(mio: Client, answer: Any, key: str, **given: str) -> Any:
    """Press on the page, as its form says."""
    html = answer.content.decode()
    action = re.search(r'form id="decision-form" method="post" action="([^"]+)"', html)
    back = re.search(r'formaction="([^"]+)"', html)
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert action
    assert back
    assert seen
    url = (back if key == "send_back" else action).group(1).replace("&amp;", "&")
    with clock.standing_at(LATER):
        return mio.post(url, {"reason": "見た", "seen": seen.group(1)} | given, follow=True)


def test_each_judgement_leads_to_the_next_and_the_last_back_home(mio: Client, three: list[Any]) -> None:
    page = get(mio, f"{READ}?from=home")
    page = get(mio, ways(page)["n"])
    page = judge(mio, page, "approve")
    assert where(page) == (three[2].number, "2 / 2")
    assert "承認しました" in page.content.decode()
    page = judge(mio, page, "send_back")
    assert where(page) == (three[0].number, "1 / 1")  # what was passed over comes at the end
    page = judge(mio, page, "approve")
    assert "続けて読む決裁は、ほかにありません。" in page.content.decode()
    assert page.redirect_chain[-1][0] == "/admin/"
    assert [type(d)._default_manager.get(pk=d.pk).state for d in three] == ["approved", "approved", "returned"]


def test_what_somebody_took_meanwhile_is_passed_over_with_a_sentence(
    world: World, mio: Client, three: list[Any]
) -> None:
    page = get(mio, READ)
    world.press("decisions.approve", three[1], by="ken", at=LATER)
    after = get(mio, ways(page)["n"])
    assert where(after) == (three[2].number, "2 / 2")
    assert f"決裁 {three[1].number} は飛ばしました。この決裁は、kenが 10:30 に承認しました。" in text(after)
    world.press("decisions.approve", three[2], by="ken", at=LATER)
    told = judge(mio, after, "approve")
    assert (
        told.status_code,
        "kenが 10:30 に承認しました。あなたの操作は行われていません。" in told.content.decode(),
    ) == (409, True)
    assert f"{READ}?kind=all&amp;after={three[2].pk}" in told.content.decode()  # the way on


def test_what_one_wrote_oneself_is_not_in_the_run(world: World, three: list[Any]) -> None:
    own = world.termination(at("2026-10-01T10:00"), by="ken")
    browser = Client()
    browser.force_login(world.staff["ken"])
    assert where(get(browser, READ))[1] == "1 / 3"
    passed = text(get(browser, f"{url_of(own)}?read=all"))
    assert f"決裁 {own.number} は飛ばしました。起案した人と内容を変えた人は、承認できません。" in passed
    browser.force_login(world.staff["rin"])
    assert get(browser, READ).status_code == 403


def test_the_ways_in(world: World, mio: Client, three: list[Any]) -> None:
    assert f"{READ}?kind=all&amp;from=home" in get(mio, "/admin/").content.decode()
    assert (
        f"{READ}?kind=applications.refusal"
        in get(mio, "/admin/decisions/decision/?kind=applications.refusal").content.decode()
    )
    mio.force_login(world.staff["rin"])
    assert READ not in get(mio, "/admin/").content.decode()


def test_a_page_of_the_run_asks_no_more_with_many(world: World, mio: Client, three: list[Any]) -> None:
    def asked() -> int:
        with clock.standing_at(LATER), CaptureQueriesContext(connection) as queries:
            assert mio.get(f"{url_of(three[0])}?read=all").status_code == 200
        return len(queries)

    asked()
    few = asked()
    for n in range(3):
        world.refusal(NOW + (3 + n) * MINUTE)
    assert asked() == few


# --- what changed -------------------------------------------------------------------------------------------------


def card(answer: Any) -> str:
    found = re.search(r'id="since">(.*?)</section>', answer.content.decode(), re.DOTALL)
    return re.sub(r"[ \n]+", " ", found.group(1)) if found else ""


def test_after_a_return_old_and_new_of_the_proposal_and_of_its_subject(world: World, mio: Client) -> None:
    decision = world.refusal(NOW)
    world.press(
        "decisions.edit", decision, by="rin", at=NOW + MINUTE, reason="前の契約での違反のため", because="書き足した"
    )
    world.press(
        "applications.judge_ground",
        decision.subject,
        by="rin",
        at=NOW + 2 * MINUTE,
        ground=5,
        finding="checking",
        reason="照会した",
    )
    world.press("decisions.send_back", decision, by="mio", at=NOW + 3 * MINUTE, reason="番号も書いてください")
    assert "起案の後に変わった記録" not in card(get(mio, url_of(decision)))
    world.press(
        "applications.judge_ground",
        decision.subject,
        by="rin",
        at=NOW + 4 * MINUTE,
        ground=5,
        finding="clear",
        reason="回答は白",
    )
    world.press(
        "applications.judge_ground",
        decision.subject,
        by="rin",
        at=NOW + 4 * MINUTE,
        ground=2,
        finding="applies",
        reason="V-2025-000003",
    )
    world.press("decisions.edit", decision, by="rin", at=NOW + 5 * MINUTE, reason="V-2025-000003 の違反のため")
    shown = card(get(mio, f"{READ}"))
    assert "差戻しの後の変更" in shown
    assert "mioが 11/2（月）10:03 に差し戻しました" in shown
    assert "番号も書いてください" in shown
    for old, new in (
        ("前の契約での違反のため", "V-2025-000003 の違反のため"),
        ("2号　規約に違反した：該当する（記録による）", "2号　規約に違反した：該当する（V-2025-000003）"),
        ("5号　その他不適当：該当しない（記録による）", "5号　その他不適当：該当しない（回答は白）"),
    ):
        assert f"<del>{old}</del><ins>{new}</ins>" in shown
    assert shown.count("<del>") == 3
    assert "前の違反のため" not in shown  # what was before the proposer's last version is no news


def test_returned_and_given_again_unchanged_says_so(world: World, mio: Client) -> None:
    decision = world.refusal(NOW)
    world.press("decisions.send_back", decision, by="mio", at=NOW + MINUTE, reason="確かめてください")
    world.press("decisions.edit", decision, by="rin", at=NOW + 2 * MINUTE, reason="前の違反のため")
    assert "差戻しの前と同じです" in card(get(mio, url_of(decision)))


def test_a_record_that_changed_after_the_proposal(world: World, mio: Client) -> None:
    decision = world.refusal(NOW)
    assert card(get(mio, url_of(decision))) == ""
    world.press(
        "applications.judge_ground",
        decision.subject,
        by="rin",
        at=NOW + MINUTE,
        ground=1,
        finding="applies",
        reason="未払い",
    )
    shown = card(get(mio, url_of(decision)))
    assert "起案の後に変わった記録" in shown
    assert (
        "<del>1号　料金の支払いを怠った：該当しない（記録による）</del><ins>1号　料金の支払いを怠った：該当する（未払い）</ins>"
        in shown
    )
    assert verb_url("decisions.approve", decision) in get(mio, url_of(decision)).content.decode()
