"""Individual terms: entered with their file, and ended. In what they name they prevail over the version (Art. 1(3))."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F

from accounts.models import Customer
from config.desk import numbers, triggers
from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.incoming import storage
from contracts.incoming.fields import Upload
from contracts.terms.legal import check_day
from contracts.terms.models import IndividualTerms
from contracts.terms.values import find

FIXED = "個別規約の定める値は、書き換えられません"


def fixed(vendor: str) -> list[tuple[str, str, str]]:
    """Held by the database: what was agreed stays as it was entered; only the end is written later, and it moves no clock back."""
    kept = ("number", "customer_id", "plan", "values", "in_force_from", "why", "set_at", "set_by_id", "sha256", "title")
    rule = triggers.changed(*kept)
    return triggers.forbid(vendor, "individualterms_fixed", "terms_individualterms", ("UPDATE",), rule, FIXED)


def add(
    row: None,
    *,
    by: Any,
    at: datetime,
    title: str,
    uploads: Sequence[Upload],
    reason: str,
    customer: Customer | None = None,
    plan: str = "",
    in_force_from: date | None = None,
    ends_from: date | None = None,
    **chosen: Any,
) -> IndividualTerms:
    """Enter them, in force from a JST day (today where none is given) until `ends_from`, a day on which they no longer are.

    What runs already keeps what it began under. Refused for a past day, where nothing is set, and where other individual
    terms of the same party set it for the same days.
    """
    day = in_force_from or jst_day(at)
    check_day(day, at)
    if ends_from is not None and ends_from <= day:
        raise Refused("適用しなくなる日が、適用開始日より後ではありません。", instead="日付を確かめてください。")
    values = {key: find(key).parse(value) for key, value in chosen.items() if value not in (None, "")}
    if not values:
        raise Refused("定める項目がありません。", clause="1(3)", instead="個別規約が定める値か読み方を選んでください。")
    if customer is not None:
        locked(Customer, customer.pk)
    _refuse_overlap(values, _others(customer, plan, day, ends_from))
    file = uploads[0]
    return IndividualTerms.objects.create(
        number=numbers.take("T", at), title=title, customer=customer, plan=plan, values=values, in_force_from=day, why=reason,
        set_at=at, set_by=by,
        ends_from=ends_from, sha256=storage.keep(file.data), file_name=file.name, media_type=file.media_type, size=len(file.data),
    )  # fmt: skip


def _others(customer: Customer | None, plan: str, day: date, until: date | None) -> Iterable[IndividualTerms]:
    """Those of the same party that apply on one of these days."""
    rows = (
        IndividualTerms.objects.not_over(day).filter(customer=customer, plan=plan).exclude(ends_from=F("in_force_from"))
    )
    return (rows.filter(in_force_from__lt=until) if until else rows).order_by("pk")


def _refuse_overlap(values: dict[str, Any], others: Iterable[IndividualTerms]) -> None:
    """Two individual terms of one party never set the same at the same time: nobody could say which one prevails."""
    for other in others:
        if both := [find(key).label for key in values if key in other.values]:
            raise Refused(
                f"「{both[0]}」は、{other.number}（{other.title}）がすでに定めています。",
                clause="1(3)",
                instead=f"先に {other.number} を終わらせてください。",
            )


def end_why_not(terms: IndividualTerms, *, by: Any, at: datetime) -> Refused | None:
    """Once over, they cannot be ended again."""
    if terms.ends_from is not None and terms.ends_from <= jst_day(at):
        return Refused(
            f"{terms.number}は、{jday_year(terms.ends_from)}から適用されていません。",
            clause="1(3)",
            instead="新しい定めは、別の個別規約として登録してください。",
        )
    return None


def end(
    terms: IndividualTerms, *, by: Any, at: datetime, reason: str, ends_from: date | None = None
) -> IndividualTerms:
    """No longer in force from a JST day on (today where none is given); never later than was said before.

    What runs under them keeps them. Ended before they applied, they never do.
    """
    day = ends_from or jst_day(at)
    check_day(day, at)
    if terms.ends_from is not None and day >= terms.ends_from:
        raise Refused(
            f"すでに、{jday_year(terms.ends_from)}から適用しないことになっています。",
            clause="1(3)",
            instead="それより前の日を入れてください。続けるときは、別の個別規約として登録してください。",
        )
    terms.ends_from = max(day, terms.in_force_from)
    terms.save()
    return terms
