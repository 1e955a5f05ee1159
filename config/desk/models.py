"""The desk's own tables: numbers, handler runs, house settings, the access log."""

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from config.desk import clock
from config.desk.history import Tracked


class Desk(models.Model):
    """No table: it carries the permissions of the verbs."""

    class Meta:
        managed = False
        default_permissions = ()
        verbose_name = "手続"

    def __str__(self) -> str:
        return "手続"


class Counter(models.Model):
    """The last number given out in a series and year. Taken last of all locks, in the transaction that uses it."""

    series = models.CharField("系列", max_length=4)
    year = models.PositiveSmallIntegerField("年")
    last = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "採番"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="counter_series_year")]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}-{self.last:06d}"


class HandlerRun(models.Model):
    """A handler that waits, is done, or has failed. It is committed with the outcome that it follows."""

    class State(models.TextChoices):
        WAITING = "waiting", "実行待ち"
        DONE = "done", "実行済"
        FAILED = "failed", "後処理の失敗"

    engine = models.CharField("機能", max_length=20)
    event = models.CharField("事象", max_length=40)
    kind = models.CharField("種類", max_length=80)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    row: Any = GenericForeignKey()
    at = models.DateTimeField("事象の日時")
    state = models.CharField("状態", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    next_attempt_at = models.DateTimeField("次の試行", null=True)
    error = models.TextField("失敗の内容", blank=True)
    done_at = models.DateTimeField("完了日時", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "後処理"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "done", "failed"]), name="handlerrun_state"),
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="handlerrun_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"

    @property
    def number(self) -> str:
        """Its key in addresses and messages; handler runs have no public number."""
        return f"H-{self.pk}"

    @property
    def subject(self) -> Any:
        """The engine's row it belongs to, for the lock order."""
        return self.row

    @property
    def customer(self) -> Any:
        """The customer of the engine's row, for the lock order."""
        return getattr(self.row, "customer", None)


class HouseSetting(Tracked):
    """A house policy whose value differs from its default, set by 管理 through its verb."""

    key = models.CharField("項目", max_length=60, unique=True)
    value = models.CharField("値", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "社内の取扱い"

    def __str__(self) -> str:
        return self.key


class AccessLog(models.Model):
    """Who came in, and who was turned away. Kept apart from the history of users."""

    class Event(models.TextChoices):
        LOGIN = "login", "ログイン"
        LOGOUT = "logout", "ログアウト"
        FAILED = "failed", "ログインできず"

    at = models.DateTimeField("日時", default=clock.now)
    event = models.CharField("事象", max_length=10, choices=Event)
    user = models.CharField("利用した人", max_length=254, blank=True)
    address = models.GenericIPAddressField("接続元", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "入室の記録"
        constraints = [
            models.CheckConstraint(condition=Q(event__in=["login", "logout", "failed"]), name="accesslog_event")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user}"


class Heartbeat(models.Model):
    """When each automatic worker was last at work."""

    name = models.CharField("名前", max_length=20, unique=True)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = verbose_name_plural = "自動処理の動き"

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
