"""Decisions, who edited them and who decided on them; objections and who cannot rule on them; which approver was told of what."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

from accounts.models import Customer
from config.desk.history import Tracked
from contracts.decisions.querysets import DecisionQuerySet, ObjectionQuerySet, TellingQuerySet

OPEN = ["proposed", "approved", "returned"]
STATES = ["proposed", "approved", "carried_out", "returned", "withdrawn"]


def in_place_of(person: Any) -> str:
    """How it reads that somebody acted as a deputy."""
    return f"代理（{person}さんの代理）"


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
    decided_for = models.ForeignKey(  # the approver, or who sent it back, stands as the deputy of this person
        settings.AUTH_USER_MODEL, verbose_name="だれの代理か", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    opinion = models.TextField("承認者の意見", blank=True)
    letters_ordered = models.PositiveSmallIntegerField("通知の数", default=0)
    turn = models.PositiveSmallIntegerField("承認を求めた回数", default=1)  # an approver is told once each time
    carried_out_at = models.DateTimeField("実行日時", null=True, blank=True)
    closed_reason = models.TextField("差戻し・取下げの理由", blank=True)

    objects = DecisionQuerySet.as_manager()
    related_facts = ("subject", "customer")
    told_with = ("decided_for",)

    class Meta:
        verbose_name = verbose_name_plural = "決裁"
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="decision_state"),
            models.CheckConstraint(condition=Q(four_eyes=False) | Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="decision_four_eyes"),
            models.CheckConstraint(condition=~Q(state__in=["approved", "carried_out"]) | Q(approved_by__isnull=False), name="decision_approved_by"),
            models.CheckConstraint(
                condition=Q(decided_for=None) | Q(approved_by=None)
                | (~Q(decided_for=F("approved_by")) & (Q(four_eyes=False) | ~Q(decided_for=F("proposed_by")))),
                name="decision_decided_for",
            ),
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
        """For the timeline: which decision, where it stands now, and in whose place somebody decided."""
        decided = record.history_verb.startswith("decisions.") and record.state in (
            "approved",
            "carried_out",
            "returned",
        )
        place = f"　{in_place_of(record.decided_for)}" if decided and record.decided_for else ""
        return f"決裁 {record.number}：{Decision.State(record.state).label}{place}", []

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
            "decided_for": self.decided_for.name if self.decided_for else None,
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


class DecisionDecider(Tracked):
    """Someone who approved the proposal or sent it back, also where that no longer stands: they decided before in the matter.

    So did the one in whose place a deputy did it: both have a row.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="deciders", verbose_name="決裁")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="担当者"
    )

    class Meta:
        verbose_name = verbose_name_plural = "決裁を承認・差戻しした人"
        constraints = [models.UniqueConstraint(fields=["decision", "user"], name="decisiondecider_once")]

    def __str__(self) -> str:
        return f"{self.decision} {self.user}"


class Objection(Tracked):
    """異議: what a customer objects to, and the ruling by someone who did not decide before. A ruling is final."""

    class State(models.TextChoices):
        RECEIVED = "received", "判断待ち"
        UPHELD = "upheld", "認めた"
        REJECTED = "rejected", "認めない"
        WITHDRAWN = "withdrawn", "取下げ"

    number = models.CharField("異議番号", max_length=16, unique=True)
    kind = models.CharField("種類", max_length=80)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject: Any = GenericForeignKey()
    customer = models.ForeignKey(Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="objections")
    decision = models.ForeignKey(
        Decision, verbose_name="対象の決裁", null=True, blank=True, on_delete=models.PROTECT, related_name="objections"
    )
    against = models.CharField(
        "対象", max_length=16, blank=True, help_text="決裁または通知の番号です。空なら、認定そのものです。"
    )
    received_at = models.DateTimeField("受けた日時")
    summary = models.TextField("異議の内容")
    incoming = models.CharField("受信番号", max_length=16, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状態", max_length=12, choices=State, default=State.RECEIVED)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="判断した人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ruled_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="だれの代理か", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    ruled_at = models.DateTimeField("判断日時", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取下げの日時", null=True, blank=True)
    reason = models.TextField("判断・取下げの理由", blank=True)
    effects = models.JSONField("判断の効果", default=list, blank=True)

    objects = ObjectionQuerySet.as_manager()
    related_facts = ("subject", "customer", "decision")
    told_with = ("ruled_for",)

    class Meta:
        verbose_name = verbose_name_plural = "異議"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["received", "upheld", "rejected", "withdrawn"]), name="objection_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "rejected"]) | (Q(ruled_by__isnull=False, ruled_at__isnull=False) & ~Q(reason="")),
                name="objection_ruled",
            ),
            models.CheckConstraint(condition=~Q(state__in=["received", "withdrawn"]) | Q(ruled_by=None, ruled_at=None), name="objection_not_ruled"),
            models.CheckConstraint(condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False), name="objection_withdrawn_at"),
            models.CheckConstraint(condition=Q(ruled_by=None) | ~Q(ruled_by=F("recorded_by")), name="objection_ruled_by_another"),
            models.CheckConstraint(condition=Q(ruled_for=None) | (Q(ruled_by__isnull=False) & ~Q(ruled_for=F("ruled_by"))), name="objection_ruled_for"),
            models.UniqueConstraint(fields=["content_type", "object_id", "against"], condition=Q(state="received"), name="objection_one_open"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="objection_subject"),
            models.Index(fields=["state", "received_at"], name="objection_waiting"),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: which objection, against what, and where it stands now."""
        against = f"（{record.against}に対する）" if record.against else ""
        place = f"　{in_place_of(record.ruled_for)}" if record.ruled_for else ""
        return f"異議 {record.number}{against}：{Objection.State(record.state).label}{place}", []

    @property
    def is_ruled(self) -> bool:
        """Whether somebody has ruled on it."""
        return self.state in (self.State.UPHELD, self.State.REJECTED)

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "kind": self.kind, "state": self.state, "against": self.against or None, "summary": self.summary,
            "received_at": self.received_at, "incoming": self.incoming or None, "recorded_by": self.recorded_by.name,
            "ruled_by": self.ruled_by.name if self.ruled_by else None, "ruled_at": self.ruled_at, "withdrawn_at": self.withdrawn_at,
            "ruled_for": self.ruled_for.name if self.ruled_for else None,
            "reason": self.reason or None,
        }  # fmt: skip


class ObjectionDecider(Tracked):
    """Someone who decided before in the matter, or entered the objection, and so cannot rule on it; held by the database too."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="deciders", verbose_name="異議")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="担当者"
    )

    class Meta:
        verbose_name = verbose_name_plural = "異議の前に判断した人"
        constraints = [models.UniqueConstraint(fields=["objection", "user"], name="objectiondecider_once")]

    def __str__(self) -> str:
        return f"{self.objection} {self.user}"


class Telling(Tracked):
    """That an approver was told, by e-mail, of one thing that waits. The rows of one e-mail share its identifier.

    It is claimed before the sending and its outcome recorded after: a crash between leaves 送信中 for good. Nobody sends
    it again: what waits stands on the approver's home page in any case, and a second e-mail could tell the same twice.
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", "送信中（結果不明）"
        TOLD = "told", "送信済"
        FAILED = "failed", "送信できず"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="承認の担当者", on_delete=models.PROTECT, related_name="+"
    )
    decision = models.ForeignKey(
        Decision, verbose_name="決裁", null=True, blank=True, on_delete=models.PROTECT, related_name="tellings"
    )
    objection = models.ForeignKey(
        Objection, verbose_name="異議", null=True, blank=True, on_delete=models.PROTECT, related_name="tellings"
    )
    turn = models.PositiveSmallIntegerField("何回目の求めか", default=1)
    state = models.CharField("状態", max_length=8, choices=State, default=State.CLAIMED)
    attempts = models.PositiveSmallIntegerField("試行回数", default=1)
    claimed_at = models.DateTimeField("送信の開始")
    told_at = models.DateTimeField("送信日時", null=True, blank=True)
    failure = models.CharField("送信できない理由", max_length=200, blank=True)
    message_id = models.CharField("メールの識別子", max_length=200)

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承認者への連絡"
        ordering = ["-claimed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["claimed", "told", "failed"]), name="telling_state"),
            models.CheckConstraint(condition=~Q(state="told") | Q(told_at__isnull=False), name="telling_told_at"),
            models.CheckConstraint(
                condition=Q(decision__isnull=False, objection=None) | Q(decision=None, objection__isnull=False), name="telling_of_one"
            ),
            models.UniqueConstraint(fields=["user", "decision", "turn"], condition=Q(objection=None), name="telling_decision_once"),
            models.UniqueConstraint(fields=["user", "objection"], condition=Q(decision=None), name="telling_objection_once"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.about} {self.user}"

    @property
    def about(self) -> Any:
        """The decision or the objection."""
        return self.decision or self.objection
