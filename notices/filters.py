"""Filters of the list of letters: what waits for a person, on which way."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notices.models import Delivery, Notice

TABS = {"post": "差出し待ち", "returned": "不達・返戻", "failed": "送信失敗", "waiting": "発送待ち"}
ALARMS = ("returned", "failed")
SENT = ["final", "dispatched"]


def waiting(rows: QuerySet[Notice], what: str) -> QuerySet[Notice]:
    """Letters to post; that came back and were not sent anew; whose sending failed or broke off; of which nothing left."""
    if what == "waiting":
        return rows.filter(state__in=["ordered", "numbered", "final"])
    deliveries: dict[str, QuerySet[Delivery]] = {
        "post": Delivery.objects.to_post(),
        "returned": Delivery.objects.came_back().filter(notice__followed_up=False),
        "failed": Delivery.objects.unclear(),
    }
    if what not in deliveries:
        return rows
    return rows.filter(state__in=SENT, pk__in=deliveries[what].order_by().values("notice"))


class WaitingFilter(admin.SimpleListFilter):
    """することのある通知."""

    title = "すること"
    parameter_name = "wait"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """As the tabs name them."""
        return list(TABS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that wait so."""
        return waiting(queryset, self.value() or "")
