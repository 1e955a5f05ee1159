"""What becomes of the money after a rescission: a row that waits for 法務, and what 法務 decided."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Customer
from config.desk.history import Tracked


class Settlement(Tracked):
    """金銭の扱い: which part of the fees received (yen) is kept or returned once the acceptance was rescinded.

    13(4) says that fees received are not returned; unjust enrichment (Civil Code 703, 704) and the Consumer Contract Act
    (8 to 10) may say otherwise. So a person of 法務 decides, and says why. Its number is a place under its application
    (A-2026-000001-K1).
    """

    class State(models.TextChoices):
        OPEN = "open", "法務の判断待ち"
        DECIDED = "decided", "決定済"
        DROPPED = "dropped", "不要になった"

    class Outcome(models.TextChoices):
        NOTHING = "nothing", "受け取った料金はなかった"
        KEEP = "keep", "返さない"
        PART = "part", "一部を返す"
        RETURN = "return", "全額を返す"

    class Basis(models.TextChoices):
        TERMS = "terms", "規約第13条第4項（受け取った料金は返さない）"
        UNJUST = "unjust", "民法第703条・第704条（不当利得）"
        CONSUMER = "consumer", "消費者契約法第8条から第10条"
        OTHER = "other", "その他（理由に書く）"

    number = models.CharField("精算番号", max_length=24, unique=True)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="settlements", verbose_name="利用申込"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="settlements", verbose_name="利用者")
    state = models.CharField("状態", max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField("取消しの日時")
    outcome = models.CharField("金銭の扱い", max_length=8, choices=Outcome, blank=True)
    basis = models.CharField("根拠", max_length=8, choices=Basis, blank=True)
    received = models.PositiveBigIntegerField("受け取った料金（円）", null=True, blank=True)
    returned = models.PositiveBigIntegerField("返す額（円）", null=True, blank=True)
    reason = models.TextField("理由", blank=True)
    decided_at = models.DateTimeField("決定日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="決めた人"
    )  # fmt: skip
    closed_reason = models.CharField("不要になった理由", max_length=300, blank=True)

    related_facts = ("application", "customer")

    class Meta:
        verbose_name = verbose_name_plural = "取消しの金銭の扱い"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["open", "decided", "dropped"]), name="settlement_state"),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False, received__isnull=False)
                    & Q(returned__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(reason="")
                ),
                name="settlement_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome="")
                | Q(outcome="nothing", received=0, returned=0)
                | Q(outcome="keep", received__gt=0, returned=0)
                | Q(outcome="part", returned__gt=0, returned__lt=F("received"))
                | Q(outcome="return", returned__gt=0, returned=F("received")),
                name="settlement_amounts",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="open"), name="settlement_one_open_an_application"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: what was decided of the money."""
        if record.state == Settlement.State.OPEN:
            why = f"（{record.reason}）" if record.reason else ""
            return f"金銭の扱いは、法務が決めます{why}", ["13(4)"]
        if record.state == Settlement.State.DROPPED:
            return f"金銭の扱いの判断は不要になった：{record.closed_reason}", []
        outcome = Settlement.Outcome(record.outcome).label
        return f"金銭の扱い：{outcome}（受領{record.received:,}円、返す額{record.returned:,}円）", ["13(4)"]

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "state": self.state, "outcome": self.outcome or None, "basis": self.basis or None,
            "received": self.received, "returned": self.returned, "reason": self.reason or None, "decided_at": self.decided_at,
            "decided_by": self.decided_by.name if self.decided_by else None,
        }  # fmt: skip
