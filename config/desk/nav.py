"""The sidebar: rooms register their lists with the desk."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from config.desk import clock
from config.desk.counting import Counted, sums_kept
from config.desk.press import permitted
from config.desk.registry import verbs

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
    _count(request.user, seen, [item for _, item in items])
    made = [{"label": name, "items": [item for group, item in items if group == name]} for name in GROUPS]
    return [group for group in made if group["items"]]


def _count(user: Any, seen: list[Entry], items: list[dict[str, Any]]) -> None:
    """How much waits under each line: one query for the whole sidebar."""
    counting = [(entry, item) for entry, item in zip(seen, items, strict=True) if entry.count or entry.count_for]
    entries = [entry for entry, _ in counting]
    numbers = sums_kept(_hangs_on(user, entries), lambda: [_waiting(entry, user) for entry in entries])
    for (entry, item), number in zip(counting, numbers, strict=True):
        item["count"], item["alert"] = number, entry.alert and bool(number)


def _waiting(entry: Entry, user: Any) -> list[Counted]:
    rows = entry.count_for(user) if entry.count_for else entry.count() if entry.count else []
    return rows if isinstance(rows, list) else [rows]


def _hangs_on(user: Any, entries: list[Entry]) -> Hashable:
    """All on which it hangs what is counted: the lines, who looks, what they may do, and the time to the minute."""
    minute = clock.now().replace(second=0, microsecond=0)
    return tuple(e.label for e in entries), user.pk, minute, tuple(permitted(verb, user) for verb in verbs())


def _item(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    url = reverse(entry.url_name)
    current = request.path == url if url == reverse("admin:index") else request.path.startswith(url)
    return {"label": entry.label, "url": url, "count": None, "alert": False, "current": current}
