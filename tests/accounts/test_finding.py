"""Finding a customer by what is said, in odd writing too, by indexes on both databases; former values and contacts lead to it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import finding
from accounts.finding import customer_q, first_found
from accounts.models import Customer
from accounts.parties import alike
from config.desk import clock
from config.desk.pages import url_of
from contracts.rules.parties import party_keys
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = at("2026-11-24T10:00")


@pytest.fixture
def known(world: World) -> Customer:
    """株式会社みどり丘印刷 with a former name, address, telephone and e-mail, and a contact."""
    customer: Customer = world.application(
        NOW, corporate_number="9000012050002", email="Info@Midorioka.example"
    ).customer
    contact = {
        "name": "森田　由紀",
        "role": "technical",
        "phone": "０９０-１２３４-５６７８",
        "email": "Morita@tech.example",
    }
    world.press("accounts.add_contact", customer, by="hana", at=NOW, **contact)
    changed = {
        "name": "株式会社あおば刷版",
        "kana": "アオバサッパン",
        "phone": "03-1234-5678",
        "email": "post@aoba.example",
    }
    given = {"notified_at": NOW, "channel": "letter", "evidence": "登記事項証明書"}
    world.press("licenses.record_change", customer, by="hana", at=NOW, **changed, **given)
    return Customer.objects.get(pk=customer.pk)


SAID = [
    "C-2026-000001", "ｃ－２０２６－０００００１", "あおば", "ｱｵﾊﾞ", "アオバ　サッパン", "(株)あおば", "㈱あおば刷版", "あおば刷版", "株式会社 あおば",
    "03-1234", "０３（１２３４）５６７８", "+81 3 1234", "9000-0120-5000-2", "T9000012050002", "ＰＯＳＴ＠aoba", "post@aoba.example",
    # as it was
    "みどり丘印刷", "㈱みどり丘", "みどりおか", "053-000", "info@midorioka",
    # a person there
    "森田由紀", "森田 由", "090-1234", "morita@TECH",
]  # fmt: skip
NOT_SAID = [
    "青葉",
    "ばさっぱん",
    "053",
    "",
    "　",
    "%",
    "_",
    "\\",
    "9000",
    "0120",
    "株式会社い",
    "a" * 300,
    "\U0010ffff",
    "\ud7ff",
]


def test_a_customer_is_found_by_each_key_in_odd_writing(world: World, known: Customer) -> None:
    other = world.application(NOW, name="みやま株式会社", kana="ミヤマ", phone="06-0000-0000").customer
    for said in SAID:
        assert list(Customer.objects.filter(customer_q(said))) == [known], said
        assert first_found(said, 20) == [known], said
    assert first_found("みやま", 20) == [other]


@pytest.mark.parametrize("said", NOT_SAID)
def test_what_is_not_said_finds_nobody(known: Customer, said: str) -> None:
    found = set(Customer.objects.filter(customer_q(said))) | set(first_found(said, 20))
    assert found == ({known} if said == "9000" else set())


def test_the_header_finds_the_card(world: World, known: Customer) -> None:
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW):
        for said in ("森田由紀", "みどり丘", "03-1234-5678"):
            told = browser.get(reverse("admin:search"), {"q": said}).content.decode()
            assert url_of(known) in told, said
            assert "株式会社あおば刷版" in told


def test_the_party_is_the_same_by_what_it_was_as_well(world: World, known: Customer) -> None:
    def same(**asked: str) -> list[tuple[Any, str]]:
        return [(customer, how.level) for customer, how in alike(party_keys(**({"name": ""} | asked)), 20)]

    assert same(email="INFO@midorioka.example") == same(email="post@aoba.example") == [(known, "same")]
    assert same(phone="053 000 0000") == same(phone="03-1234-5678") == [(known, "weak")]
    assert same(name="(株)みどり丘印刷") == same(name="株式会社あおば刷版") == [(known, "weak")]
    assert same(name="(株)みどり丘印刷", phone="03-1234-5678") == [(known, "same")]
    assert same() == same(phone="053") == []


def plan(sql: str, params: Any) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table of a test is too small for any planner
        cursor.execute(f"{'EXPLAIN QUERY PLAN' if connection.vendor == 'sqlite' else 'EXPLAIN'} {sql}", params)
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize(
    "said", ["C-2026-000001", "あおば", "03-1234-5678", "9000012050002", "post@aoba.example", "abc"]
)
def test_every_key_is_found_by_its_index(known: Customer, said: str) -> None:
    sql, params = Customer.objects.filter(customer_q(said)).order_by("-pk").query.sql_with_params()
    told = plan(sql, params)
    ranges = told.count("~>=~") if connection.vendor == "postgresql" else told.count(">? AND")
    assert ranges >= len(finding._places(said)), told  # each key by a range of its index, not by reading it through
    assert "Seq Scan" not in told


@pytest.mark.parametrize("typed", ["0312345678", "9000012050002"])
def test_digits_in_the_header_are_a_customer_and_no_clause(world: World, known: Customer, typed: str) -> None:
    client = Client()
    client.force_login(world.staff["rin"])
    assert url_of(known) in client.get("/admin/search/", {"q": typed}).content.decode()
    assert client.get("/admin/search/", {"q": "23(1)"})["Location"].endswith("/terms/clause/23(1)/")
