"""Size: however many customers and applications there are, a page asks as often, and each search asks an index.

Times are compared by `make bench`, never here.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer
from config.desk import clock
from config.desk.pages import list_url
from contracts.applications.models import Application
from contracts.applications.stages import STAGES, in_stage, staged
from tests.bench import rows
from tests.bench.rows import Growing
from tests.support.world import World

pytestmark = pytest.mark.django_db

FEW, MANY, N = 50, 2000, 7
HOME, LIST, SEARCH, CARD = 48, 26, 28, 58  # queries: what is asked now, and a little room
OPEN_OF = 5


@pytest.fixture
def growing(world: World) -> Growing:
    return Growing(world, open_of=OPEN_OF)


@pytest.fixture
def rin(world: World) -> Iterator[Client]:
    """受付, logged in, on the day of the rows."""
    client = Client()
    client.force_login(world.staff["rin"])
    with clock.standing_at(rows.TODAY):
        yield client


def keys(n: int) -> dict[str, str]:
    """By what the n-th customer is looked for."""
    person = rows.Person(n).columns
    own = {name: person[name] for name in ("name", "kana", "phone", "email", "corporate_number")}
    return {"number": rows.number_of(n)} | own


def pages() -> dict[str, tuple[str, int]]:
    """Addresses, with the most queries that each may ask."""
    customers, applications = list_url(Customer), list_url(Application)
    lists = [
        customers, f"{customers}?kind__exact=corporation", f"{customers}?o=2", f"{customers}?o=4.1",
        applications, f"{applications}?stage=received", f"{applications}?stage=accepted", f"{applications}?o=3",
        f"{applications}?channel__exact=sales", f"{applications}?applies=no",
    ]  # fmt: skip
    found = [f"{of}?q={quote(key)}" for of in (customers, applications) for key in keys(N).values()]
    above = [f"{reverse('admin:search')}?q={quote(key)}" for key in keys(N).values() if "株" in key or "@" in key]
    card = reverse("admin:accounts_customer_change", args=[rows.key_of(N)])
    return (
        {reverse("admin:index"): ("home", HOME), card: ("card", CARD)}
        | dict.fromkeys(lists, ("list", LIST))
        | dict.fromkeys([*found, *above], ("search", SEARCH))
    )


def asked(client: Client, address: str) -> list[str]:
    """What the page asks."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return [query["sql"] for query in queries]


def test_pages_ask_as_often_for_many_as_for_few(growing: Growing, rin: Client) -> None:
    growing.to(FEW)
    for address in pages():  # what is read once a process
        rin.get(address)
    few = {address: len(asked(rin, address)) for address in pages()}
    assert {address: n for address, n in few.items() if n > pages()[address][1]} == {}
    growing.to(MANY)
    assert {address: len(asked(rin, address)) for address in pages()} == few


def test_each_key_finds_its_customer_and_application(growing: Growing, rin: Client) -> None:
    growing.to(FEW)
    for model, number in ((Customer, rows.number_of(N)), (Application, rows.number_of(N).replace("C", "A"))):
        for key in (keys(N) | {"number": number}).values():
            answer = rin.get(list_url(model), {"q": key})
            assert [row.number for row in answer.context["cl"].result_list] == [number], key


# --- by an index ------------------------------------------------------------------------------------------------

LISTED = {Customer: ("", "kind__exact=corporation", "o=1", "o=2", "o=3", "o=4", "o=5"), Application: ("", "o=1", "o=3")}


def plan(sql: str) -> list[str]:
    """How the database would answer, step by step. PostgreSQL reads a small table whole unless it is told not to."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql, None)
        return [str(line[-1]) for line in cursor.fetchall()]


def of_the_list(client: Client, model: type[Model], query: str) -> list[str]:
    """What the list asks of its own table, tabs left aside."""
    table = f'FROM "{model._meta.db_table}"'
    return [sql for sql in asked(client, f"{list_url(model)}?{query}") if table in sql and 'AS "place"' not in sql]


@pytest.mark.both
def test_a_search_by_any_key_reads_no_table_whole(growing: Growing, rin: Client) -> None:
    growing.to(MANY // 4)
    for model in (Customer, Application):
        for key in keys(N).values():
            questions = of_the_list(rin, model, f"q={quote(key)}")
            assert len([sql for sql in questions if "UNION" in sql]) == 2  # the number, and the rows
            whole = [line for sql in questions for line in plan(sql) if re.search(r"Seq Scan|\bSCAN [a-zA-Z]\w*", line)]
            assert [line for line in whole if not re.search("CONSTANT ROW|SCAN subquery", line)] == [], (model, key)


@pytest.mark.both
def test_a_list_is_not_sorted_anew(growing: Growing, rin: Client) -> None:
    """Its rows stand in an index in the order of the list: the first page reads fifty of them."""
    growing.to(MANY // 4)
    for model, queries in LISTED.items():
        for query in queries:
            (page,) = [sql for sql in of_the_list(rin, model, query) if "LIMIT 50" in sql]
            sorts = re.compile(r"TEMP B-TREE FOR ORDER BY|^\W*Sort\s+\(cost")
            assert [line for line in plan(page) if sorts.search(line)] == [], (model, query)


# --- no further than anybody counts -----------------------------------------------------------------------------


def test_a_list_counts_no_further_and_says_so(growing: Growing, rin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("counting", "listpage", "templatetags.desk"):
        monkeypatch.setattr(f"config.desk.{module}.MOST_COUNTED", 100)
    growing.to(FEW * 3)
    first = rin.get(list_url(Customer))
    assert "100件以上のうち 1–50件（100件より先は、検索や絞り込みで探してください）" in first.content.decode()
    assert rin.get(f"{list_url(Customer)}?p=2").context["cl"].paginator.num_pages == 2
    assert rin.get(f"{list_url(Customer)}?p=3").status_code == 302  # there is no such page
    assert "100以上" in rin.get(list_url(Application)).content.decode()  # the tab of all


def test_a_stage_holds_those_of_which_it_is_told(world: World) -> None:
    at = rows.TODAY
    world.refusal(at)
    world.judged(at)
    world.application(at)
    world.formed(at)
    bounced = world.accepted(at)
    world.do(
        "notices.record_return", _acceptance(bounced), by="rin", at=at, channel="email", returned_at=at, reason="不明"
    )
    told = dict(staged(Application.objects.all()).values_list("pk", "stage"))
    assert len(set(told.values())) >= 4
    for key in STAGES:
        assert set(in_stage(Application.objects.all(), key).values_list("pk", flat=True)) == {
            pk for pk, stage in told.items() if stage == key
        }


def _acceptance(application: Application) -> object:
    from notices.models import Notice

    return Notice.objects.about(application, "applications.acceptance").latest("pk")
