"""`press`: the only door through which a caller changes legal state."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.forms import Form
from django.utils.datastructures import MultiValueDict

from config.desk import clock, standins
from config.desk.clock import jst_day
from config.desk.locking import locked_aggregate
from config.desk.refusal import FormRefused, NotPermitted
from config.desk.registry import Verb, verb
from config.desk.step import step

EARLIEST_YEAR, MOST_YEARS_AHEAD = 1950, 2


def press(
    key: str,
    subject: Model | None,
    *,
    by: Any,
    at: datetime,
    data: Mapping[str, Any],
    files: Any = None,
    reason: str = "",
) -> Model:
    """Permission → form → step → lock → guard again → run → commit; what `run` returns.

    Raises Refused (NotPermitted, FormRefused, or of the verb's clause): then nothing was written.
    """
    pressed = verb(key)
    require_permission(pressed, by, at)
    form = filled_form(pressed, subject, data, files)
    if not form.is_valid():
        raise FormRefused(form)
    refuse_future_facts(form, at)
    fields = {name: form.cleaned_data[name] for name in form.fields}
    with step(key, by=by, at=at, reason=reason or _because(form, data)):
        return _run(pressed, subject, by, at, fields)


def _because(form: Form, data: Mapping[str, Any]) -> str:
    """Why: `reason`, unless the form has a field of its own for it (`signed_by`) and that was given."""
    name = getattr(form, "signed_by", "reason")
    return str(data.get(name if name in data else "reason") or "")


def _run(pressed: Verb, subject: Model | None, by: Any, at: datetime, fields: dict[str, Any]) -> Model:
    row = locked_aggregate(subject) if subject is not None else None
    if refused := pressed.why_not(row, by=by, at=at):
        raise refused
    return pressed.run(row, by=by, at=at, **fields)


def holds(pressed: Verb, by: Any) -> bool:
    """Whether the user's own roles hold the verb; the system user holds all."""
    return bool(getattr(by, "is_system", False) or (by.is_active and by.has_perm(f"desk.{pressed.key}")))


def permitted(pressed: Verb, by: Any, at: datetime | None = None) -> bool:
    """Whether the user's roles hold the verb, or at this moment (None: now) those of somebody whose deputy the user is."""
    if holds(pressed, by):
        return True
    return pressed.by_deputy and bool(standins.people(by, pressed.key, at or clock.now()))


def require_permission(pressed: Verb, by: Any, at: datetime | None = None) -> None:
    """Raise NotPermitted, naming who may; a former deputy is told since when no more."""
    moment = at or clock.now()
    if permitted(pressed, by) if not pressed.by_deputy else _may_now(pressed, by, moment):
        return
    who = "・".join(sorted(pressed.roles)) or "権限のある役割"
    over = standins.why_no_more(by, moment, pressed.key) if pressed.by_deputy else ""
    said = over or f"「{pressed.label}」は、{who}の担当者の手続です。"
    raise NotPermitted(said, instead=f"{who}の担当者に依頼してください。")


def _may_now(pressed: Verb, by: Any, at: datetime) -> bool:
    """For oneself or in somebody's place, asked anew: what a page said a moment ago counts for nothing."""
    return holds(pressed, by) or bool(standins.people(by, pressed.key, at, fresh=True))


def filled_form(pressed: Verb, subject: Model | None, data: Mapping[str, Any], files: Any = None) -> Form:
    """The verb's form filled from plain values, lists, rows (by their number) or a posted form."""
    return pressed.form_class(subject)(data=as_post(data), files=files)


def as_post(data: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """Any mapping in the shape of a posted form."""
    if isinstance(data, MultiValueDict):
        return data
    return MultiValueDict({name: _values(value) for name, value in data.items() if value is not None})


def _values(value: Any) -> list[Any]:
    return [_plain(v) for v in value] if isinstance(value, list | tuple | set | frozenset) else [_plain(value)]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return getattr(value, "number", value.pk)
    return value.isoformat() if isinstance(value, date | datetime) else value


def refuse_future_facts(form: Form, at: datetime) -> None:
    """A recorded fact (`…_at`, `…_on`, but not what is planned) never lies after the moment of recording.

    A form may name moments that it only hands on (`claimed`), by a clock that is not ours, and may judge by the moment
    of recording itself (`judge_at`). What is wrong stands under its field (FormRefused).
    """
    claimed: Collection[str] = getattr(form, "claimed", ())
    dated = {n: v for n, v in form.cleaned_data.items() if isinstance(v, date) and n.endswith(("_at", "_on"))}
    for name, value in dated.items():
        if problem := _wrong_date(name, value, at, name in claimed):
            form.add_error(name, problem)
    if judge := getattr(form, "judge_at", None):
        judge(at)
    if form.errors:
        raise FormRefused(form)


def _wrong_date(name: str, value: date, at: datetime, claimed: bool) -> str:
    if value.year < EARLIEST_YEAR or (not claimed and value.year > at.year + MOST_YEARS_AHEAD):
        return "年を確かめてください。"
    if claimed or name.startswith("planned"):
        return ""
    late = value > at if isinstance(value, datetime) else value > jst_day(at)
    return "記録する時点より後になっています。実際にあった日時を入れてください。" if late else ""
