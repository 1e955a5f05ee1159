"""Many customers with what hangs on them: a few are made by the product itself, then copied by the database.

Only for a throw-away database. Each customer has a name, kana, telephone, e-mail and corporate number of its own; some
are open (an application to be screened), the others settled (a contract in use).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import ForeignKey, Model, Q

from accounts.keys import kana_key
from accounts.models import Customer
from config.desk.models import HandlerRun
from contracts.applications.models import Application, GroundJudgement
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Credential, License, Subscription
from contracts.rules.identifiers import email_key, name_key, phone_key
from notices.models import Delivery, Notice
from tests.support.world import World, at

STRIDE = 10_000  # between the keys of two copies of the same row
TODAY = at("2026-11-24T10:00")
PLACES = ("あおば", "かえで", "さざなみ", "しらかば", "たちばな", "なぎさ", "はるか", "ひいらぎ", "みどり", "やまぶき")
TRADES = (
    ("印刷", "インサツ"),
    ("商事", "ショウジ"),
    ("製作所", "セイサクショ"),
    ("運輸", "ウンユ"),
    ("食品", "ショクヒン"),
)
PERSON = (
    "name", "kana", "name_key", "bare_key", "kana_key", "corporate_number", "email", "email_key", "phone", "phone_key",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """What is a customer's own: by its place, always the same."""

    n: int

    @property
    def columns(self) -> dict[str, str]:
        """The keys by which a customer is found."""
        place, (trade, kana) = PLACES[self.n % 10], TRADES[self.n // 10 % 5]
        name, email = f"株式会社{place}{trade}{self.n}", f"info{self.n}@kigyo{self.n % 977}.example"
        phone = f"0{self.n % 9 + 1}-{self.n // 10_000 + 1000:04d}-{self.n % 10_000:04d}"
        said = f"{_katakana(place)}{kana}{_katakana(_counted(self.n))}"
        return {
            "name": name, "kana": said, "kana_key": kana_key(said), "name_key": name_key(name), "bare_key": name_key(name[4:]),
            "corporate_number": f"{self.n % 9 + 1}{self.n:012d}", "email": email, "email_key": email_key(email),
            "phone": phone, "phone_key": phone_key(phone),
        }  # fmt: skip

    @property
    def moment(self) -> datetime:
        """When its application came in: a few minutes before the one after it."""
        return TODAY - timedelta(days=1) - timedelta(minutes=10 * self.n)


def _counted(n: int) -> str:
    return "".join("れひにみよごむなはく"[int(digit)] for digit in str(n))


def _katakana(text: str) -> str:
    return "".join(chr(ord(letter) + 0x60) for letter in text)


def number_of(n: int) -> str:
    """The public number of the n-th customer."""
    return f"C-2031-{n:06d}"


class Growing:
    """A database that grows; one of `open_of` customers is open."""

    def __init__(self, world: World, open_of: int = 100) -> None:
        self.there = 0
        open_one = world.application(TODAY - timedelta(days=3))
        settled = world.subscription(TODAY - timedelta(days=90))
        self.moulds = [
            (f"n % {open_of} = 0", _hanging_on(open_one.customer)), (f"n % {open_of} <> 0", _hanging_on(settled.customer)),
        ]  # fmt: skip

    def to(self, count: int) -> None:
        """Until there are so many customers, with all that hangs on them."""
        with transaction.atomic():
            _take_places(self.there + 1, count)
            for where, mould in self.moulds:
                for row in mould:
                    _copy(row, mould, where)
        self.there = count
        _go_on()


def _hanging_on(customer: Customer) -> list[Model]:
    """The customer and its rows, each after what it points to."""
    own = Q(customer=customer)
    rows: list[Any] = [
        customer, *Subscription.objects.filter(own), *License.objects.filter(subscription__customer=customer),
        *Credential.objects.filter(subscription__customer=customer), *Application.objects.filter(own),
        *GroundJudgement.objects.filter(application__customer=customer), *Notice.objects.filter(own),
        *Delivery.objects.filter(notice__customer=customer), *Deadline.objects.filter(own),
    ]  # fmt: skip
    runs = [run for run in HandlerRun.objects.all() if run.row in rows]
    told = [record for row in rows if isinstance(row, Customer | Application) for record in row.history.all()]
    return [*rows, *runs, *told]


# --- copies -----------------------------------------------------------------------------------------------------


def _take_places(first: int, last: int) -> None:
    """A table of the new places, each with what is its own."""
    own = ", ".join(f"{name} text" for name in PERSON)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_place")
        kind = "timestamp with time zone" if connection.vendor == "postgresql" else "datetime"
        cursor.execute(f"CREATE TEMP TABLE bench_place (n bigint PRIMARY KEY, six text, moment {kind}, {own})")
        marks = ", ".join(["%s"] * (3 + len(PERSON)))
        cursor.executemany(f"INSERT INTO bench_place VALUES ({marks})", _lines(first, last))


def _lines(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    for person in map(Person, range(first, last + 1)):
        moment = connection.ops.adapt_datetimefield_value(person.moment)
        yield person.n, f"{person.n:06d}", moment, *(person.columns[name] for name in PERSON)


def _copy(row: Model, mould: list[Model], where: str) -> None:
    """One row for every place: one statement."""
    of = [other._meta.concrete_model for other in mould]
    place = [other for other in mould if type(other) is type(row)].index(row)
    values = [_value(row, field, of, place) for field in row._meta.concrete_fields]
    columns = ", ".join(f'"{field.column}"' for field in row._meta.concrete_fields)
    given = [parameter for _, parameters in values for parameter in parameters]
    sql = (
        f'INSERT INTO "{row._meta.db_table}" ({columns}) SELECT {", ".join(sql for sql, _ in values)} FROM bench_place'
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE {where.replace('%', '%%')} ORDER BY n DESC", given)


def _value(row: Any, field: Any, of: list[Any], place: int) -> tuple[str, list[Any]]:
    """The SQL of a column of the copies, and its parameters."""
    value = field.get_db_prep_save(field.value_from_object(row), connection)
    if value is None:
        return "NULL", []
    if _is_key_of_a_copy(row, field, of):
        return f"{int(value)} + n * {STRIDE}", []
    if field.name in PERSON and _of(row, Customer):
        return field.name, []
    if field.name == "number":
        return "%s || six", [f"{str(value)[0]}-{2031 + place}-"]
    if field.name in ("key", "message_id", "source_number") and value:
        return "%s || six", [value]
    if field.name == "received_at" and _of(row, Application):
        return "moment", []
    return "%s", [value]


def _is_key_of_a_copy(row: Any, field: Any, of: list[Any]) -> bool:
    if field.primary_key or (field.name == "id" and hasattr(row, "history_id")):
        return True
    if isinstance(field, ForeignKey):
        return field.related_model in of
    return field.name == "object_id" and ContentType.objects.get_for_id(row.content_type_id).model_class() in of


def _of(row: Any, model: type[Model]) -> bool:
    return isinstance(row, model | model.history.model)  # type: ignore[attr-defined]


def _go_on() -> None:
    """Keys go on after the copies, and the database knows how its tables look now."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [m for m in apps.get_models() if m._meta.managed]):
            cursor.execute(sql)
        if connection.vendor == "postgresql":  # as in service: SQLite keeps no statistics unless it is asked to
            cursor.execute("ANALYZE")


def key_of(n: int) -> int:
    """The primary key of the n-th customer."""
    return int(Customer.objects.values_list("pk", flat=True).get(number=number_of(n)))
