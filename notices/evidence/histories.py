"""A row against its own history: the tables of history are append-only, so what was written past the application differs."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, Max, OuterRef

from notices.evidence.sealing import chunks
from notices.evidence.verify import Difference, register
from notices.models import Delivery, Notice

AT_ONCE = 200
FORGED = "の変更の記録がありません。画面や自動処理を通さずに作られた行です。"
GONE = "の行がありません。変更の記録だけが残っています。画面や自動処理を通さずに消されています。"
OTHER = "が、最後の変更の記録と違います。画面や自動処理を通さずに書き換えられています："
Named = Callable[[list[Any]], dict[int, str]]


def against_history(model: type[models.Model], what: str, numbers: Named) -> Iterator[Difference]:
    """Every row as its newest history row left it, and none gone. Two queries a batch, three where something is amiss."""
    past = model.history.model  # type: ignore[attr-defined]
    rows = model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE)
    for batch in chunks(rows, AT_ONCE):
        yield from _told(batch, numbers, _differing(past, batch, what))
    there = model._base_manager.filter(pk=OuterRef("id"))
    lost = past.objects.filter(~Exists(there)).order_by("id").values_list("id", flat=True).distinct()
    for keys in chunks(lost.iterator(chunk_size=AT_ONCE), AT_ONCE):
        left = list(_newest(past, keys).values())
        yield from _told(left, numbers, {record.id: f"{what}{GONE}" for record in left})


def _differing(past: Any, batch: list[Any], what: str) -> dict[int, str]:
    newest = _newest(past, [row.pk for row in batch])
    found = {row.pk: _against(row, newest.get(row.pk), what) for row in batch}
    return {key: text for key, text in found.items() if text}


def _newest(past: Any, keys: list[int]) -> dict[int, Any]:
    of_each = past.objects.filter(id__in=keys).order_by().values("id").annotate(last=Max("history_id")).values("last")
    return {record.id: record for record in past.objects.filter(history_id__in=of_each)}


def _against(row: Any, record: Any, what: str) -> str:
    if record is None:
        return f"{what}{FORGED}"
    kept = {field.attname for field in record._meta.concrete_fields}
    shared = [field for field in row._meta.concrete_fields if field.attname in kept]
    other = [str(f.verbose_name) for f in shared if getattr(row, f.attname) != getattr(record, f.attname)]
    return f"{what}{OTHER}{'、'.join(other)}。" if other else ""


def _told(rows: list[Any], numbers: Named, texts: dict[int, str]) -> Iterator[Difference]:
    named = numbers([row for row in rows if row.id in texts]) if texts else {}
    return (Difference(named.get(key) or "（番号なし）", text) for key, text in texts.items())


# --- letters and their deliveries -------------------------------------------------------------------------------------


def _of_notices(rows: list[Any]) -> dict[int, str]:
    """A row's own number, else the one in its history."""
    return {row.id: row.number for row in rows}


def _of_deliveries(rows: list[Any]) -> dict[int, str]:
    """The number of the letter, of one that is gone by its history."""
    keys = [row.notice_id for row in rows]
    gone = {key: record.number for key, record in _newest(Notice.history.model, keys).items()}
    numbers = gone | dict(Notice.objects.filter(pk__in=keys).values_list("pk", "number"))
    return {row.id: numbers.get(row.notice_id) or "" for row in rows}


def letters() -> Iterator[Difference]:
    """Every letter as its history left it."""
    return against_history(Notice, "通知", _of_notices)


def deliveries() -> Iterator[Difference]:
    """Every delivery as its history left it: what 発送証明 and the clocks read."""
    return against_history(Delivery, "発送", _of_deliveries)


def register_all() -> None:
    """Called once, when the engine starts."""
    register("通知の記録", letters)
    register("発送の記録", deliveries)
