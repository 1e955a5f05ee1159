"""What is kept beside the findings of a case: what was looked at, what the customer was asked, which notice was withdrawn."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.desk.history import Tracked
from config.desk.jst import jday, jmoment
from contracts.incoming.models import Incoming
from notices.models import Notice


def one_line(text: str) -> str:
    """Lines of a longer text, where there is room for one."""
    return "　／　".join(line.strip() for line in text.splitlines() if line.strip())


class Investigation(Tracked):
    """調査: what was looked at, by whom, what was found. It decides nothing; a finding on a clause is an item."""

    class Source(models.TextChoices):
        LOG = "log", "監視の記録"
        SERVICE = "service", "サービスの設定・画面"
        CUSTOMER = "customer", "利用者の話"
        THIRD = "third", "第三者の話"
        COLLEAGUE = "colleague", "社内の話"
        OTHER = "other", "その他"

    case = models.ForeignKey(
        "violations.Violation", on_delete=models.PROTECT, related_name="investigations", verbose_name="案件"
    )
    source = models.CharField("調べたものの種類", max_length=10, choices=Source)
    looked_into = models.CharField("調べたもの", max_length=300)
    found_at = models.DateTimeField("調べた日時")
    finding = models.TextField("分かったこと")
    evidence = models.TextField("証拠", blank=True)
    incoming = models.ForeignKey(
        Incoming, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="受信"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="調べた人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "調査の記録"
        ordering = ["found_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=["log", "service", "customer", "third", "colleague", "other"]),
                name="investigation_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} 調査：{self.looked_into}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: what was looked at, and what was found, on what evidence."""
        evidence = f"（証拠：{one_line(record.evidence)}）" if record.evidence else ""
        return f"{jmoment(record.found_at)} に{record.looked_into}を調査：{one_line(record.finding)}{evidence}", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "source": self.source, "looked_into": self.looked_into, "found_at": self.found_at, "finding": self.finding,
            "evidence": self.evidence or None, "incoming": self.incoming.number if self.incoming else None, "by": self.by.name,
        }  # fmt: skip


class Inquiry(Tracked):
    """問合せ (17(4)): what the customer was asked, by which day of house policy, and the answer once it came."""

    case = models.ForeignKey(
        "violations.Violation", on_delete=models.PROTECT, related_name="inquiries", verbose_name="案件"
    )
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="inquiry", verbose_name="通知")
    questions = models.TextField("たずねること")
    days = models.PositiveSmallIntegerField("回答を待つ日数")  # from the dispatch
    answered_at = models.DateTimeField("回答のあった日時", null=True, blank=True)
    answer = models.TextField("回答", blank=True)
    incoming = models.ForeignKey(
        Incoming, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="受信"
    )

    class Meta:
        verbose_name = verbose_name_plural = "利用者への問合せ"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="inquiry_days"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="inquiry_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} 問合せ（{self.notice}）"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: the questions, then the answer."""
        if record.answered_at:
            return f"{jmoment(record.answered_at)} の回答：{one_line(record.answer)}", ["17(4)"]
        return f"たずねたこと：{one_line(record.questions)}", ["17(4)"]

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "notice": self.notice.number, "questions": self.questions, "answered_at": self.answered_at,
            "answer": self.answer or None, "incoming": self.incoming.number if self.incoming else None,
        }  # fmt: skip


class Withdrawal(Tracked):
    """是正通知の撤回: from this moment the notice covers nothing and no power rests on it, whatever its deliveries do."""

    case = models.ForeignKey(
        "violations.Violation", on_delete=models.PROTECT, related_name="withdrawals", verbose_name="案件"
    )
    notice = models.OneToOneField(
        Notice, on_delete=models.PROTECT, related_name="withdrawal", verbose_name="撤回した是正通知"
    )
    withdrawn_at = models.DateTimeField("撤回した日時")
    reason = models.TextField("撤回の理由")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="撤回した人"
    )
    letter = models.ForeignKey(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="撤回の通知"
    )

    class Meta:
        verbose_name = verbose_name_plural = "是正通知の撤回"
        ordering = ["withdrawn_at", "pk"]

    def __str__(self) -> str:
        return f"{self.notice} の撤回"

    told_with = ("notice",)  # what the timeline reads along with its history

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: which notice, and whether the customer is told."""
        notice = record.notice
        named = f"{jday(notice.planned_dispatch_on)}付けの是正通知（{notice}）" if notice else "是正通知"
        told = "利用者に知らせる" if record.letter_id else "発送の前なので、利用者には知らせない"
        return f"{named}を撤回：{told}", ["23(1)"]

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        letter = self.letter.number if self.letter else None
        return {
            "notice": self.notice.number,
            "withdrawn_at": self.withdrawn_at,
            "reason": self.reason,
            "letter": letter,
        }
