"""An order to make a letter ready as 内容証明, and what was made of it: exact bytes and their SHA-256, insert-only."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.desk import clock
from config.desk.history import Tracked
from contracts.rules.naiyo import FORMS
from notices.models import Notice


class CertifiedOrder(Tracked):
    """A person wants this letter to leave as 内容証明. Its papers are made outside of any transaction, once."""

    class State(models.TextChoices):
        ORDERED = "ordered", "作成待ち"
        MADE = "made", "作成済"
        FAILED = "failed", "作成できず"

    notice = models.OneToOneField(Notice, verbose_name="通知", on_delete=models.PROTECT, related_name="certified")
    layout = models.CharField("用紙の体裁", max_length=4, choices=[(form.key, form.label) for form in FORMS.values()])
    names = models.JSONField("確かめた固有名詞", default=list)
    state = models.CharField("状態", max_length=8, choices=State, default=State.ORDERED)
    sheets = models.PositiveSmallIntegerField("枚数", default=0)
    failure = models.TextField("作れない理由", blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用意した人", on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField("用意した日時")

    class Meta:
        verbose_name = verbose_name_plural = "内容証明の用意"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ordered", "made", "failed"]), name="certifiedorder_state"),
            models.CheckConstraint(condition=~Q(state="made") | Q(sheets__gte=1), name="certifiedorder_sheets"),
        ]
        indexes = [models.Index(fields=["state"], name="certifiedorder_waiting", condition=Q(state="ordered"))]

    def __str__(self) -> str:
        return f"{self.notice} 内容証明"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: in which shape, and what became of it."""
        sheets = f"（{record.sheets}枚）" if record.sheets else ""
        failure = f"　{record.failure}" if record.failure else ""
        return (
            f"内容証明：{CertifiedOrder.State(record.state).label}{sheets}　{FORMS[record.layout].label}{failure}",
            [],
        )

    @property
    def subject(self) -> Notice:
        """Its letter, for the lock order."""
        return self.notice

    @property
    def customer(self) -> Any:
        """Its letter's customer, for the lock order."""
        return self.notice.customer

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {"state": self.state, "layout": self.layout, "sheets": self.sheets, "failure": self.failure or None}


class CertifiedCopy(models.Model):
    """What was made: the three copies as one PDF, or the file for e内容証明. Insert-only by trigger, so it needs no history."""

    class Paper(models.TextChoices):
        PDF = "pdf", "同文3通のPDF"
        WORD = "docx", "e内容証明の文書ファイル"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="certified_copies", verbose_name="通知")
    paper = models.CharField("種類", max_length=4, choices=Paper)
    body = models.BinaryField("書面")
    media_type = models.CharField("形式", max_length=80)
    sha256 = models.CharField("SHA-256", max_length=64)
    of_sha256 = models.CharField("もとの書面のSHA-256", max_length=64)
    sheets = models.PositiveSmallIntegerField("枚数")
    created_at = models.DateTimeField("作成日時", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "内容証明の文書"
        constraints = [models.UniqueConstraint(fields=["notice", "paper"], name="certifiedcopy_once_a_paper")]

    def __str__(self) -> str:
        return f"{self.notice} {self.get_paper_display()}"
