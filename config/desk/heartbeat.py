"""Whether the automatic work goes on: the worker leaves a mark each time that it has pumped."""

from datetime import datetime, timedelta

from config.desk import clock
from config.desk.jst import jtime
from config.desk.models import Heartbeat

STALE_AFTER = timedelta(minutes=10)


def beat(name: str, at: datetime) -> None:
    """The worker was here."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def last(name: str = "pump") -> datetime | None:
    """When it was here last."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def shown() -> dict[str, object]:
    """For the foot of the sidebar."""
    latest = last()
    if latest is None:
        return {"ok": False, "title": "自動処理が動いていません", "lines": ["記録がまだありません"]}
    age = clock.now() - latest
    minutes = max(int(age.total_seconds() // 60), 0)
    title = "自動処理は動いています" if age <= STALE_AFTER else "自動処理が止まっています"
    return {"ok": age <= STALE_AFTER, "title": title, "lines": [f"最終確認 {jtime(latest)}（{minutes}分前）"]}
