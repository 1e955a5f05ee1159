"""One true story on the screens of four people, each at a desk of their own: from a report to what legal reads years later."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from config.desk.step import step
from contracts.decisions.models import Decision
from contracts.incoming.models import Incoming
from contracts.violations.models import Violation
from notices.models import Notice
from tests.browser.desk import PASSWORD, Desk, Time
from tests.support.world import World, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = {"rin": "受付", "hana": "契約", "mio": "承認", "aki": "法務"}
Sits = Callable[[str], Desk]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
def contract(committed_world: World) -> Any:
    """In use since October; the four can log in."""
    for name in PEOPLE:
        with step("test.password", at=at("2026-10-01T09:00")):
            user = committed_world.staff[name]
            user.set_password(PASSWORD)
            user.save()
    return committed_world.subscription(at("2026-10-01T10:00"))


@pytest.fixture
def sits(browser: Browser, browser_context_args: Any, live_server: Any, contract: Any, time: Time) -> Iterator[Sits]:
    """Each person's own page, logged in once."""
    time.stands("2026-11-02T09:00")
    desks: dict[str, Desk] = {}
    contexts = [browser.new_context(**browser_context_args) for _ in PEOPLE]
    for name, context in zip(PEOPLE, contexts, strict=True):
        desks[name] = Desk(context.new_page(), live_server.url)
        desks[name].log_in(f"{name}@staff.example")
    yield desks.__getitem__
    assert {name: desk.failures for name, desk in desks.items() if desk.failures} == {}
    for context in contexts:
        context.close()


def verb(desk: Desk, key: str, row: Any = None, *, shot: str = "", **fields: Any) -> None:
    """Open the page of a verb, fill it, confirm. Lists are ticked, texts are typed."""
    desk.open(f"/admin/verb/{key}/{row.pk}/" if row is not None else f"/admin/verb/{key}/")
    for name, value in fields.items():
        if isinstance(value, list):
            desk.choose(name, *value)
        else:
            desk.fill(**{name: value})
    if shot:
        desk.shot(f"four-{shot}")
    desk.confirm()


def page(desk: Desk, case: Violation) -> None:
    desk.open(f"/admin/violations/violation/{case.pk}/change/")


def report_becomes_a_case(rin: Desk, hana: Desk, contract: Any) -> Violation:
    said = "社外の人が管理画面に入っていると、取引先から電話があった"
    verb(rin, "incoming.call_note", summary=said, customer=contract.customer.number, shot="rin-call-note")
    note = Incoming.objects.get()
    assert note.taken_by.name == "rin"
    opened = {
        "customer": contract.customer.number,
        "source": f"通報（{note.number}）",
        "facts": said,
        "reason": "通報による",
    }
    verb(hana, "violations.open", **opened)
    case = Violation.objects.get()
    verb(hana, "incoming.link", note, about=case.number, reason="この案件の通報")
    found = {
        "clause": ["9(2)"],
        "finding": ["act"],
        "facts": "認証情報を社外の2名が共用していること",
        "evidence": "接続記録51件",
    }
    verb(hana, "violations.confirm_item", case, reason="記録と電話が一致したため", **found)
    page(hana, case)
    for told in ("違反と認定", note.number):
        hana.shows(told)
    return case


def notice_goes_and_half_of_it_comes_back(rin: Desk, hana: Desk, time: Time, case: Violation) -> Notice:
    ordered = {
        "channels": ["email", "post"],
        "demand": "共用をやめ、パスワードを変更すること",
        "reason": "事実を先方が認めたため",
    }
    verb(hana, "violations.send_correction_notice", case, shot="hana-correction", **ordered)
    time.worker()
    notice = Notice.objects.about(case, "violations.correction").get()
    time.stands("2026-11-02T16:00")
    verb(rin, "notices.mark_posted", notice, posted_at="2026-11-02T15:30", postage=["ordinary"], reason="差し出した")
    time.stands("2026-11-09T10:00")
    back = {"channel": ["post"], "returned_at": "2026-11-09T09:30", "reason": "あて所に尋ねあたりません"}
    verb(rin, "notices.record_return", notice, **back)
    time.worker()
    page(hana, case)  # while the e-mail stands a return only warns, and the home page asks nothing
    for told in ("返戻", "あて所に尋ねあたりません", "是正期間中"):
        hana.shows(told)
    hana.shot("four-hana-returned")
    return notice


def fourteen_days_pass(hana: Desk, time: Time, case: Violation) -> Decision:
    time.stands("2026-11-19T23:59:59")
    page(hana, case)
    expect(hana.page.locator(".page-tools a", has_text="終了を起案する")).to_contain_text("11/20 から")
    time.stands("2026-11-20T09:00")
    time.worker()
    verb(
        hana,
        "violations.confirm_uncured",
        case,
        checked_at="2026-11-20T08:50",
        how="接続記録を確認",
        reason="期限の翌日に見た",
    )
    verb(hana, "violations.propose_termination", case, reason="応答がない", channels=["email"], shot="hana-termination")
    return Decision.objects.get(kind="violations.termination")


def decided_by_two(hana: Desk, mio: Desk, time: Time, case: Violation, decision: Decision) -> None:
    mio.open("/")
    mio.page.get_by_role("link", name="利用契約の終了").first.click()
    mio.shot("four-mio-decision")
    verb(mio, "decisions.send_back", decision, reason="連絡の経緯を書き足してください")
    page(hana, case)
    hana.open(f"/admin/decisions/decision/{decision.pk}/change/")
    hana.shows("連絡の経緯を書き足してください")
    why = "三度の電話と二通のメールに応答がなく、共用が続いているため"
    verb(hana, "decisions.edit", decision, reason=why, edit_reason="経緯を書き足した")
    time.stands("2026-11-20T10:00")
    mio.open(f"/admin/decisions/decision/{decision.pk}/change/")
    mio.shows("三度の電話")
    mio.confirm()
    time.worker()
    case.refresh_from_db()
    assert (case.state, case.subscription.state) == ("terminated", "ended")


def legal_reads(aki: Desk, case: Violation, notice: Notice) -> None:
    page(aki, case)
    for told in (
        "契約終了",
        "差し戻した",
        "連絡の経緯を書き足してください",
        "経緯を書き足した",
        "承認した",
        "未是正を確認した",
        str(notice.number),
    ):
        aki.shows(told)
    expect(aki.page.locator(".page-tools a")).to_have_count(0)
    aki.shot("four-aki-case")
    aki.open("/terms/clause/23(1)/")
    aki.shows("第23条第1項")
    aki.shot("four-aki-clause")


def test_a_report_becomes_the_end_of_a_contract(sits: Sits, contract: Any, time: Time) -> None:
    rin, hana, mio, aki = (sits(name) for name in PEOPLE)
    case = report_becomes_a_case(rin, hana, contract)
    notice = notice_goes_and_half_of_it_comes_back(rin, hana, time, case)
    decision = fourteen_days_pass(hana, time, case)
    decided_by_two(hana, mio, time, case, decision)
    legal_reads(aki, case, notice)
    assert {e.user.name for e in decision.editors.all()} == {"hana"}
