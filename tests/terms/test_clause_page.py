"""The page of a clause: all that runs under it, as often asked for many rows as for few; the lists that it leads to; the glossary."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.desk import clock
from contracts.terms import glossary
from tests.applications.test_rescission_consequences import rescinded
from tests.support.world import World, at
from tests.terms.test_commands import INVENTED
from tests.terms.test_reference_report import take_in

pytestmark = [pytest.mark.django_db]
BEGUN, NOW = at("2026-11-02T10:00"), at("2026-11-20T10:00")
MOST = 60  # queries of a page; the sidebar takes a few


@pytest.fixture
def hana(world: World) -> Client:
    """契約, logged in; what is read once a process has been read."""
    client = Client()
    client.force_login(world.staff["hana"])
    look(client, "23(1)")
    return client


def look(client: Client, ref: str) -> str:
    with clock.standing_at(NOW):
        return client.get(f"/terms/clause/{ref}/").content.decode()


def suspended(world: World) -> Any:
    contract = world.subscription(BEGUN)
    given = {"customer": contract.customer, "ground": "leaked", "facts": "公開の掲示板にある", "channels": ["email"]}
    decision = world.do("measures.propose_credential_suspension", None, by="hana", at=NOW, **given)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    return contract


def test_what_runs_under_the_clause_is_there_with_a_way_to_its_list(world: World, hana: Client) -> None:
    world.uncured_case(BEGUN)
    case = world.curing_case(NOW)
    contract = suspended(world)
    shown = look(hana, "23(1)")
    for words in (
        "この条項で進行中の期限",
        "途中の決裁",
        "発送を待つ通知",
        "対応中の違反案件",
        case.number,
        "是正期間",
        "/admin/violations/violation/?under=23(1)&amp;open=yes",
    ):
        assert words in shown, words
    shown = look(hana, "9(4)")
    for words in (
        "いま止まっている利用",
        contract.number,
        "認証情報の使用停止",
        "/admin/verb/",
        "/admin/measures/measure/?under=9(4)",
    ):
        assert words in shown, words
    waiting = world.application(NOW)
    judged = world.judged(NOW, ground_2="applies")
    shown = look(hana, "6(3)")
    assert waiting.number in shown
    assert judged.number in shown
    shown = look(hana, "6(3)(2)")
    assert (waiting.number in shown, judged.number in shown) == (False, True)
    assert "承諾を決めていない申込はありません" in look(hana, "6(4)")


def test_the_lists_keep_to_the_clause(world: World, hana: Client) -> None:
    case, contract = world.curing_case(NOW), suspended(world)
    rescinded(world, world.subscription(BEGUN))
    with clock.standing_at(NOW):
        for address, inside, outside in (
            ("/admin/violations/violation/?under=9(2)", case.number, contract.number),
            ("/admin/deadlines/deadline/?under=23(1)", "是正期間", "取消しの金銭の扱い"),
            ("/admin/deadlines/deadline/?under=13(4)", "取消しの金銭の扱い", "是正期間"),
            ("/admin/decisions/decision/?under=6(3)&state__exact=carried_out", "承諾の取消し", "認証情報の使用停止"),
            ("/admin/notices/notice/?under=8(3)", "認証情報の通知", "承諾の通知"),
            ("/admin/closing/closing/?under=6(3)", "6条", "ありません"),
        ):
            table = hana.get(address).content.decode().partition('id="result_list"')[2].partition("</table>")[0]
            assert (inside in table, outside in table) == (True, False), address
        assert hana.get("/admin/decisions/decision/?under=nonsense").status_code in (200, 302)


def test_the_page_asks_as_often_for_many_as_for_few(world: World, hana: Client) -> None:
    def asked(ref: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            look(hana, ref)
        return len(queries)

    def add() -> None:
        world.curing_case(NOW)
        suspended(world)
        world.judged(NOW, ground_2="applies")

    add()
    few = {ref: asked(ref) for ref in ("23(1)", "9(4)", "6(3)", "6")}
    for _ in range(3):
        add()
    many = {ref: asked(ref) for ref in few}
    assert many == few
    assert max(few.values()) <= MOST


def test_who_sees_no_cases_sees_none_under_a_clause(world: World) -> None:
    case = world.curing_case(NOW)
    client = Client()
    client.force_login(world.staff["gen"])
    shown = look(client, "23(1)")
    assert case.number not in shown
    assert "この条項による手続" in shown


def test_values_in_force_since_when_by_whom_and_their_history(world: World, hana: Client) -> None:
    from contracts.terms.models import TermsVersion

    version = TermsVersion.objects.get()
    given = {"cure_days": "21", "in_force_from": "2026-11-20", "reason": "春の見直し"}
    world.press("terms.set_parameters", version, by="aki", at=NOW, **given)
    shown = look(hana, "23(1)")
    for words in ("21日", "14日", "以前の値", "春の見直し", "aki", "読み方"):
        assert words in shown, words
    assert "21日" not in look(hana, "22(1)")


# --- the glossary -------------------------------------------------------------------------------------------------------


def test_the_words_are_found_whatever_the_script_and_shown_beside_the_imported_text(
    world: World, hana: Client, tmp_path: Any
) -> None:
    take_in(tmp_path, INVENTED, "2026-01-01")
    with clock.standing_at(NOW):
        for text in ("にんしょう", "ニンショウ", "認証情報", "パスワード　意味"):
            assert "管理用のURL、ID、パスワード" in hana.get("/terms/words/", {"q": text}).content.decode(), text
        assert "あてはまる用語はありません" in hana.get("/terms/words/", {"q": "存在しない語"}).content.decode()
        assert "/terms/words/" in hana.get("/terms/").content.decode()


def test_the_words_of_the_house_are_all_explained() -> None:
    """Those that the design names (architecture, section 8)."""
    known = {word.word for word in (*glossary.DEFINED, *glossary.HOUSE)}
    assert {
        "利用者", "利用希望者", "利用申込", "不承諾事由", "承諾", "取消し", "利用契約", "ライセンス", "利用開始日", "認証情報", "違反", "是正通知",
        "是正期間", "措置", "中断", "停止", "廃止", "利用終了", "遅延損害金", "適格請求書", "決裁", "期限", "異議", "発送", "到達", "返戻", "受信簿", "台帳",
    } <= known  # fmt: skip
