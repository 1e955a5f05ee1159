"""The incoming register and the files kept with it."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Customer
from config.desk.history import Tracked
from contracts.incoming.querysets import IncomingQuerySet

CHANNELS = ["phone", "email", "letter", "web", "log", "colleague"]


class Incoming(Tracked):
    """One thing that came in: what it says, when it came and to whom, and the row that it is about."""

    class Channel(models.TextChoices):
        PHONE = "phone", "電話"
        EMAIL = "email", "メール"
        LETTER = "letter", "郵便"
        WEB = "web", "ウェブ"
        LOG = "log", "監視の記録"
        COLLEAGUE = "colleague", "社内"

    number = models.CharField("受信番号", max_length=16, unique=True)
    customer = models.ForeignKey(
        Customer, verbose_name="利用者", null=True, blank=True, on_delete=models.PROTECT, related_name="incoming"
    )
    channel = models.CharField("方法", max_length=10, choices=Channel)
    received_at = models.DateTimeField("受信日時", db_index=True)
    summary = models.TextField("要旨")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="受けた人", on_delete=models.PROTECT, related_name="+"
    )
    content_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField("対象", null=True, blank=True)
    put_aside_at = models.DateTimeField("対応しないとした日時", null=True, blank=True)
    subject: Any = GenericForeignKey()

    objects = IncomingQuerySet.as_manager()
    related_facts = ("customer", "subject")

    class Meta:
        verbose_name = verbose_name_plural = "受信簿"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="incoming_channel"),
            models.CheckConstraint(
                condition=Q(content_type=None, object_id=None) | Q(content_type__isnull=False, object_id__isnull=False),
                name="incoming_subject_whole",
            ),
            models.CheckConstraint(
                condition=Q(put_aside_at=None) | Q(customer=None, content_type=None), name="incoming_put_aside"
            ),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id", "received_at"], name="incoming_subject_idx"),
            models.Index(
                fields=["received_at"], condition=Q(customer=None, put_aside_at=None), name="incoming_of_nobody_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: how it came, and what it says."""
        return f"{record.number}（{record.get_channel_display()}）：{record.summary[:120]}", []

    @property
    def title(self) -> str:
        """The first words."""
        first = self.summary.strip().splitlines()[0]
        return first if len(first) <= 40 else f"{first[:40]}…"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "channel": self.channel, "received_at": self.received_at, "summary": self.summary,
            "taken_by": self.taken_by.name, "about": self.subject.number if self.subject else None, "files": self.files.count(),
        }  # fmt: skip


class StoredFile(Tracked):
    """A file as it came, found by the hash of its bytes. The row is frozen; the same bytes lie once in the storage."""

    incoming = models.ForeignKey(Incoming, verbose_name="受信", on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    name = models.CharField("ファイル名", max_length=255)
    media_type = models.CharField("形式", max_length=40)
    size = models.PositiveIntegerField("大きさ（バイト）")

    class Meta:
        verbose_name = verbose_name_plural = "受信したファイル"
        constraints = [models.UniqueConstraint(fields=["incoming", "sha256"], name="storedfile_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is downloaded."""
        return reverse("incoming:file", args=[self.pk])
