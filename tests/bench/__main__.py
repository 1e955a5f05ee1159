"""`python -m tests.bench [ROWS]`: our pages and the stock admin's on the same data, side by side, as a ratio.

On SQLite, or on the server of KIYAKU_TEST_DATABASE_URL; in a database of its own, gone afterwards. Nothing is asserted:
a time says something only beside another one taken at the same moment.
"""

import os
import sys
import unicodedata
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from config.desk import clock, scratch  # noqa: E402
from config.desk.step import step  # noqa: E402
from tests.bench import rows  # noqa: E402
from tests.support import databases  # noqa: E402
from tests.support.world import World  # noqa: E402

ROUNDS = 5
STOCK_TEMPLATES = [
    settings.TEMPLATES[0]
    | {
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]  # fmt: skip


@dataclass
class Page:
    """The same question to both; the stock admin has no 本日の業務, its list of running deadlines stands in."""

    what: str
    ours: str
    stock: str


def pages(count: int) -> list[Page]:
    """Customers and applications, looked at and looked for."""
    n = count // 2 + 1  # somebody in the middle
    person, pk = rows.Person(n).columns, rows.key_of(n)
    customers, applications = "accounts/customer/", "applications/application/"
    found = {
        "番号": rows.number_of(n), "名称": person["name"], "フリガナ": person["kana"], "電話番号": person["phone"],
        "メール": person["email"], "法人番号": person["corporate_number"],
    }  # fmt: skip
    return [
        Page("本日の業務", "/admin/", "/stock/deadlines/deadline/?state__exact=running"),
        *_list("利用者", customers, {"絞込み": "kind__exact=corporation", "並べ替え": "o=2", "奥のページ": "p=150"}),
        *(Page(f"利用者を{key}で検索", f"/admin/{customers}?q={q}", f"/stock/{customers}?q={q}") for key, q in found.items()),
        Page("利用者の画面", f"/admin/{customers}{pk}/change/", f"/stock/{customers}{pk}/change/"),
        *_list("利用申込", applications, {"奥のページ": "p=150", "並べ替え": "o=3"}),
        Page("利用申込：受付のもの", f"/admin/{applications}?stage=received", f"/stock/{applications}?state__exact=screening"),
        Page("利用申込：承諾のもの", f"/admin/{applications}?stage=accepted", f"/stock/{applications}?state__exact=accepted"),
        *(
            Page(f"利用申込を{key}で検索", f"/admin/{applications}?q={q}", f"/stock/{applications}?q={q}")
            for key, q in (found | {"番号": rows.number_of(n).replace("C", "A")}).items()
        ),
        Page("上の検索：名称", f"/admin/search/?q={found['名称']}", f"/stock/{customers}?q={found['名称']}"),
    ]  # fmt: skip


def _list(what: str, of: str, ways: dict[str, str]) -> list[Page]:
    all_ways = {"一覧": ""} | ways
    return [Page(f"{what}：{way}", f"/admin/{of}?{query}", f"/stock/{of}?{query}") for way, query in all_ways.items()]


@dataclass
class Taken:
    """The median of some rounds, and how many queries one needs."""

    seconds: float
    queries: int


def take(client: Client, address: str) -> Taken:
    with CaptureQueriesContext(connection) as captured:
        _get(client, address)
    queries, times = len(captured), []
    for _ in range(ROUNDS):
        begun = perf_counter()
        _get(client, address)
        times.append(perf_counter() - begun)
    return Taken(median(times), queries)


def _get(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    if answer.status_code != 200:
        sys.exit(f"{address}: {answer.status_code}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with ExitStack() as stack:
        _throw_away_database(stack)
        _fill(count)
        stack.enter_context(override_settings(ROOT_URLCONF="tests.bench.stock", ALLOWED_HOSTS=["testserver"]))
        stack.enter_context(clock.standing_at(rows.TODAY))
        asked = pages(count)
        ours = [take(_client("rin@staff.example"), page.ours) for page in asked]
        with override_settings(TEMPLATES=STOCK_TEMPLATES):
            stock = [take(_client("stock@staff.example"), page.stock) for page in asked]
        _tell(count, asked, ours, stock)


def _throw_away_database(stack: ExitStack) -> None:
    if databases.is_postgres():
        databases.make_migrated()
        name = f"{connection.settings_dict['NAME']}_bench"
        databases.clone(databases.migrated_name(), name)
        stack.callback(databases.drop, name)
        connection.settings_dict["NAME"] = name
        return
    file = Path(stack.enter_context(TemporaryDirectory(prefix="kiyaku-bench-"))) / "bench.sqlite3"
    scratch.begin_from_migrated(file)
    databases.migrate(str(file))
    connection.settings_dict["NAME"] = str(file)


def _fill(count: int) -> None:
    begun = perf_counter()
    world = World()
    with clock.standing_at(rows.TODAY), step("bench.staff", at=rows.TODAY):
        stock = get_user_model()._default_manager.create_user("stock@staff.example", name="stock")
        stock.is_superuser = True
        stock.save()
    rows.Growing(world).to(count)
    print(f"{connection.vendor}: {count:,}件を入れました（{perf_counter() - begun:.0f}秒）", flush=True)


def _client(email: str) -> Client:
    client = Client()
    client.force_login(get_user_model()._default_manager.get(email=email), settings.AUTHENTICATION_BACKENDS[1])
    return client


def _tell(count: int, asked: list[Page], ours: list[Taken], stock: list[Taken]) -> None:
    print(f"\n{connection.vendor}、利用者と利用申込が{count:,}件ずつ（{ROUNDS}回の中央値、括弧内は問合せの数）\n")
    print(f"{_wide('画面', 28)}{'Kiyaku':>16}{'stock admin':>18}{'ratio':>9}")
    for page, mine, theirs in zip(asked, ours, stock, strict=True):
        print(f"{_wide(page.what, 28)}{_ms(mine):>16}{_ms(theirs):>18}{mine.seconds / theirs.seconds:>9.2f}")


def _ms(taken: Taken) -> str:
    return f"{taken.seconds * 1000:,.0f} ms ({taken.queries})"


def _wide(text: str, width: int) -> str:
    return text + " " * (width - sum(2 if unicodedata.east_asian_width(letter) in "FW" else 1 for letter in text))


if __name__ == "__main__":
    main()
