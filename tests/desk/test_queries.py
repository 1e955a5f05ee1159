"""How often a page asks the database: as often for many rows as for few, and little for the sidebar."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.desk import clock, home, nav
from config.desk.counting import totals
from config.desk.pages import list_url, url_of, verb_url
from config.desk.reading import reading
from config.desk.refusal import Refused
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.violations import clocks
from contracts.violations.models import Violation
from notices.models import Notice
from tests.support.world import BREACH, DEMAND, World, at

pytestmark = pytest.mark.django_db  # how many queries there are does not hang on the database

BEGUN, LATER = at("2026-11-02T09:00"), at("2026-11-02T15:00")
CASE = 82  # 79, and room for a further card or guard; 188 when every notice and every guard asked for itself
SIDEBAR = 5  # what the person may do (own, by the roles, in whose place), what the house allows (once a minute), all numbers at once


@pytest.fixture
def hana(world: World) -> Client:
    """契約, logged in; what is read once a process (content types) has been read."""
    client = Client()
    client.force_login(world.staff["hana"])
    with clock.standing_at(LATER):
        client.get(reverse("admin:index"))
    return client


def asked(hana: Client, address: str) -> int:
    """How often the page asks."""
    with clock.standing_at(LATER), CaptureQueriesContext(connection) as queries:
        assert hana.get(address).status_code == 200
    return len(queries)


def add_notices(world: World, case: Any, how_many: int) -> None:
    """Further items, each under a notice of its own that has left; every third is taken back, and the customer told."""
    for _ in range(how_many):
        world.press("violations.confirm_item", case, by="hana", at=BEGUN, **BREACH)
        world.press("violations.send_correction_notice", case, by="hana", at=BEGUN, channels=["email"], **DEMAND)
    world.pump(BEGUN)
    for letter in Notice.objects.about(case, "violations.correction").filter(withdrawal=None)[: how_many // 3]:
        given = {"notice": letter.number, "reason": "取り違え", "channels": ["email"]}
        world.press("violations.withdraw_notice", case, by="hana", at=BEGUN, **given)
    world.pump(BEGUN)


def test_a_case_asks_no_more_with_twelve_notices_than_with_three(world: World, hana: Client) -> None:
    case = world.curing_case(BEGUN)
    pages = [
        url_of(case),
        verb_url("violations.send_correction_notice", case),
        verb_url("violations.withdraw_notice", case),
    ]
    add_notices(world, case, 3)
    few = [asked(hana, page) for page in pages]
    assert few[0] <= CASE
    add_notices(world, case, 9)
    assert [asked(hana, page) for page in pages] == few


def test_a_case_asks_no_more_with_many_inquiries_and_findings(world: World, hana: Client) -> None:
    case = world.curing_case(BEGUN)
    _look_and_ask(world, case, 2)
    few = asked(hana, url_of(case))
    _look_and_ask(world, case, 4)
    assert asked(hana, url_of(case)) == few


def _look_and_ask(world: World, case: Any, how_many: int) -> None:
    for _ in range(how_many):
        looked = {"source": "log", "looked_into": "接続記録", "found_at": BEGUN, "finding": "貸与の疑い"}
        world.press("violations.note_finding", case, by="hana", at=BEGUN, **looked)
        world.do("violations.send_inquiry", case, by="hana", at=BEGUN, questions="使った人", channels=["email"])
        given = {"answered_at": BEGUN, "answer": "社外の者"}
        world.do("violations.record_answer", case, by="hana", at=BEGUN, **given)


def test_what_a_page_keeps_is_forgotten_at_a_write(world: World) -> None:
    case = world.case(BEGUN)
    with reading():
        assert [item.position for item in clocks.nameable_items(case)] == [1]
        with CaptureQueriesContext(connection) as queries:
            clocks.nameable_items(case)
        assert len(queries) == 0
        world.press("violations.send_correction_notice", case, by="hana", at=BEGUN, channels=["post"], **DEMAND)
        assert clocks.nameable_items(case) == []
        with pytest.raises(Refused, match="通知していない違反事項がありません"):
            world.press("violations.send_correction_notice", case, by="hana", at=BEGUN, channels=["post"], **DEMAND)


@pytest.mark.both
def test_a_guard_on_the_locked_row_reads_what_another_wrote_meanwhile(world: World) -> None:
    case = world.case(BEGUN)
    with reading():
        assert clocks.nameable_items(case)
        case.items.update(finding="suspicion")
        with pytest.raises(Refused, match="違反と認めた事項がありません"):
            world.press("violations.send_correction_notice", case, by="hana", at=BEGUN, channels=["post"], **DEMAND)


def test_lists_ask_no_more_with_many_rows(world: World, hana: Client) -> None:
    contract = world.subscription(BEGUN)
    lists = [list_url(model) for model in (Violation, Deadline, Notice, Decision)]
    add_notices(world, world.case(BEGUN, contract), 1)
    few = [asked(hana, address) for address in lists]
    for _ in range(3):
        add_notices(world, world.case(BEGUN, contract), 1)
    assert [asked(hana, address) for address in lists] == few


def test_home_asks_no_more_once_its_sections_are_full(world: World, hana: Client) -> None:
    contract = world.subscription(BEGUN)
    for _ in range(home.SHOWN):
        world.case(BEGUN, contract)
    full = asked(hana, reverse("admin:index"))
    for _ in range(4):
        world.case(BEGUN, contract)
    assert asked(hana, reverse("admin:index")) == full


def test_the_sidebar_reads_all_its_numbers_at_once(world: World) -> None:
    world.noticed_case(BEGUN, ["post"])
    request = RequestFactory().get("/admin/terms/")
    request.user = get_user_model()._default_manager.get(email="hana@staff.example")
    with clock.standing_at(LATER), CaptureQueriesContext(connection) as queries:
        shown = {item["label"]: item["count"] for group in nav.groups(request) for item in group["items"]}
    assert len(queries) <= SIDEBAR, "\n".join(q["sql"][:90] for q in queries)
    with clock.standing_at(LATER):
        page = home.page(request)
    assert shown["違反案件"] == 1
    assert shown["期限"] == Deadline.objects.running().count() == 1
    assert shown["本日の業務"] == sum(section["count"] for section in page["counts"]) > 1
    assert shown["通知・配達"] == 0


@pytest.mark.both
def test_numbers_asked_at_once_stand_in_their_order(world: World) -> None:
    world.noticed_case(BEGUN, ["post"])
    none, one = Violation.objects.none(), Violation.objects.all()
    letters = Notice.objects.filter(customer__violations__isnull=False).distinct().order_by("number")
    many = Notice.objects.count()
    with CaptureQueriesContext(connection) as queries:
        assert totals([none, one, 7, letters, one.filter(pk__in=[])]) == [0, 1, 7, many, 0]
    assert len(queries) == 1
    assert totals([none]) == [0]
    assert totals([]) == []
