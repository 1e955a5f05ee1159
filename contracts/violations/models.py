"""A case, its items, what each correction notice named, and the checks that nothing was cured. The rest: records.py."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Customer
from config.desk.history import Tracked
from config.desk.jst import jmoment
from contracts.licenses.models import Subscription
from contracts.violations.querysets import ItemQuerySet, ViolationQuerySet
from contracts.violations.records import Inquiry, Investigation, Withdrawal
from notices.models import Notice

__all__ = ["Inquiry", "Investigation", "NoticeItem", "UncuredCheck", "Violation", "ViolationItem", "Withdrawal"]

STATES = ["open", "confirmed", "correction_ordered", "curing", "cured", "terminating", "terminated", "dismissed"]


class Violation(Tracked):
    """違反案件. A further item or notice never moves it back."""

    class State(models.TextChoices):
        OPEN = "open", "調査中"
        CONFIRMED = "confirmed", "違反と認定"
        CORRECTION_ORDERED = "correction_ordered", "是正通知の発送待ち"
        CURING = "curing", "是正期間中"
        CURED = "cured", "是正済"
        TERMINATING = "terminating", "終了の発送待ち"
        TERMINATED = "terminated", "契約終了"
        DISMISSED = "dismissed", "違反と認めず"

    number = models.CharField("案件番号", max_length=16, unique=True)
    customer = models.ForeignKey(Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="violations")
    subscription = models.ForeignKey(
        Subscription, verbose_name="契約", on_delete=models.PROTECT, related_name="violations"
    )
    source = models.CharField("発見の経緯", max_length=200)
    summary = models.TextField("事実の概要")
    state = models.CharField("状態", max_length=20, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField("認知日時")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="担当", on_delete=models.PROTECT, related_name="+")
    closed_reason = models.TextField("違反と認めない理由", blank=True)

    objects = ViolationQuerySet.as_manager()
    related_facts = ("customer", "subscription")

    class Meta:
        verbose_name = verbose_name_plural = "違反案件"
        ordering = ["-opened_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="violation_state")]
        indexes = [models.Index(fields=["state", "opened_at"], name="violation_state_idx")]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """The first words of the facts."""
        first = (self.summary.strip().splitlines() or ["（概要なし）"])[0]
        return first if len(first) <= 28 else f"{first[:27]}…"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "state": self.state, "source": self.source, "opened_at": self.opened_at,
            "items": [item.facts() for item in self.items.order_by("position")],
            "findings": [finding.facts() for finding in self.investigations.all()],
            "inquiries": [inquiry.facts() for inquiry in self.inquiries.all()],
            "withdrawals": [withdrawal.facts() for withdrawal in self.withdrawals.all()],
        }  # fmt: skip


class ViolationItem(Tracked):
    """One finding in a case; items count 1, 2, … in the case, suspicions too."""

    class Finding(models.TextChoices):
        ACT = "act", "該当"
        RISK = "risk", "おそれのある行為"
        SUSPICION = "suspicion", "疑い"

    case = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="items", verbose_name="案件")
    position = models.PositiveSmallIntegerField("番号")
    clauses = models.JSONField("条項")
    finding = models.CharField("認定", max_length=10, choices=Finding)
    text = models.TextField("事実")
    evidence = models.TextField("証拠", blank=True)
    by_credentials = models.BooleanField("発行した認証情報を使った行為", default=False)  # 9(5)
    credentials = models.CharField("使われた認証情報", max_length=200, blank=True)
    confirmed_at = models.DateTimeField("認定日時")
    cured_at = models.DateTimeField("是正された日時", null=True, blank=True)
    cure_evidence = models.TextField("是正の証拠", blank=True)
    annulled_at = models.DateTimeField("認定の取消し", null=True, blank=True, help_text="異議を認めたときです。")
    annulled_by = models.CharField("取り消した異議", max_length=16, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "違反事項"
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="violationitem_position"),
            models.CheckConstraint(condition=Q(finding__in=["act", "risk", "suspicion"]), name="violationitem_finding"),
            models.CheckConstraint(
                condition=Q(by_credentials=True) | Q(credentials=""), name="violationitem_credentials"
            ),
            models.CheckConstraint(
                condition=Q(annulled_at=None) | ~Q(annulled_by=""), name="violationitem_annulled_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} 事項{self.position}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: what was found, on which clauses; and a cure once it is known."""
        finding = ViolationItem.Finding(record.finding).label
        cured = f"（{jmoment(record.cured_at)} 是正）" if record.cured_at else ""
        used = (
            f"（{'：'.join(filter(None, ['認証情報を使った行為', record.credentials]))}）"
            if record.by_credentials
            else ""
        )
        cited = [*record.clauses, *(["9(5)"] if record.by_credentials else [])]
        annulled = f"（異議 {record.annulled_by} により、認定を取り消した）" if record.annulled_at else ""
        return f"事項{record.position}　{finding}：{record.text}{used}{cured}{annulled}", cited

    @property
    def source_key(self) -> str:
        """Under which its prior record is kept."""
        return f"{self.case.number} 事項{self.position}"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "position": self.position, "clauses": self.clauses, "finding": self.finding, "cured_at": self.cured_at,
            "by_credentials": self.by_credentials, "credentials": self.credentials or None,
            "annulled_at": self.annulled_at,
        }  # fmt: skip


class NoticeItem(Tracked):
    """That a correction notice named an item."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="violation_items", verbose_name="是正通知"
    )
    item = models.ForeignKey(
        ViolationItem, on_delete=models.PROTECT, related_name="notice_items", verbose_name="違反事項"
    )

    class Meta:
        verbose_name = verbose_name_plural = "通知した違反事項"
        constraints = [models.UniqueConstraint(fields=["notice", "item"], name="noticeitem_once")]

    def __str__(self) -> str:
        return f"{self.notice} 事項{self.item.position}"


class UncuredCheck(Tracked):
    """未是正確認: somebody looked, after the clock had run out, and found it uncured."""

    case = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="uncured_checks", verbose_name="案件")
    checked_at = models.DateTimeField("確認日時")
    how = models.TextField("確認の方法")
    evidence = models.TextField("証拠", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="確認した人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "未是正確認"
        ordering = ["checked_at"]

    def __str__(self) -> str:
        return f"{self.case} 未是正確認"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: when and how somebody looked."""
        return f"{jmoment(record.checked_at)} に確認：{record.how}　{record.evidence}".strip(), []
