"""The sidebar: rooms register their lists with the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from config.desk.counting import Counted, totals

GROUPS = ("", "申込・利用者", "契約", "規約違反", "通知", "規約と記録")

Waiting = Counted | list[Counted]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the sidebar. `count` says what waits there (rows, several kinds of rows); `alert` paints the number red."""

    group: str
    label: str
    url_name: str
    permission: str = ""
    count: Callable[[], Waiting] | None = None
    count_for: Callable[[Any], Waiting] | None = None  # where the number depends on who looks
    alert: bool = False
    order: int = 50


_entries: list[Entry] = []


def register(entry: Entry) -> Entry:
    """Add a line."""
    _entries.append(entry)
    return entry


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """What this user sees, with counts, the present page marked."""
    seen = [
        entry
        for entry in sorted(_entries, key=lambda e: e.order)
        if not entry.permission or request.user.has_perm(entry.permission)
    ]
    items = [(entry.group, _item(entry, request)) for entry in seen]
    _count([item for _, item in items])
    made = [{"label": name, "items": [item for group, item in items if group == name]} for name in GROUPS]
    return [group for group in made if group["items"]]


def _count(items: list[dict[str, Any]]) -> None:
    """Put the numbers in place of what is counted: one query for the whole sidebar."""
    asked = [(item, rows) for item in items for rows in item["count"] or ()]
    numbers = totals(rows for _, rows in asked)
    for item in items:
        item["count"] = None if item["count"] is None else 0
    for (item, _), number in zip(asked, numbers, strict=True):
        item["count"] += number
    for item in items:
        item["alert"] = item["alert"] and bool(item["count"])


def _item(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    url = reverse(entry.url_name)
    current = request.path == url if url == reverse("admin:index") else request.path.startswith(url)
    count = entry.count_for(request.user) if entry.count_for else entry.count() if entry.count else None
    asked = count if count is None or isinstance(count, list) else [count]
    return {"label": entry.label, "url": url, "count": asked, "alert": entry.alert, "current": current}
