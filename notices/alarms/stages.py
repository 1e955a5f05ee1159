"""The states in which a letter may stand, and for how long: each is a house setting (社内の取扱い)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from config.desk import house
from config.desk.clock import jst_day
from config.desk.house import Policy, define
from notices.models import Delivery, Notice

_UNITS = {"分": "minutes", "時間": "hours", "日": "days"}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One state. `rows` are those that came into it by `late`; `since` is the field that says when."""

    key: str
    title: str
    policy: Policy
    rows: Callable[[datetime], QuerySet[Any]]
    since: str
    told: str  # what follows the number of letters in the sentence
    verb: str = ""  # what a person does next; none: the letter's page tells
    by_machine: bool = False  # nobody needs to do anything: it ought to move by itself

    def late(self, at: datetime, values: Mapping[str, Any]) -> datetime:
        """Whatever came into the state by then has stood too long."""
        return at - timedelta(**{_UNITS[self.policy.unit]: int(values[self.policy.key])})

    def allowed(self, values: Mapping[str, Any]) -> str:
        """10分."""
        return f"{values[self.policy.key]}{self.policy.unit}"


def _policy(key: str, label: str, default: int, unit: str, highest: int) -> Policy:
    return define(Policy(f"alarm_{key}", f"{label}、警報を出すまで", default, unit, lowest=1, highest=highest))


def _making(late: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(state__in=["ordered", "numbered"], ordered_at__lte=late)


def _in_state(state: str) -> Callable[[datetime], QuerySet[Delivery]]:
    """Of a letter that stands: claimed, and since then nobody knows, or it was refused."""
    return lambda late: Delivery.objects.filter(
        channel="email", state=state, claimed_at__lte=late, notice__state__in=["final", "dispatched"]
    )


def _to_post(late: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.to_post().filter(notice__planned_dispatch_on__lte=jst_day(late))


def _unrecorded(late: datetime) -> QuerySet[Delivery]:
    """A recorded posting holds the clocks until somebody looks where it is."""
    recorded = Delivery.objects.filter(channel="post", state="dispatched", postage__in=["recorded", "registered"])
    return recorded.filter(dispatched_at__lte=late, waived_at=None)


def _returned(late: datetime) -> QuerySet[Delivery]:
    """Came back on every way, and was neither sent anew nor settled: as the home page counts them."""
    rows = Delivery.objects.came_back().filter(notice__state__in=["dispatched", "final"], notice__followed_up=False)
    return rows.filter(returned_at__lte=late).exclude(notice__deliveries__state__in=["dispatched", "delivered"])


def _void(late: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(state="void", followed_up=False, ordered_at__lte=late)


STAGES = (
    Stage(key="making", title="作成待ち", policy=_policy("making_minutes", "通知が「作成待ち」「作成中」のまま", 10, "分", 1440),
          rows=_making, since="ordered_at", told="書面ができないまま", by_machine=True),
    Stage(key="sending", title="送信待ち", policy=_policy("sending_minutes", "送信の時刻を過ぎたメールについて", 10, "分", 1440),
          rows=lambda late: Delivery.objects.emails_due(late), since="due_at", told="送信の時刻を過ぎたまま", by_machine=True),
    Stage(key="in_flight", title="送信の結果が不明", policy=_policy("in_flight_minutes", "送信の結果が不明なまま", 30, "分", 1440),
          rows=_in_state("in_flight"), since="claimed_at", told="送信の結果が不明なまま", verb="notices.record_outcome"),
    Stage(key="failed", title="送信できず", policy=_policy("failed_hours", "送信できなかったメールが、そのまま", 24, "時間", 720),
          rows=_in_state("failed"), since="claimed_at", told="送信できなかったまま", verb="notices.retry_delivery"),
    Stage(key="void", title="書面を作れず", policy=_policy("void_hours", "書面を作れなかった通知が、そのまま", 24, "時間", 720),
          rows=_void, since="ordered_at", told="書面を作れず、出し直されないまま"),
    Stage(key="unposted", title="差出し待ち", policy=_policy("posting_days", "発送予定日を過ぎた郵送分について", 1, "日", 60),
          rows=_to_post, since="notice__planned_dispatch_on", told="発送予定日を過ぎ、差し出されないまま", verb="notices.mark_posted"),
    Stage(key="unrecorded", title="配達の記録なし", policy=_policy("record_days", "特定記録・書留の配達を記録しないまま", 14, "日", 180),
          rows=_unrecorded, since="dispatched_at", told="配達の記録がないまま", verb="notices.record_delivery"),
    Stage(key="returned", title="返戻・不達", policy=_policy("returned_days", "返戻・不達の後、対応がないまま", 3, "日", 60),
          rows=_returned, since="returned_at", told="返戻・不達の後、対応がないまま"),
)  # fmt: skip


def values_in_force() -> dict[str, Any]:
    """Every house setting, read at once."""
    return {policy.key: value for policy, value in house.in_force()}


def stage_of(key: str) -> Stage:
    """The stage of this key, or KeyError."""
    return {stage.key: stage for stage in STAGES}[key]


def since_of(stage: Stage, row: Any) -> date | datetime:
    """When this row came into the state."""
    for name in stage.since.split("__"):
        row = getattr(row, name)
    return row  # type: ignore[no-any-return]
