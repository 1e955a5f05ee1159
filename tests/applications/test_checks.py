"""The automatic checks against the database: who is found, on which ground, how strongly; and in how many queries."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from accounts.workflow import register_customer
from config.desk import clock
from config.desk.pages import list_url, url_of
from config.desk.step import step
from contracts.applications import checks
from contracts.applications.checks import material
from contracts.applications.models import Application, Ground
from contracts.rules.town import agrees, towns_of
from contracts.terms import stories as terms
from tests.support.applicants import application, applications, corporate_number, party, prior
from tests.support.world import World, at

NOW, BEFORE = at("2026-11-24T10:00"), at("2026-06-01T10:00")
MINE = party(1)


def levels(row: Application) -> dict[int, str]:
    return {ground.value: checks.worst(found).level for ground, found in checks.hits(row).items()}


def customer(**other: Any) -> Customer:
    with clock.standing_at(BEFORE), step("test.customer", at=BEFORE):
        return register_customer(at=BEFORE, **party(2, **other))


@pytest.fixture
def mine(db: None) -> Application:
    """An application in which nothing is found as long as nobody else is there."""
    with clock.standing_at(at("2000-01-01")), step("test.begin", at=at("2000-01-01")):
        terms.begin()
    return applications(1, NOW, first=1)[0]


def test_nothing_is_found_where_there_is_nothing(mine: Application) -> None:
    assert levels(mine) == {1: "clear", 2: "clear", 3: "clear", 4: "clear", 5: "none"}


# What the other party (number 2 of the series) has in common with ours → what both its record and its application are.
COMMON = [
    ("number", {"corporate_number": MINE["corporate_number"]}, "hit"),
    ("all but the number", {key: MINE[key] for key in ("name", "kana", "email", "phone", "address")}, "clear"),
    ("name and mailbox", {"corporate_number": "", "name": "（株）見本0001", "email": "INFO@mihon0001.example"}, "hit"),
    ("name and telephone", {"corporate_number": "", "name": MINE["name"], "phone": "+81-3-0000-0001"}, "hit"),
    ("name and address", {"corporate_number": "", "name": MINE["name"], "address": MINE["address"]}, "hit"),
    ("mailbox", {"corporate_number": "", "email": MINE["email"]}, "hit"),
    ("name", {"corporate_number": "", "name": "㈱見本 0001"}, "weak"),
    ("kana", {"corporate_number": "", "kana": MINE["kana"]}, "weak"),
    ("telephone", {"corporate_number": "", "phone": "０３００００-０００１"}, "weak"),
    ("address", {"corporate_number": "", "address": MINE["address"]}, "clear"),
    ("nothing", {"corporate_number": ""}, "clear"),
]  # fmt: skip


@pytest.mark.both
@pytest.mark.parametrize(("common", "level"), [row[1:] for row in COMMON], ids=[row[0] for row in COMMON])
def test_who_is_found(mine: Application, common: dict[str, Any], level: str) -> None:
    other = customer(**common)
    for ground in (1, 2):
        prior(other, BEFORE, ground=ground)
    application(other, BEFORE, number="A-2026-000001")
    assert levels(mine) == {1: level, 2: level, 3: level, 4: "clear", 5: "none"}


def test_what_was_withdrawn_is_not_found(mine: Application) -> None:
    record = prior(customer(corporate_number=MINE["corporate_number"]), BEFORE)
    assert levels(mine) == {1: "clear", 2: "hit", 3: "clear", 4: "clear", 5: "none"}
    with clock.standing_at(NOW), step("test.withdraw", at=NOW):
        record.withdrawn_at = NOW
        record.save()
    assert levels(mine)[2] == "clear"


@pytest.mark.parametrize(
    ("kind", "number", "level", "text"),
    [
        ("corporation", corporate_number(1), "clear", "法人番号の検査数字は正しい"),
        ("corporation", "7999901000002", "hit", "法人番号の検査数字が合いません"),
        ("corporation", "", "hit", "法人番号がありません"),
        ("association", "", "clear", "法人番号がありません"),
        ("individual", "", "clear", "法人番号がありません"),
        ("individual", corporate_number(1), "hit", "個人の申込に法人番号があります"),
    ],
)
def test_the_number_against_the_kind(mine: Application, kind: str, number: str, level: str, text: str) -> None:
    mine.customer.kind, mine.customer.corporate_number = kind, number
    found = checks.hits(mine)[Ground.FALSE_CONTENT][0]
    assert (found.level, found.text) == (level, text)


@pytest.mark.parametrize(
    ("agreed", "at_", "text"),
    [
        (terms.STORY_VERSION, "2026-11-01T09:00", "同意した規約の版は公表されたもの"),
        ("2031-01-01", "2026-11-01T09:00", "同意した規約の版が見つかりません"),
        (terms.STORY_VERSION, "1999-01-01T09:00", "同意日時が、同意した版の公表より前"),
    ],
)
def test_the_version_agreed_to(mine: Application, agreed: str, at_: str, text: str) -> None:
    mine.agreed_version, mine.agreed_at = agreed, at(at_)
    assert [hit.text for hit in checks.hits(mine)[Ground.FALSE_CONTENT]][2] == text


@pytest.mark.parametrize(
    ("code", "address", "level"),
    [
        ("100-0001", "東京都千代田区千代田１丁目１番", "clear"),
        ("100-0001", "千代田区千代田1-1", "clear"),
        ("100-0001", "東京都千代田区丸の内1-1", "weak"),
        ("100-0001", "東京都港区千代田1-1", "hit"),
        ("530-0001", "東京都大阪市北区梅田1", "hit"),
        ("060-0000", "北海道札幌市中央区南99条", "clear"),
        ("604-0925", "京都府京都市中京区寺町通御池上る上本能寺前町488", "clear"),
        ("064-0954", "北海道札幌市中央区宮の森4条1丁目", "clear"),
        ("435-0099", "静岡県浜松市中央区見本町一丁目", "hit"),
        ("", "東京都千代田区千代田1", "hit"),
    ],
)
def test_the_postal_code_against_the_town(mine: Application, code: str, address: str, level: str) -> None:
    mine.customer.postal_code, mine.customer.address = code, address
    assert checks.hits(mine)[Ground.FALSE_CONTENT][1].level == level


def test_county_and_prefecture_may_be_left_out() -> None:
    town = towns_of("100-1701")[0]  # 青ヶ島: a village without a county
    assert agrees("東京都青ケ島村無番地", town)
    assert towns_of("12-3") == ()


def test_what_the_intake_marked_and_no_check_looks_at_is_opened(mine: Application) -> None:
    mine.flags = ["区分が不明", "郵便番号が見つからない"]
    assert [hit.text for hit in checks.hits(mine)[Ground.FALSE_CONTENT] if hit.level in checks.LOOK] == ["区分が不明"]


def test_a_long_remark_is_read(mine: Application) -> None:
    mine.remarks = "よろしく" * 31
    assert levels(mine)[5] == "weak"


# --- resubmission ---------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_who_was_refused_is_linked_from_both_sides(world: World) -> None:
    refused = world.do("decisions.approve", world.refusal(BEFORE), by="mio", at=BEFORE).subject
    refused.refresh_from_db()
    assert refused.state == "refused"
    again = world.application(NOW, email=refused.customer.email)
    found = checks.hits(again)[Ground.BREACH]
    assert [(hit.level, hit.text) for hit in found] == [
        ("hit", f"前回の不承諾 {refused.number}（2号：前の違反のため）")
    ]
    assert found[0].source == refused
    assert "clear" in {hit.level for hit in checks.hits(again)[Ground.UNPAID]}
    assert [(a, how.level) for a, how in checks.later_of(refused)] == [(again, "same")]
    assert checks.later_of(again) == []
    with clock.standing_at(NOW):
        page = _page(world, again)
        assert f"前回の不承諾 {refused.number}（2号：前の違反のため）" in page
        assert url_of(refused) in page
        assert again.number in _page(world, refused)
        listed = _client(world).get(list_url(Application)).content.decode()
    assert listed.count("・再申込") == 1  # in the list beside the new ones, which it is not lost among


def _client(world: World) -> Client:
    browser = Client()
    browser.force_login(world.staff["rin"])
    return browser


def _page(world: World, row: Application) -> str:
    return _client(world).get(url_of(row)).content.decode()


def test_an_older_refusal_is_no_resubmission_of_itself(world: World) -> None:
    first = world.do("decisions.approve", world.refusal(BEFORE), by="mio", at=BEFORE).subject
    first.refresh_from_db()
    assert checks.earlier_of(first) == []
    assert checks.later_of(first) == []


# --- in bulk ----------------------------------------------------------------------------------------------------


def asked(rows: list[Application]) -> int:
    fresh = list(Application.objects.filter(pk__in=[row.pk for row in rows]).select_related("customer"))
    with CaptureQueriesContext(connection) as queries:
        checks.hits_of(fresh)
    return len(queries)


def test_fifty_are_checked_in_as_many_queries_as_one(mine: Application) -> None:
    rows = [mine, *applications(49, NOW, first=100)]
    same = customer(corporate_number="", email=rows[7].customer.email)
    prior(same, BEFORE)
    assert asked(rows) == asked([mine]) <= 15
    assert levels(rows[7])[2] == "hit"


def test_each_asks_by_itself_where_too_many_share_a_key(mine: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest would be cut off behind the many who share a telephone."""
    old = applications(1, BEFORE, first=50, corporate_number="", email=mine.customer.email)[0]
    many = applications(5, NOW, first=100, phone="06-0000-7777", corporate_number="")
    monkeypatch.setattr(material, "MOST", 3)
    found = checks.hits_of([mine, *many])
    assert [hit.source for hit in found[mine.pk][Ground.FALSE_IDENTITY]] == [old]
    assert checks.worst(found[many[0].pk][Ground.FALSE_IDENTITY]).level == "weak"
