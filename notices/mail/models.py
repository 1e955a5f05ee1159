"""What mail services tell of what was sent: kept as it came, insert-only by trigger, whether or not it has an effect."""

from typing import Any

from django.db import models
from django.db.models import Q

from config.desk import clock


class MailEvent(models.Model):
    """One event of one message. What follows from it stands on the delivery, not here."""

    class Kind(models.TextChoices):
        """In the words of django-anymail, which are the same for all services."""

        QUEUED = "queued", "送信サービスが受付"
        SENT = "sent", "送信サービスが送信"
        REJECTED = "rejected", "送信サービスが拒否"
        FAILED = "failed", "送信サービスで失敗"
        BOUNCED = "bounced", "不達"
        DEFERRED = "deferred", "遅延（再送中）"
        DELIVERED = "delivered", "配達"
        AUTORESPONDED = "autoresponded", "自動応答"
        OPENED = "opened", "開封"
        CLICKED = "clicked", "リンクを開く"
        COMPLAINED = "complained", "迷惑メールの申告"
        UNSUBSCRIBED = "unsubscribed", "配信停止の申出"
        SUBSCRIBED = "subscribed", "配信の申出"
        UNKNOWN = "unknown", "その他"

    service = models.CharField("送信サービス", max_length=30)
    event_id = models.CharField(
        "事象の識別子", max_length=200, help_text="サービスが付けないものは、内容から作ります。"
    )
    kind = models.CharField("事象", max_length=20, choices=Kind)
    raw_kind = models.CharField("サービスの呼び名", max_length=60, blank=True)
    message_id = models.CharField("メールの識別子", max_length=200, blank=True, db_index=True)
    our_id = models.CharField("当社の識別子", max_length=200, blank=True, db_index=True)
    recipient = models.CharField("宛先", max_length=254, blank=True)
    at = models.DateTimeField("事象の日時")
    reject_reason = models.CharField("理由の分類", max_length=20, blank=True)
    detail = models.TextField("サービスの説明", blank=True)
    received_at = models.DateTimeField("受けた日時", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "メールの配達記録"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "event_id"], name="mailevent_once"),
            models.CheckConstraint(condition=~Q(event_id=""), name="mailevent_named"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.get_kind_display()}"

    @property
    def number(self) -> str:
        """Its key in addresses and messages; events have no public number."""
        return f"ME-{self.pk}"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {"service": self.service, "kind": self.kind, "recipient": self.recipient, "at": self.at}
