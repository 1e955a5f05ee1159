"""One deadline, with its reasoning and the readings under which it began."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from accounts.models import Customer
from config.desk.history import Tracked
from config.desk.jst import jday, jmoment
from contracts.deadlines.querysets import DeadlineQuerySet
from contracts.decisions.models import Decision
from notices.models import Notice


def _after(record: Any) -> str:
    """From when the company may act, where the kind lets it act at all."""
    from contracts.deadlines.engine import opens_power

    if opens_power(record.kind):
        return f"{jmoment(record.act_from)} から措置できる" if record.act_from else ""
    return f"{jday(record.communicated_on)}まで" if record.communicated_on else ""


class Deadline(Tracked):
    """`customer_must`: the letter's day and the first moment at which we may act. Others: the last day of a duty of ours."""

    REMINDER = "deadlines.reminder"  # the kind that somebody sets for oneself

    class State(models.TextChoices):
        RUNNING = "running", "進行中"
        MET = "met", "済"
        LAPSED = "lapsed", "経過"
        CANCELLED = "cancelled", "取消し"

    class Nature(models.TextChoices):
        CUSTOMER_MUST = "customer_must", "利用者の期限"
        COMPANY_MUST = "company_must", "当社の期限"
        NOT_BEFORE = "not_before", "この日から"
        NOTIFY_BY = "notify_by", "通知の期限"

    kind = models.CharField("種類", max_length=80)
    nature = models.CharField("性質", max_length=14, choices=Nature)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject: Any = GenericForeignKey()
    customer = models.ForeignKey(Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="deadlines")
    notice = models.ForeignKey(
        Notice, verbose_name="通知", null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines"
    )
    state = models.CharField("状態", max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField("開始")
    communicated_on = models.DateField("通知に書いた期限", null=True, blank=True)
    act_from = models.DateTimeField("措置できる日時", null=True, blank=True)
    extended_to = models.DateField("延長後の期限", null=True, blank=True)
    extension = models.ForeignKey(
        Decision, verbose_name="延長の決裁", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("末日", null=True, blank=True)
    blocked = models.CharField("止まっている理由", max_length=200, blank=True)
    reasoning = models.JSONField("計算の根拠", default=list)
    readings = models.JSONField("開始時の読み方", default=dict)
    length = models.JSONField("長さ", default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="本人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField("確認すること", max_length=300, blank=True)
    met_on = models.DateTimeField("済んだ日時", null=True, blank=True)
    lapsed_at = models.DateTimeField("経過日時", null=True, blank=True)
    closed_reason = models.CharField("取消しの理由", max_length=300, blank=True)

    objects = DeadlineQuerySet.as_manager()
    related_facts = ("subject", "customer", "notice")

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["running", "met", "lapsed", "cancelled"]), name="deadline_state"
            ),
            models.CheckConstraint(
                condition=Q(nature__in=["customer_must", "company_must", "not_before", "notify_by"]),
                name="deadline_nature",
            ),
            models.CheckConstraint(condition=~Q(state="met") | Q(met_on__isnull=False), name="deadline_met_on"),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extension__isnull=False), name="deadline_extension_decided"
            ),
            models.CheckConstraint(
                condition=Q(kind="deadlines.reminder", owner__isnull=False)
                | (~Q(kind="deadlines.reminder") & Q(owner=None)),
                name="deadline_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "act_from"], name="deadline_act_from"),
            models.Index(fields=["state", "due_on"], name="deadline_due_on"),
            models.Index(fields=["content_type", "object_id", "kind"], name="deadline_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.counts_to or ''}".strip()

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: what a customer's period came to, of what to be reminded; our other tasks tell nothing."""
        if record.kind == Deadline.REMINDER:
            return f"{jday(record.due_on)}に確認：{record.what}", []
        if record.nature != Deadline.Nature.CUSTOMER_MUST:
            return "", []
        if record.state == Deadline.State.CANCELLED:
            return f"期間：取消し　{record.closed_reason}", []
        act = record.blocked or _after(record)
        agreed = f"　合意により{jday(record.extended_to)}まで延長" if record.extended_to else ""
        return f"期間：{Deadline.State(record.state).label}　{act}{agreed}", []

    @property
    def number(self) -> str:
        """Deadlines are named by their subject."""
        return str(getattr(self.subject, "number", self.pk))

    @property
    def counts_to(self) -> date | None:
        """The JST day to which staff count: what the customer was told or agreed, or the last day of our duty."""
        return self.extended_to or self.communicated_on if self.nature == self.Nature.CUSTOMER_MUST else self.due_on

    def may_act(self, at: datetime) -> bool:
        """Whether the company may act at this moment (Art. 23(1)); a blocked clock never lets it."""
        return self.act_from is not None and at >= self.act_from

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "kind": self.kind, "state": self.state, "started_at": self.started_at, "communicated_on": self.communicated_on,
            "act_from": self.act_from, "due_on": self.due_on, "blocked": self.blocked or None, "met_on": self.met_on,
            "lapsed_at": self.lapsed_at, "extended_to": self.extended_to, "owner": self.owner.name if self.owner else None,
            "what": self.what or None,
        }  # fmt: skip
