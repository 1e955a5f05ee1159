"""本日の業務: a few queries over engine rows. Each engine registers its sources; a source fills one bucket."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse

from config.desk import alarms, clock, nav
from config.desk.chips import Chip
from config.desk.counting import Counted, totals
from config.desk.origin import marked
from config.desk.press import permitted
from config.desk.registry import verb
from contracts.rules.periods import roll

BUCKETS: tuple[tuple[str, str, str, str, str], ...] = (
    ("overdue", "期限超過", "!", "bad", "期限を過ぎたものはありません。"),
    ("today", "本日期限", "●", "bad", "本日が期限のものはありません。"),
    ("week", "7日以内", "clock", "plain", "7日以内に期限の来るものはありません。"),
    ("approval", "承認待ち", "◆", "plain", "承認を待つ決裁はありません。"),
    ("returned", "不達・返戻", "↩", "plain", "不達・返戻はありません。"),
    ("failed", "送信失敗", "✕", "bad", "送信と後処理の失敗はありません。"),
)
SHOWN = 8
EXPANDED = 200


@dataclass(frozen=True, kw_only=True)
class HomeRow:
    """One thing that waits for a person, with its next step."""

    chip: Chip
    title: str
    sub: str = ""
    customer: str = ""
    customer_url: str = ""
    clause: str = ""
    owner: str = ""
    next_label: str = ""
    next_url: str = ""
    day: date | None = None  # what the queue is sorted by; rows without one come last

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the other rows, as long as it waits for the same step."""
        return self.title, self.sub, self.next_url


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who looks, when, and how much is shown. `mine`: only what this user's roles may do next."""

    by: Any
    at: datetime
    mine: bool
    limit: int

    @property
    def today(self) -> date:
        """The JST day."""
        return clock.jst_day(self.at)

    def holds(self, key: str) -> bool:
        """Whether this person may press the verb; nobody in particular: no."""
        return self.by is not None and permitted(verb(key), self.by, self.at)

    def leaves_out(self, *keys: str) -> bool:
        """Whether work that these verbs do next is not this person's."""
        return self.mine and not any(self.holds(key) for key in keys)


Source = Callable[[Asked], tuple[Counted, list[HomeRow]]]
_sources: dict[str, list[Source]] = {}
_chart: list[Callable[[date, date], dict[date, int]]] = []
_lines: list[Callable[[Any, datetime], list[str]]] = []
_ways: dict[str, Callable[[Asked], dict[str, str]]] = {}
_pages: list[tuple[str, str, str]] = []


def source(bucket: str, call: Source) -> None:
    """An engine fills a bucket: all its rows, to be counted, and the first of them as lines (none where the limit is 0)."""
    _sources.setdefault(bucket, []).append(call)


def chart(call: Callable[[date, date], dict[date, int]]) -> None:
    """An engine says how many deadlines fall on each day from … to …"""
    _chart.append(call)


def line(call: Callable[[Any, datetime], list[str]]) -> None:
    """A room says what concerns this person today, in a few words under the title."""
    _lines.append(call)


def way_on(bucket: str, call: Callable[[Asked], dict[str, str]]) -> None:
    """An engine leads on from the head of a bucket: label and url; nothing for who has nothing to do there."""
    _ways[bucket] = call


def way(label: str, url_name: str, key: str) -> None:
    """A room offers a page on which much work is done at once, to those who hold the verb."""
    _pages.append((label, url_name, key))


def page(request: HttpRequest) -> dict[str, Any]:
    """All that the home page shows."""
    at, mine = clock.now(), request.GET.get("scope") != "all"
    only = request.GET.get("section", "")
    sections = [
        _section(bucket, Asked(by=request.user, at=at, mine=mine, limit=EXPANDED if only == bucket[0] else SHOWN))
        for bucket in BUCKETS
    ]
    return {
        "date": clock.jst_day(at),
        "next_holiday": _next_closed(clock.jst_day(at)),
        "alarms": alarms.seen_by(request.user, at),
        "lines": [line for call in _lines for line in call(request.user, at)],
        "scopes": [
            {"label": "自分の役割", "url": "?", "current": mine},
            {"label": "全員", "url": "?scope=all", "current": not mine},
        ],
        "ways": [
            {"label": label, "url": reverse(url)} for label, url, key in _pages if permitted(verb(key), request.user)
        ],
        "counts": [_count(bucket, section) for bucket, section in zip(BUCKETS, sections, strict=True)],
        "chart": _days(clock.jst_day(at)),
        "sections": [_with_more(s, mine) for s in sections if s["count"] or s["key"] in ("overdue", "today")],
    }


def _section(bucket: tuple[str, str, str, str, str], asked: Asked) -> dict[str, Any]:
    key, title, _, _, empty = bucket
    filled = [call(asked) for call in _sources.get(key, [])] if _sees_cases(asked.by) else []
    rows = sorted((row for _, found in filled for row in found), key=lambda row: row.day or date.max)
    return {
        "key": key,
        "title": title,
        "count": sum(totals(count for count, _ in filled)),
        "rows": [replace(row, next_url=marked(row.next_url, home=True)) for row in rows[: asked.limit]],
        "empty": empty,
        "way_on": _ways[key](asked) if key in _ways and rows else {},
    }


def queue(by: Any, at: datetime) -> list[HomeRow]:
    """All rows of this person's home page that lead on, in its order."""
    asked = Asked(by=by, at=at, mine=True, limit=EXPANDED)
    rows = [row for bucket in BUCKETS for row in _section(bucket, asked)["rows"]]
    return [row for row in rows if row.next_url]


def next_row(before: list[HomeRow], here: Collection[str], by: Any, at: datetime) -> HomeRow | None:
    """Where the queue goes on after the row that led to one of these addresses (`before`: the queue as it was then).

    What stood below comes first, then what was passed over above, then what is new, at last that row itself.
    """
    now = queue(by, at)
    place = next((n for n, row in enumerate(before) if urlsplit(row.next_url).path in here), -1)
    left = {row.key: row for row in now}
    others = [row.key for row in before[place + 1 :] + before[: max(place, 0)]]
    known = {row.key for row in before}
    ordered = [*others, *(key for key in left if key not in known), *left]
    return next((left[key] for key in ordered if key in left), None)


def _sees_cases(by: Any) -> bool:
    """管理 keeps staff and settings, no cases; who has no role sees nothing."""
    return by is None or by.has_perm("deadlines.view_deadline")


def _with_more(section: dict[str, Any], mine: bool) -> dict[str, Any]:
    left = section["count"] - len(section["rows"])
    scope = "" if mine else "&scope=all"
    more = (
        {"more_url": f"?section={section['key']}{scope}#section-{section['key']}", "more_label": f"残り{left}件を表示"}
        if left > 0
        else {}
    )
    return section | more


def _count(bucket: tuple[str, str, str, str, str], section: dict[str, Any]) -> dict[str, Any]:
    key, title, glyph, tone, _ = bucket
    return {"key": key, "label": title, "glyph": glyph, "count": section["count"], "hint": _hint(section), "tone": tone}


def _hint(section: dict[str, Any]) -> str:
    first = section["rows"][0].chip.label if section["rows"] else ""
    return (
        {"overdue": f"最長 {first.removeprefix('超過')}" if "超過" in first else "", "week": first}.get(
            section["key"], ""
        )
        if first
        else ""
    )


def _next_closed(today: date) -> date:
    """The next day that is no business day."""
    day = today + timedelta(days=1)
    while roll(day, "business") == day:
        day += timedelta(days=1)
    return day


def _days(today: date) -> list[dict[str, Any]]:
    days = [today + timedelta(days=n) for n in range(14)]
    counts: dict[date, int] = {}
    for call in _chart:
        for day, count in call(days[0], days[-1]).items():
            counts[day] = counts.get(day, 0) + count
    return [
        {"day": d, "count": counts.get(d, 0), "closed": roll(d, "business") != d, "today": d == today} for d in days
    ]


def waiting(by: Any) -> list[Counted]:
    """All that waits for this person, for the sidebar: what the home page counts."""
    asked = Asked(by=by, at=clock.now(), mine=True, limit=0)
    return [call(asked)[0] for calls in _sources.values() for call in calls] if _sees_cases(by) else []


def register_nav() -> None:
    """The first line of the sidebar."""
    nav.register(nav.Entry(group="", label="本日の業務", url_name="admin:index", count_for=waiting))
