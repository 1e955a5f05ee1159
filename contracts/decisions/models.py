"""Decisions and who edited them."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

from accounts.models import Customer
from config.desk.history import Tracked
from contracts.decisions.querysets import DecisionQuerySet

OPEN = ["proposed", "approved", "returned"]
STATES = ["proposed", "approved", "carried_out", "returned", "withdrawn"]


class Decision(Tracked):
    """One proposal. Its subject's state stays as it is until the decision is carried out."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "承認待ち"
        APPROVED = "approved", "承認済"
        CARRIED_OUT = "carried_out", "実行済"
        RETURNED = "returned", "差戻し"
        WITHDRAWN = "withdrawn", "取下げ"

    number = models.CharField("決裁番号", max_length=16, unique=True)
    kind = models.CharField("種類", max_length=80)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject: Any = GenericForeignKey()
    customer = models.ForeignKey(Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="decisions")
    fields = models.JSONField("起案の内容")
    fields_hash = models.CharField("内容の要約値", max_length=64)
    state = models.CharField("状態", max_length=12, choices=State, default=State.PROPOSED)
    four_eyes = models.BooleanField("二人の決裁", default=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起案", on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField("起案日時")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="承認", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField("承認日時", null=True, blank=True)
    opinion = models.TextField("承認者の意見", blank=True)
    letters_ordered = models.PositiveSmallIntegerField("通知の数", default=0)
    carried_out_at = models.DateTimeField("実行日時", null=True, blank=True)
    closed_reason = models.TextField("差戻し・取下げの理由", blank=True)

    objects = DecisionQuerySet.as_manager()
    related_facts = ("subject", "customer")

    class Meta:
        verbose_name = verbose_name_plural = "決裁"
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="decision_state"),
            models.CheckConstraint(condition=Q(four_eyes=False) | Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="decision_four_eyes"),
            models.CheckConstraint(condition=~Q(state__in=["approved", "carried_out"]) | Q(approved_by__isnull=False), name="decision_approved_by"),
            models.UniqueConstraint(fields=["kind", "content_type", "object_id"], condition=Q(state__in=OPEN), name="decision_one_open"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["content_type", "object_id", "kind"], name="decision_subject"),
            models.Index(fields=["state", "proposed_at"], name="decision_waiting"),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: which decision, and where it stands now."""
        return f"決裁 {record.number}：{Decision.State(record.state).label}", []

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody, or for its letter."""
        return self.state in (self.State.PROPOSED, self.State.APPROVED, self.State.RETURNED)

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "kind": self.kind, "state": self.state, "proposed_by": self.proposed_by.name,
            "approved_by": self.approved_by.name if self.approved_by else None, "proposed_at": self.proposed_at,
            "approved_at": self.approved_at, "carried_out_at": self.carried_out_at,
        }  # fmt: skip


class DecisionEditor(Tracked):
    """Someone who wrote the proposal or changed it, and therefore cannot approve it; held by the database too."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="editors", verbose_name="決裁")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="担当者"
    )

    class Meta:
        verbose_name = verbose_name_plural = "決裁の内容を書いた人"
        constraints = [models.UniqueConstraint(fields=["decision", "user"], name="decisioneditor_once")]

    def __str__(self) -> str:
        return f"{self.decision} {self.user}"
