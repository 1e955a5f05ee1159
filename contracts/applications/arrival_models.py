"""What came in while a document was awaited, and is not that document (6(4))."""

from typing import Any

from django.conf import settings
from django.db import models

from config.desk.history import Tracked
from contracts.incoming.models import Incoming


class OtherArrival(Tracked):
    """届いたものの確認: somebody looked at this line, and it is not what the applicant was asked for; and why."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="other_arrivals", verbose_name="申込"
    )
    incoming = models.OneToOneField(Incoming, on_delete=models.PROTECT, related_name="+", verbose_name="受信")
    reason = models.TextField("理由")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="確かめた人"
    )
    judged_at = models.DateTimeField("確かめた日時")

    class Meta:
        verbose_name = verbose_name_plural = "求めた書類ではないもの"
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="otherarrival_reason")]

    def __str__(self) -> str:
        return f"{self.application} {self.incoming}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: which line, and why it is not the document."""
        return f"{record.incoming.number} は、求めた書類ではない（{record.reason}）", ["6(4)"]
