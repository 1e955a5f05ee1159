"""The sidebar: rooms register their lists with the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

GROUPS = ("", "申込・利用者", "契約", "規約違反", "通知", "規約と記録")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the sidebar. `count` says how many wait there; `alert` paints them red."""

    group: str
    label: str
    url_name: str
    permission: str = ""
    count: Callable[[], int] | None = None
    count_for: Callable[[Any], int] | None = None  # where the number depends on who looks
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
    made = [{"label": name, "items": [_item(e, request) for e in seen if e.group == name]} for name in GROUPS]
    return [group for group in made if group["items"]]


def _item(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    url = reverse(entry.url_name)
    current = request.path == url if url == reverse("admin:index") else request.path.startswith(url)
    count = entry.count_for(request.user) if entry.count_for else entry.count() if entry.count else None
    return {"label": entry.label, "url": url, "count": count, "alert": entry.alert and bool(count), "current": current}
