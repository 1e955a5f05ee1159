"""What changed since the approver last saw a proposal: its fields, and the records of what it is about, old → new, in words.

A proposal that was sent back is compared with the proposer's last version before that; another with what was first proposed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model

from config.desk import timeline
from config.desk.jst import jshort
from contracts.decisions.models import Decision


def versions(decision: Decision) -> list[Any]:
    """All versions, oldest first."""
    return list(decision.history.order_by("history_id").select_related("history_user"))  # type: ignore[attr-defined]


def base_of(records: list[Any]) -> tuple[Any, Any]:
    """The version to compare with, and the return that followed it (None: never sent back)."""
    places = [
        n for n, record in enumerate(records) if record.state == "returned" and records[n - 1].state != "returned"
    ]
    if not places:
        return records[0], None
    before = [record for record in records[: places[-1]] if record.state == "proposed"]
    return before[-1], records[places[-1]]


def card(decision: Decision, in_words: Any) -> dict[str, Any] | None:
    """For the page. `in_words`: the fields of a version as (label, words). Nothing where there is nothing to say."""
    records = versions(decision)
    base, returned = base_of(records)
    changes = [*(_of_fields(decision, records, base, in_words) if returned else []), *of_subject(decision, base)]
    if returned is None:
        return {"title": "起案の後に変わった記録", "changes": changes} if changes else None
    who = who_returned(returned)
    return {
        "title": "差戻しの後の変更",
        "changes": changes,
        "reason": returned.closed_reason,
        "who": who,
        "at": returned.history_date,
    }


def who_returned(record: Any) -> str:
    """Who sent it back, and when."""
    return f"{record.history_user}が {jshort(record.history_date)} に差し戻しました"


def _of_fields(decision: Decision, records: list[Any], base: Any, in_words: Any) -> list[dict[str, Any]]:
    last = next(r for r in reversed(records) if r.fields == decision.fields)
    first = (
        next(r for r in records if r.history_id > base.history_id and r.fields == last.fields)
        if base.fields != decision.fields
        else last
    )
    pairs = zip(in_words(base.fields), in_words(decision.fields), strict=True)
    return [_change(old[0], old[1], new[1], first) for old, new in pairs if old[1] != new[1]]


def _change(label: str, old: str, new: str, record: Any) -> dict[str, Any]:
    return {
        "label": label, "old": old, "new": new, "who": str(record.history_user or "自動"), "when": record.history_date,
        "reason": record.history_change_reason or "",
    }  # fmt: skip


def of_subject(decision: Decision, base: Any) -> list[dict[str, Any]]:
    """The row, what its page tells of it in its own room, and the customer: what differs from how it stood at the base."""
    found = []
    for model, keys in _by_model(decision).items():
        found += _of_rows(model, keys, base.history_date, base.history_step)
    return sorted(found, key=lambda change: change["when"])


def _by_model(decision: Decision) -> dict[type[Model], list[Any]]:
    subject = decision.subject
    page: Any = admin.site._registry.get(type(subject))
    rows: Iterable[Any] = page.hangs_on(subject) if page else [subject]
    kept: dict[type[Model], list[Any]] = {}
    for row in [decision.customer, *rows]:
        if row == decision.customer or row._meta.app_label == subject._meta.app_label:
            kept.setdefault(type(row), []).append(row.pk)
    return kept


def _of_rows(model: type[Model], keys: list[Any], base: datetime, step: Any) -> list[dict[str, Any]]:
    """One query for what was written since; the version before that only of rows that were."""
    history = model.history.model.objects.select_related("history_user", *getattr(model, "told_with", ()))  # type: ignore[attr-defined]
    key = model._meta.pk.attname
    newer = (
        history.filter(**{f"{key}__in": keys}, history_date__gt=base).exclude(history_step=step).order_by("history_id")
    )
    latest = {getattr(record, key): record for record in newer}
    made = []
    for pk, record in latest.items():
        before = history.filter(**{key: pk}, history_date__lte=base).order_by("-history_id").first()
        made += _differences(model, before, record)
    return made


def _differences(model: type[Model], before: Any, after: Any) -> list[dict[str, Any]]:
    """In the row's own words where it has some, else field by field."""
    name, told = str(model._meta.verbose_name), getattr(model, "told", None)
    if told is not None or before is None:
        old, new = (told(before)[0] if told and before else ""), (told(after)[0] if told else "新しく記録しました")
        return [_change(name, old, new, after)] if old != new else []
    return [_change(f"{name}：{d['label']}", d["old"], d["new"], after) for d in timeline.differences(before, after)]
