"""What 法務 sets: how a version is read, the lengths it gives, the company's closed days. What runs keeps its snapshot."""

from datetime import date, datetime
from typing import Any, TypeVar

from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.locking import locked
from config.desk.refusal import Refused
from contracts.terms.models import Closure, Parameters, Readings, TermsVersion

Part = TypeVar("Part", Readings, Parameters)
MOST_YEARS_AHEAD = 2


def set_readings(version: TermsVersion, *, by: Any, at: datetime, reason: str, **chosen: str) -> TermsVersion:
    """Read the version otherwise from now on; what is left empty stays as it is."""
    _change(locked(Readings, version.readings.pk), chosen)
    return version


def set_parameters(version: TermsVersion, *, by: Any, at: datetime, reason: str, **lengths: int | None) -> TermsVersion:
    """The lengths (days, months) that the version gives, from now on; what is left empty stays as it is."""
    _change(locked(Parameters, version.parameters.pk), lengths)
    return version


def _change(part: Part, given: dict[str, Any]) -> None:
    changed = {name: value for name, value in given.items() if value not in (None, "", getattr(part, name))}
    if not changed:
        raise Refused("変わったところがありません。", instead="変える項目を直してから確定してください。")
    for name, value in changed.items():
        setattr(part, name, value)
    part.save()


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
