"""代理: who approves in whose place, from which JST day to which. An end that comes earlier is added; nothing is rewritten."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.desk.clock import jst_day
from config.desk.history import Tracked


class DeputyQuerySet(models.QuerySet["Deputy"]):
    """Sentences about deputies."""

    def in_force(self, at: datetime) -> "DeputyQuerySet":
        """Those at this moment: from 00:00 JST of the first day to 24:00 of the last, unless ended before."""
        day = jst_day(at)
        running = Q(ended_at=None) | Q(ended_at__gt=at)
        return self.filter(running, entered_at__lte=at, first_day__lte=day, last_day__gte=day)

    def overlapping(self, first: Any, last: Any) -> "DeputyQuerySet":
        """Those not ended that share a day with first to last, both included."""
        return self.filter(ended_at=None, first_day__lte=last, last_day__gte=first)


def _person(label: str, name: str = "+", *, blank: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=blank, blank=blank, on_delete=models.PROTECT, related_name=name
    )  # fmt: skip


class Deputy(Tracked):
    """`deputy` approves in the place of `for_user` on these JST days, both included; house policy, of no clause."""

    number = models.CharField("代理番号", max_length=16, unique=True)
    for_user = _person("不在の人", "deputies")
    deputy = _person("代理する人", "stands_in")
    first_day = models.DateField("初日")
    last_day = models.DateField("末日")
    reason = models.TextField("理由")
    entered_by = _person("登録した人")
    entered_at = models.DateTimeField("登録した日時")
    ended_at = models.DateTimeField("終わらせた日時", null=True, blank=True)
    ended_by = _person("終わらせた人", blank=True)
    end_reason = models.TextField("終わらせた理由", blank=True)

    objects = DeputyQuerySet.as_manager()
    related_facts = ()

    class Meta:
        verbose_name = verbose_name_plural = "代理"
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(deputy=F("for_user")), name="deputy_of_another"),
            models.CheckConstraint(condition=~Q(entered_by=F("deputy")), name="deputy_not_by_oneself"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="deputy_days"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="") | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="deputy_ended",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["deputy", "last_day"], name="deputy_last_day")]

    def __str__(self) -> str:
        return self.number

    def stage(self, at: datetime) -> str:
        """coming, in_force, over, or ended (before its last day), at this moment."""
        if self.ended_at is not None and self.ended_at <= at:
            return "ended"
        day = jst_day(at)
        return "coming" if day < self.first_day else "over" if day > self.last_day else "in_force"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "for_user": self.for_user.name, "deputy": self.deputy.name, "first_day": self.first_day,
            "last_day": self.last_day, "entered_by": self.entered_by.name, "ended_at": self.ended_at,
        }  # fmt: skip
