"""What a change of the terms' values, or individual terms, would bring about, shown before it is done."""

from datetime import date, datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.registry import Preview
from contracts.rules.clauses import ClauseRef
from contracts.rules.periods import Step
from contracts.terms import legal
from contracts.terms.models import TermsVersion
from contracts.terms.readings import snapshot
from contracts.terms.values import find

NOTHING = Preview(messages=(("info", "変える項目を選ぶと、今の値と、変えた後の値を並べて示します。"),))


def values(version: TermsVersion, *, at: datetime, **fields: Any) -> Preview:
    """Each chosen value: what it is on that day, and what it would become."""
    day: date = fields.pop("in_force_from", None) or max(jst_day(at), version.effective_from)
    now, changed = legal.values_on(version, day), legal.changes(version, day, _settings(fields))
    steps = tuple(_step(key, now[key], value, "それまでは") for key, value in changed.items())
    if not steps:
        return NOTHING
    return Preview(
        title="変わるところ", steps=steps, consequences=(f"{jday_year(day)}から始まるものに使います", *_kept())
    )


def individual(row: None, *, at: datetime, **fields: Any) -> Preview:
    """Each value that they set: what the version says, and what would prevail."""
    day: date = fields.get("in_force_from") or jst_day(at)
    chosen = {key: find(key).parse(value) for key, value in _settings(fields).items() if value not in (None, "")}
    general = snapshot(day)
    steps = tuple(_step(key, general[key], value, "規約では") for key, value in chosen.items())
    if not steps:
        return Preview(messages=(("info", "定める項目を選ぶと、規約の定めと並べて示します。"),))
    return Preview(
        title="規約と違うところ",
        steps=steps,
        consequences=(f"{jday_year(day)}から、規約に優先します（第1条第3項）", *_kept()),
    )


def _settings(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key in legal.KEYS}


def _step(key: str, before: Any, after: Any, said: str) -> Step:
    setting = find(key)
    return Step(
        setting.label,
        f"規約{ClauseRef.parse(setting.clause).label()}",
        f"{said}{setting.words(before)}",
        setting.words(after),
    )


def _kept() -> tuple[str, ...]:
    return ("進行中の期間は、開始時の値と読み方のまま変わりません",)
