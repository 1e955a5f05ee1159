"""The main job in the browser, in Japanese, by different people: from the CSV to the end of a contract."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from config.desk.models import HouseSetting
from config.desk.step import step
from contracts.applications.intake import COLUMNS
from contracts.applications.models import Application
from contracts.licenses.models import Subscription
from contracts.violations.models import Violation
from tests.browser.desk import PASSWORD, Desk, Time
from tests.support.world import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = {"rin": "受付", "hana": "契約", "ken": "承認", "aki": "法務"}
TERMS = """第 1条（総則）
1． この試験のための規約です。
2． 二つ目の項です。
第 2条（定義）
用語は次のとおりとします。
(1). 「当社」とは、試験の会社をいいます。
(2). 「利用者」とは、利用する人をいいます。
"""
APPLICANTS = [
    {
        "受付番号": "WEB-2026-00001",
        "法人名・氏名": "株式会社みどり丘印刷",
        "フリガナ": "ミドリオカインサツ",
        "メールアドレス": "info@midorioka.example",
    },
    {
        "受付番号": "WEB-2026-00002",
        "法人名・氏名": "有限会社あさひ灯油",
        "フリガナ": "アサヒトウユ",
        "メールアドレス": "info@asahi-toyu.example",
    },
    {"受付番号": "WEB-2026-00003", "法人名・氏名": "", "フリガナ": "ナナシ", "メールアドレス": "info@nanashi.example"},
]
COMMON = {
    "申込日時": "2026/11/01 15:24", "申込経路": "営業", "区分": "法人", "法人番号": "7000012050002", "郵便番号": "160-0023", "都道府県": "東京都",
    "市区町村": "新宿区", "町域番地": "西新宿1丁目30番6号", "電話番号": "03-0000-0000", "希望ライセンス数": "20", "規約同意": "はい",
    "同意規約版": "2025-04-01",
}  # fmt: skip


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
def desk(page: Page, live_server: Any, time: Time, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    time.stands("2026-11-02T09:00")
    _people_and_terms(tmp_path)
    desk = Desk(page, live_server.url)
    yield desk
    assert desk.failures == []


def _people_and_terms(tmp_path: Path) -> None:
    for name, role in PEOPLE.items():
        get_user_model().objects.create_user(f"{name}@staff.example", PASSWORD, name=name, roles=[role])
    (tmp_path / "terms.txt").write_text(TERMS)
    call_command("import_terms", str(tmp_path / "terms.txt"), "--number", "2025-04-01", "--effective", "2025-04-01")
    with step("test.settings", at=at("2026-11-02T09:00")):
        HouseSetting.objects.create(key="email_wait_minutes", value="0")


def _csv(tmp_path: Path) -> Path:
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="")
    rows.writeheader()
    rows.writerows(COMMON | applicant for applicant in APPLICANTS)
    path = tmp_path / "申込.csv"
    path.write_bytes(text.getvalue().encode("cp932"))
    return path


def _take_in(desk: Desk, path: Path) -> None:
    desk.log_in("rin@staff.example")
    desk.shot("home-empty")
    desk.open("/admin/applications/import/")
    desk.page.locator("input[type=file]").set_input_files(path)
    desk.submit(desk.page.locator("#content-main button[type=submit]").first)
    desk.shot("import-preview")
    desk.submit(desk.page.locator("#content-main .confirm-bar button[type=submit]"))
    desk.shot("import-result")


def _application(source: str) -> Application:
    return Application.objects.get(source_number=source)


def _judge(desk: Desk, application: Application, findings: dict[int, str]) -> None:
    desk.open(f"/admin/applications/application/{application.pk}/change/")
    for ground, finding in findings.items():
        row = desk.page.locator(f"#ground-{ground}")
        row.locator(f"label[for=g{ground}-{finding}]").click()
        row.get_by_role("textbox").fill("記録と電話で確かめた")
    desk.page.locator("#grounds-form").get_by_role("button", name="記録する").click()
    desk.says(f"{len(findings)}件の判断を記録しました。")
    for ground in findings:
        expect(desk.page.locator(f"#ground-{ground}")).to_contain_text("rin")


def _verb(desk: Desk, key: str, pk: int) -> None:
    desk.open(f"/admin/verb/{key}/{pk}/")


def _refuse(desk: Desk, time: Time) -> None:
    application = _application("WEB-2026-00002")
    _judge(desk, application, {1: "clear", 2: "applies"})
    desk.shot("application")
    desk.press("不承諾を起案する")
    desk.choose("grounds", "2")
    desk.fill(reason="過去の違反が是正されていないため")
    desk.shot("verb-refusal")
    desk.confirm()
    desk.shows("承認待ち")
    time.stands("2026-11-02T10:30")
    desk.log_in("ken@staff.example")
    desk.page.get_by_role("link", name="申込の不承諾").first.click()
    desk.shot("decision")
    desk.confirm()
    time.worker()
    desk.open(f"/admin/applications/application/{application.pk}/change/")
    desk.shows("不承諾")
    application.refresh_from_db()
    assert application.state == "refused"


def _accept_and_start(desk: Desk, time: Time) -> Subscription:
    application = _application("WEB-2026-00001")
    desk.log_in("rin@staff.example")
    _judge(desk, application, dict.fromkeys(range(1, 6), "clear"))
    desk.press("承諾する")
    desk.shot("verb-accept")
    desk.choose("channels", "email")
    desk.fill(reason="五つの事由のどれにも当たらないため")
    desk.confirm()
    time.worker()
    application.refresh_from_db()
    subscription = application.subscription
    assert subscription is not None
    assert subscription.state == "formed"
    time.stands("2026-11-02T11:00")
    desk.log_in("hana@staff.example")
    _verb(desk, "licenses.hand_over", subscription.pk)
    desk.fill(
        admin_url="https://admin.akatsuki.example/t/midorioka",
        admin_id="mido-admin",
        password="Xk7-first-use",
        reason="準備が整った",
    )
    desk.choose("channels", "email")
    desk.shot("verb-hand-over")
    desk.confirm()
    time.worker()
    subscription.refresh_from_db()
    assert subscription.state == "active"
    assert "Xk7-first-use" in mail.outbox[-1].body
    return subscription


def _open_case(desk: Desk, subscription: Subscription) -> Violation:
    desk.open("/admin/verb/violations.open/")
    desk.fill(
        customer=subscription.customer.number,
        source="監視の記録",
        facts="管理者用の認証情報を社外の2名に貸与している",
        reason="監視の記録による",
    )
    desk.confirm()
    desk.shows("調査中")
    desk.press("違反事項を認定する")
    desk.choose("clause", "9(2)", "17(1)(4)")
    desk.choose("finding", "act")
    desk.fill(
        facts="管理者用の認証情報（末尾 rt21）を、社外の2名が共用していること",
        evidence="接続記録51件",
        reason="記録と電話の内容が一致したため",
    )
    desk.confirm()
    desk.shows("違反と認定")
    return Violation.objects.get()


def _notify(desk: Desk, time: Time, case: Violation) -> None:
    time.stands("2026-11-12T10:42")
    desk.open(f"/admin/violations/violation/{case.pk}/change/")
    desk.follow("是正通知を確定する")
    desk.choose("channels", "email", "post")
    desk.fill(demand="共用をやめ、パスワードを変更すること", reason="貸与の事実を先方が認めたため")
    expect(desk.page.locator("#preview-letter")).to_contain_text("共用をやめ")
    desk.shot("verb-correction")
    desk.confirm()
    time.worker()
    time.stands("2026-11-13T15:30")
    notice = _correction(case)
    _verb(desk, "notices.mark_posted", notice.pk)
    desk.fill(posted_at="2026-11-13T15:00", tracking_number="123-45-67890-3", reason="差し出した")
    desk.choose("postage", "ordinary")
    desk.confirm()
    desk.open(f"/admin/violations/violation/{case.pk}/change/")
    desk.shows("是正期間中")
    desk.shot("case-curing")


def _correction(case: Violation) -> Any:
    from notices.models import Notice

    return Notice.objects.about(case, "violations.correction").get()


def _too_early(desk: Desk, time: Time, case: Violation) -> None:
    time.stands("2026-11-30T23:59:59")
    desk.open(f"/admin/violations/violation/{case.pk}/change/")
    button = desk.page.locator(".page-tools a", has_text="終了を起案する")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_contain_text("12/1 から")
    _verb(desk, "violations.propose_termination", case.pk)
    desk.page.locator(".not-yet > summary").click()
    desk.fill(reason="是正がない")
    desk.page.locator(".confirm-bar button.primary").evaluate(
        "button => { button.removeAttribute('aria-disabled'); button.click(); }"
    )
    desk.says("12月1日（火）0:00 からできます")
    desk.shot("too-early")


def _terminate(desk: Desk, time: Time, case: Violation) -> None:
    time.stands("2026-12-01T09:00")
    time.worker()
    _verb(desk, "violations.confirm_uncured", case.pk)
    desk.fill(checked_at="2026-12-01T08:55", how="接続記録を確認", reason="期限の翌日に確かめた")
    desk.confirm()
    desk.press("終了を起案する")
    desk.fill(reason="再三の連絡にも応答がなく、貸与が続いているため")
    desk.choose("channels", "email", "post")
    desk.shot("verb-termination")
    desk.confirm()
    desk.log_in("ken@staff.example")
    desk.page.get_by_role("link", name="利用契約の終了").first.click()
    desk.shot("decision-termination")
    desk.confirm()
    time.worker()
    case.refresh_from_db()
    assert case.state == "terminated"
    assert case.subscription.state == "ended"


def _audit(desk: Desk, case: Violation) -> None:
    desk.log_in("aki@staff.example")
    desk.open(f"/admin/violations/violation/{case.pk}/change/")
    for told in (
        "契約終了",
        "終了を起案した",
        "再三の連絡にも応答がなく",
        "第23条第1項",
        "承認した",
        "未是正を確認した",
    ):
        desk.shows(told)
    expect(desk.page.locator(".page-tools a")).to_have_count(0)
    desk.shot("case-terminated")
    desk.open("/terms/clause/23(1)/")
    desk.shot("clause")


def test_from_the_file_to_the_end_of_a_contract(desk: Desk, time: Time, tmp_path: Path) -> None:
    _take_in(desk, _csv(tmp_path))
    assert Application.objects.count() == 2
    _refuse(desk, time)
    subscription = _accept_and_start(desk, time)
    case = _open_case(desk, subscription)
    _notify(desk, time, case)
    _too_early(desk, time, case)
    _terminate(desk, time, case)
    _audit(desk, case)
