"""What every page shows: the time, the user and their roles, the sidebar, the heartbeat."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.desk import clock, heartbeat, nav


def desk(request: HttpRequest) -> dict[str, Any]:
    """Nothing for people who are not logged in, but the mode."""
    training = settings.KIYAKU_MODE == "training"
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"desk": {"training": training, "now": clock.now()}}
    return {
        "desk": {
            "training": training,
            "now": clock.now(),
            "user_label": str(request.user),
            "user_role": "・".join(getattr(request.user, "roles", ())),
            "nav": nav.groups(request),
            "heartbeat": heartbeat.shown(),
            "search_url": "/admin/search/",
            "query": request.GET.get("q", ""),
        }
    }
