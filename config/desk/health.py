"""/health/ for whoever watches this place from outside: JSON, 200 or 503, without log-in, session or a single write.

Not the view of django-health-check: that one is asynchronous, so that under WSGI every call runs an event loop and asks the
database from another thread on a connection of its own; it answers 500 for what merely stands still, 200 in its other
formats whatever is wrong, and by default an HTML page whose styles our policy forbids. What is asked here stands in
alarms.py, where the home page and `manage.py doctor` ask it too, so the three never differ.
Names and numbers only: no person, no letter, no address, no path is told to whom nobody has asked to log in.
"""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.desk import alarms, clock


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Everything that ought to move does: 200; something stands still: 503."""
    if not _database():
        return _answer(False, {"database": {"ok": False}})
    found = alarms.standing(clock.now())
    checks = {"database": {"ok": True}} | {key: _check(standing) for key, standing in found.items()}
    return _answer(all(check["ok"] for check in checks.values()), checks)


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Only whether this process answers and reaches its database: for a load balancer, which heals nothing else."""
    database = _database()
    return _answer(database, {"database": {"ok": database}})


def _check(standing: list[alarms.Alarm]) -> dict[str, Any]:
    ok = not any(alarm.serious for alarm in standing)
    return {"ok": ok, "standing": {alarm.key: alarm.count for alarm in standing}}


def _answer(ok: bool, checks: dict[str, Any]) -> JsonResponse:
    return JsonResponse({"ok": ok, "checks": checks}, status=200 if ok else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
