"""What a played story shows: as text for people, as JSON for programs."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from config.desk import facts
from config.desk.play import Told
from config.desk.storyfile import Story
from config.desk.triggers import history_models

_letters: list[Callable[[], list[dict[str, Any]]]] = []


def letters(source: Callable[[], list[dict[str, Any]]]) -> None:
    """The engine of letters says what was written."""
    _letters.append(source)


def as_json(told: Told) -> dict[str, Any]:
    """ok, steps, facts by alias, letters, history."""
    return {
        "ok": told.ok,
        "steps": [vars(outcome) for outcome in told.steps],
        "facts": {alias: facts.dump(_fresh(row)) for alias, row in told.rows.items()},
        "letters": [letter for source in _letters for letter in source()],
        "history": history(),
    }


def _fresh(row: Model) -> Model:
    return type(row)._base_manager.get(pk=row.pk)


def history() -> list[dict[str, Any]]:
    """Every history row with user, reason, model, verb and what changed, oldest first."""
    entries = [entry for model in history_models() if hasattr(model, "history_type") for entry in _of_model(model)]
    return sorted(entries, key=lambda entry: (entry["at"], entry["model"]))


def _of_model(model: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    before: dict[Any, dict[str, Any]] = {}
    for row in model._default_manager.order_by("history_id").select_related("history_user"):
        key = getattr(row, row.instance_type._meta.pk.attname)
        values = {f.attname: getattr(row, f.attname) for f in row.tracked_fields}
        changes = {n: facts.plain(v) for n, v in values.items() if before.get(key, {}).get(n) != v}
        before[key] = values
        entries.append(_entry(row, changes))
    return entries


def _entry(row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": facts.plain(row.history_date),
        "user": row.history_user.name if row.history_user else None,
        "reason": row.history_change_reason or "",
        "model": row.instance_type._meta.label,
        "verb": row.history_verb,
        "changes": {
            name: str(value) if not isinstance(value, str | int | float | bool | list | dict | None) else value
            for name, value in changes.items()
        },
    }


def as_text(story: Story, told: Told) -> str:
    """One line a step, and what did not go as told."""
    lines = [story.title, ""]
    for outcome in told.steps:
        mark = "✓" if outcome.ok else "✕"
        refused = f"　拒まれた（{outcome.clause or '—'}）：{outcome.refused}" if outcome.refused else ""
        lines.append(
            f"{mark} {outcome.step:>3}　{outcome.at[:16].replace('T', ' ')}　{outcome.by} {outcome.do or '確かめる'}{refused}"
        )
        if outcome.problem:
            lines.append(f"      {outcome.problem}")
    lines += ["", "物語のとおりです。" if told.ok else "物語のとおりではありません。"]
    return "\n".join(lines)
