"""The end of one contract."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import Customer
from config.desk.history import Tracked
from contracts.licenses.models import Subscription


class Closing(Tracked):
    """Why and when a contract ended, and from when its data are to be erased (23(4)). One a contract."""

    class Cause(models.TextChoices):
        TERMINATION = "termination", "当社による終了"
        RESCISSION = "rescission", "承諾の取消し"

    subscription = models.OneToOneField(
        Subscription, on_delete=models.PROTECT, related_name="closing", verbose_name="契約"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="closings", verbose_name="利用者")
    cause = models.CharField("終了の種類", max_length=12, choices=Cause)
    clause = models.CharField("根拠条項", max_length=24)
    source = models.CharField("元の案件", max_length=20)
    ended_at = models.DateTimeField("終了日時")
    counted_from = models.DateField("削除までの期間の起算", help_text="最後の発送、または分かっている配達の日です。")
    kept_through = models.DateField("保存の最終日")
    length = models.JSONField(
        "保存する期間", default=dict, help_text="終了したときに定まった長さです。後の定めでは変わりません。"
    )
    reasoning = models.JSONField("計算の根拠", default=list)
    taken_back_at = models.DateTimeField("終了の取消し", null=True, blank=True)
    taken_back_why = models.CharField("終了を取り消した理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "利用終了"
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=["termination", "rescission"]), name="closing_cause")
        ]

    def __str__(self) -> str:
        return f"{self.subscription} の終了"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "cause": self.cause, "clause": self.clause, "source": self.source, "ended_at": self.ended_at,
            "kept_through": self.kept_through, "counted_from": self.counted_from, "taken_back_at": self.taken_back_at,
        }  # fmt: skip
