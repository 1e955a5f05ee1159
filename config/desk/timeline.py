"""What happened to a row and what hangs on it, from the history tables: who, when, by which verb, on which clause, why."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, Q

from config.desk.facts import plain
from config.desk.jst import jday_year, jtime
from config.desk.registry import verbs

AUTOMATIC = {
    "notices.finish": "通知書の内容が確定した", "notices.record": "メールの送信の結果を記録した", "notices.print": "郵送分を印刷した",
    "notices.make_print_run": "印刷用のPDFを作った", "notices.end_print_run": "印刷が終わった", "notices.post_refused": "差出しを記録できなかった",
    "story.begin": "準備した", "applications.import": "申込のファイルを取り込んだ", "terms.import": "規約を取り込んだ", "admin": "管理画面で変えた",
}  # fmt: skip
EVENTS = {"dispatched": "発送により、手続が進んだ", "cancelled": "取消しにより、手続が戻った", "due": "期限が経過した"}
INTERNAL = {  # keys of the machine, and what another page shows in words (the letter, the reasoning, 起案後の変更)
    "id", "recorded_at", "content_type", "object_id", "key", "kind", "fields", "fields_hash", "content_hash", "original", "reasoning",
    "readings", "length", "media_type", "name_key", "bare_key", "kana_key", "email_key", "phone_key", "message_id", "render_attempts", "letters_ordered",
}  # fmt: skip
SMALL = (
    "notices.number",
    "notices.claim",
    "notices.print_progress",
)  # steps of the machine that tell a reader nothing; they stand in 変更履歴
PAST = (("する", "した"), ("く", "いた"), ("す", "した"), ("ない", "ないことにした"), ("る", "た"))
POLITE = (
    ("する", "しました"),
    ("く", "きました"),
    ("す", "しました"),
    ("ない", "ないことにしました"),
    ("る", "ました"),
)


def entries(rows: Iterable[Model], *, limit: int = 60) -> list[dict[str, Any]]:
    """Newest first, one entry a step, whatever number of rows it wrote."""
    steps: dict[Any, dict[str, Any]] = {}
    records = _records(rows, limit * 4)
    roles = _roles_of(records)
    for record in records:
        if record.history_verb in SMALL or ":delivery" in record.history_verb:
            continue
        key = record.history_step or f"{record._meta.label}-{record.history_id}"
        if key not in steps:
            steps[key] = _entry(record, roles)
        _tell(steps[key], record)
    return sorted(steps.values(), key=lambda entry: entry["when"], reverse=True)[:limit]


def _tell(entry: dict[str, Any], record: Any) -> None:
    """What the step decided, in the words of the row that it wrote, and the clauses which that row names."""
    told = getattr(record.instance_type, "told", None)
    text, clauses = told(record) if told else ("", [])
    if text and text not in entry["details"]:
        entry["details"].append(text)
    entry["clauses"] = clauses or entry["clauses"]


def _records(rows: Iterable[Model], most: int) -> list[Any]:
    by_model: dict[type[Model], list[Any]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row.pk)
    found: list[Any] = []
    for model, keys in by_model.items():
        history = model.history.model  # type: ignore[attr-defined]
        wanted = Q(**{f"{model._meta.pk.attname}__in": keys})
        found += (
            history.objects.filter(wanted)
            .select_related("history_user", *getattr(model, "told_with", ()))
            .order_by("-history_date", "-history_id")[:most]
        )
    return found


def _roles_of(records: Iterable[Any]) -> dict[int, list[str]]:
    """The roles of all who signed, by their key, in order; read at once."""
    people = {record.history_user_id for record in records}
    through = get_user_model().groups.through.objects.filter(user__in=people)
    found: dict[int, list[str]] = {}
    for person, role in through.order_by("group__name").values_list("user_id", "group__name"):
        found.setdefault(person, []).append(role)
    return found


def _entry(record: Any, roles: Mapping[int, Iterable[str]]) -> dict[str, Any]:
    key = record.history_verb
    known = {v.key: v for v in verbs()}.get(key)
    user = record.history_user
    automatic = user is None or user.is_system
    return {
        "when": record.history_date,
        "mark": "auto" if automatic else "legal" if known and known.clause else "other",
        "what": done(known.label) if known else _automatic(key),
        "who": "自動" if automatic else f"{user.name}（{'・'.join(roles.get(user.pk, ()))}）",
        "clauses": [known.clause] if known and known.clause else [],
        "details": [],
        "reason": record.history_change_reason or "",
    }


def done(label: str, endings: tuple[tuple[str, str], ...] = PAST) -> str:
    """是正通知を確定する → 是正通知を確定した; with POLITE 是正通知を確定しました."""
    ending = next(((plain, past) for plain, past in endings if label.endswith(plain)), ("", ""))
    return label.removesuffix(ending[0]) + ending[1]


def _automatic(key: str) -> str:
    event = key.rpartition(":")[2]
    if event.startswith("delivery"):
        return "発送の状況を反映した"
    return AUTOMATIC.get(key) or EVENTS.get(event) or "記録した"


def changes(row: Model) -> list[dict[str, Any]]:
    """Every version of one row with what changed, display values in place of codes, newest first."""
    records = list(row.history.order_by("history_id").select_related("history_user"))  # type: ignore[attr-defined]
    made, before, roles = [], None, _roles_of(records)
    for record in records:
        made.append({"entry": _entry(record, roles), "fields": differences(before, record)})
        before = record
    return made[::-1]


def differences(before: Any, after: Any) -> list[dict[str, str]]:
    """What differs between two versions of a row, in words."""
    found = []
    for field in after.tracked_fields:
        old = _shown(before, field) if before is not None else ""
        new = _shown(after, field)
        if old != new and field.name not in INTERNAL:
            found.append({"label": str(field.verbose_name), "old": old, "new": new})
    return found


def _shown(record: Any, field: Any) -> str:
    if field.is_relation:
        target = getattr(record, field.name, None)
        return str(target) if target is not None else ""
    if words := getattr(record.instance_type, "worded", {}).get(field.name):
        return str(words(getattr(record, field.attname)))
    display = getattr(record, f"get_{field.name}_display", None)
    value = display() if display else getattr(record, field.attname)
    return _in_words(value)


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{jday_year(value)}{jtime(value)}"
    if isinstance(value, date):
        return jday_year(value)
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return "、".join(_leaves(value)) if isinstance(value, dict | list) else str(value)


def _leaves(value: Any) -> list[str]:
    """The values of stored JSON, without its keys."""
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [str(plain(value))] if value not in (None, "") else []
