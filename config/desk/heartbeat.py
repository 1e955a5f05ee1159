"""Whether the automatic work goes on: the worker leaves a mark each time that it has pumped."""

from datetime import datetime, timedelta

from django.db.models import Subquery

from config.desk import clock, house
from config.desk.jst import jtime
from config.desk.models import Heartbeat, HouseSetting

LIMIT = "alarm_worker_minutes"


def beat(name: str, at: datetime) -> None:
    """The worker was here."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def last(name: str = "pump") -> datetime | None:
    """When it was here last."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def stale_after() -> timedelta:
    """How long it may be silent (a house setting)."""
    return timedelta(minutes=house.number(LIMIT))


def shown() -> dict[str, object]:
    """For the foot of the sidebar, on every page: one query for the mark and for how old it may be."""
    limit = Subquery(HouseSetting.objects.filter(key=LIMIT).values("value")[:1])
    found = Heartbeat.objects.filter(name="pump").values_list("at", limit).first()
    if found is None:
        return {"ok": False, "title": "自動処理が動いていません", "lines": ["記録がまだありません"]}
    latest, minutes_allowed = found
    age = clock.now() - latest
    minutes = max(int(age.total_seconds() // 60), 0)
    ok = age <= timedelta(minutes=int(house.value_of(LIMIT, minutes_allowed)))
    title = "自動処理は動いています" if ok else "自動処理が止まっています"
    return {"ok": ok, "title": title, "lines": [f"最終確認 {jtime(latest)}（{minutes}分前）"]}
