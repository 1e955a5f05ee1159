"""What 法務 sets: how a version is read, the lengths it gives, the company's closed days. Dated; what runs keeps its snapshot."""

from datetime import date, datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.refusal import Refused
from contracts.terms.models import Closure, DatedValue, TermsVersion
from contracts.terms.values import VALUES, find

MOST_YEARS_AHEAD = 2
KEYS = frozenset(value.key for value in VALUES)


def set_values(
    version: TermsVersion,
    *,
    by: Any,
    at: datetime,
    reason: str,
    in_force_from: date | None = None,
    **chosen: Any,
) -> TermsVersion:
    """Readings or lengths of the version, in force from a JST day (today where none is given); what is empty stays.

    Each change is a dated row; the old ones stay. Refused for a day that is past, and where nothing would change.
    """
    day = in_force_from or max(jst_day(at), version.effective_from)
    check_day(day, at)
    if day < version.effective_from:
        raise Refused(
            f"この版は、{jday_year(version.effective_from)}から適用されます。",
            instead="その日以降の日を入れてください。",
        )
    changed = changes(version, day, chosen)
    if not changed:
        raise Refused("変わったところがありません。", instead="変える項目を選んでから確定してください。")
    for key, value in changed.items():
        DatedValue.objects.create(
            version=version, key=key, value=str(value), in_force_from=day, set_at=at, set_by=by, why=reason
        )
    return version


def check_day(day: date, at: datetime) -> None:
    """Refused for a day before that of `at`: what applied on past days is never changed; and for one out of sight."""
    today = jst_day(at)
    if day < today:
        raise Refused(
            "適用開始日は、さかのぼれません。",
            instead=f"本日（{jday_year(today)}）以降の日を入れてください。過ぎた日の扱いは変えられません。",
        )
    if day.year > today.year + MOST_YEARS_AHEAD:
        raise Refused("適用開始日が先すぎます。", instead="年を確かめてください。")


def changes(version: TermsVersion, day: date, chosen: dict[str, Any]) -> dict[str, Any]:
    """What of the choice differs from what is in force on that day; empty choices are none."""
    now = values_on(version, day)
    given = {key: find(key).parse(value) for key, value in chosen.items() if value not in (None, "")}
    return {key: value for key, value in given.items() if value != now[key]}


def values_on(version: TermsVersion, day: date) -> dict[str, Any]:
    """Every value and reading of the version on a JST day, individual terms left aside."""
    dated = DatedValue.objects.in_force(version, day)
    return {v.key: v.parse(dated[v.key].value) if v.key in dated else v.default for v in VALUES}


def add_closure(row: None, *, by: Any, at: datetime, day: date, why: str) -> Closure:
    """A day (JST) on which the company is closed; periods that begin from now on are rolled over it."""
    today = jst_day(at)
    if day < today:
        raise Refused("過ぎた日は、休業日にできません。", instead="本日以降の日を入れてください。")
    if day.year > today.year + MOST_YEARS_AHEAD:
        raise Refused("休業日が先すぎます。", instead="年を確かめてください。")
    if known := Closure.objects.filter(day=day).first():
        raise Refused(
            f"{jday_year(day)}は、すでに休業日です（{known.why}）。", instead="休業日の一覧を確かめてください。"
        )
    return Closure.objects.create(day=day, why=why)
