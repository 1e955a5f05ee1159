"""Filters of the list of applications: by what a person would call its state, and by how near its deadline is."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest

from config.desk import clock
from contracts.applications.models import Application, GroundJudgement
from contracts.applications.stages import STAGES, in_stage
from contracts.deadlines.models import Deadline


def due(rows: QuerySet[Application], span: str) -> QuerySet[Application]:
    """Those with a running deadline that is overdue, due today, or due within seven days (JST)."""
    today = clock.today()
    running = Deadline.objects.counted().filter(content_type=ContentType.objects.get_for_model(Application))
    within = {
        "overdue": {"day__lt": today},
        "today": {"day": today},
        "week": {"day__gt": today, "day__lte": today + timedelta(days=7)},
    }
    return rows.filter(pk__in=running.filter(**within[span]).order_by().values("object_id")) if span in within else rows


class StageFilter(admin.SimpleListFilter):
    """状態."""

    title = "状態"
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All stages."""
        return [(stage.key, stage.label) for stage in STAGES.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those in the stage."""
        return in_stage(queryset, self.value() or "") if self.value() in STAGES else queryset


class DueFilter(admin.SimpleListFilter):
    """期限."""

    title = "期限"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """How near."""
        return [("overdue", "超過"), ("today", "本日"), ("week", "7日以内")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those so near."""
        return due(queryset, self.value() or "")


class FindingFilter(admin.SimpleListFilter):
    """該当する事由: what a person judged."""

    title = "該当する事由"
    parameter_name = "applies"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """With or without."""
        return [("yes", "あり"), ("no", "なし")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of which a ground was judged to apply, or the others."""
        found = GroundJudgement.objects.filter(finding="applies").values("application")
        if self.value() == "yes":
            return queryset.filter(pk__in=found)
        return queryset.exclude(pk__in=found) if self.value() == "no" else queryset
