"""Applications, the judgement of the five grounds, and what an import left to be mended."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Customer
from config.desk.history import Tracked
from config.desk.jst import jmoment
from contracts.applications.arrival_models import OtherArrival
from contracts.applications.intake_models import Intake, RejectedRow
from contracts.applications.querysets import ApplicationQuerySet
from contracts.applications.settlement_models import Settlement as Settlement
from contracts.incoming.models import Incoming
from contracts.licenses.models import Subscription
from contracts.terms.values import find
from notices.models import Notice

__all__ = [
    "Agent",
    "Application",
    "DocumentRequest",
    "Ground",
    "GroundJudgement",
    "Intake",
    "OtherArrival",
    "RejectedRow",
]

STATES = ["screening", "awaiting_document", "accepting", "accepted", "refusing", "refused", "rescinded", "withdrawn"]


class Ground(models.IntegerChoices):
    """The five grounds of Art. 6(3), in our own words."""

    UNPAID = 1, "料金の支払いを怠った"
    BREACH = 2, "規約に違反した"
    FALSE_IDENTITY = 3, "なりすまし・不正な目的"
    FALSE_CONTENT = 4, "内容の虚偽・誤り"
    OTHER = 5, "その他不適当"


def _basis_in_words(kept: dict[str, dict[str, Any]]) -> str:
    """For the history: the reading of formation and the transit days, for each way that left."""
    reading = find("formation")
    return "、".join(f"{reading.words(way['formation'])}・郵便の所要{way['transit_days']}日" for way in kept.values())


class Application(Tracked):
    """利用申込. What the applicant agreed to, and when, is kept (`agreed_version`, `agreed_at`)."""

    class State(models.TextChoices):
        SCREENING = "screening", "審査中"
        AWAITING_DOCUMENT = "awaiting_document", "書類待ち"
        ACCEPTING = "accepting", "承諾の発送待ち"
        ACCEPTED = "accepted", "承諾"
        REFUSING = "refusing", "不承諾の発送待ち"
        REFUSED = "refused", "不承諾"
        RESCINDED = "rescinded", "取消し"
        WITHDRAWN = "withdrawn", "取下げ"

    class Channel(models.TextChoices):
        WEB = "web", "当社サイト"
        SALES = "sales", "営業"

    number = models.CharField("申込番号", max_length=16, unique=True)
    customer = models.ForeignKey(
        Customer, verbose_name="利用希望者", on_delete=models.PROTECT, related_name="applications"
    )
    state = models.CharField("状態", max_length=20, choices=State, default=State.SCREENING)
    channel = models.CharField("申込経路", max_length=8, choices=Channel)
    licenses = models.PositiveIntegerField("希望ライセンス数")
    agreed_version = models.CharField("同意した規約の版", max_length=20)
    agreed_at = models.DateTimeField("同意日時")
    received_at = models.DateTimeField("受付日時")
    intake = models.ForeignKey(
        Intake, verbose_name="取込み", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    source_number = models.CharField("受付番号", max_length=40, blank=True, db_index=True)
    content_hash = models.CharField("内容の要約値", max_length=64, blank=True)
    original = models.JSONField("受け取ったままの内容", default=dict, blank=True)
    flags = models.JSONField("取込み時の注意", default=list, blank=True)
    remarks = models.TextField("備考", blank=True)
    arrival_basis = models.JSONField(
        "成立日の数え方",
        default=dict,
        blank=True,
        help_text="承諾の通知が発送された時の読み方と、郵便の所要日数です。後から設定が変わっても、成立日は変わりません。",
    )
    withdrawn_at = models.DateTimeField("取下げの申出の日時", null=True, blank=True)
    subscription = models.OneToOneField(
        Subscription, null=True, blank=True, on_delete=models.PROTECT, related_name="application", verbose_name="契約"
    )

    objects = ApplicationQuerySet.as_manager()
    related_facts = ("customer", "subscription", "settlement")
    worded = {"arrival_basis": _basis_in_words}

    class Meta:
        verbose_name = verbose_name_plural = "利用申込"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="application_state"),
            models.CheckConstraint(condition=Q(channel__in=["web", "sales"]), name="application_channel"),
            models.CheckConstraint(condition=Q(licenses__gte=1), name="application_licenses"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(subscription__isnull=False), name="application_accepted"
            ),
            models.UniqueConstraint(
                fields=["source_number"], condition=~Q(source_number=""), name="application_source_number"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "received_at"], name="application_state_idx"),
            models.Index(fields=["state", "id"], name="application_state_order"),  # the list is in this order
            models.Index(fields=["channel", "id"], name="application_channel_order"),
            models.Index(fields=["received_at"], name="application_received_idx"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def plan(self) -> str:
        """Web: monthly (22(3)); sales: annual (22(1))."""
        return Subscription.Plan.MONTHLY if self.channel == self.Channel.WEB else Subscription.Plan.ANNUAL

    @property
    def settlement(self) -> Settlement | None:
        """What becomes of the money after the latest rescission; None where there was none."""
        return self.settlements.order_by("-pk").first()

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "state": self.state, "channel": self.channel, "licenses": self.licenses, "name": self.customer.name,
            "agreed_version": self.agreed_version, "agreed_at": self.agreed_at, "received_at": self.received_at,
            "source_number": self.source_number or None,
            "grounds": {str(j.ground): j.finding for j in self.judgements.order_by("ground")},
            "documents": [request.facts() for request in self.document_requests.order_by("pk")],
            "agent": agent.facts() if (agent := getattr(self, "agent", None)) else None,
        }  # fmt: skip


class GroundJudgement(Tracked):
    """A person's judgement of one ground. A hit is a question for a person, never an automatic refusal."""

    class Finding(models.TextChoices):
        CLEAR = "clear", "該当しない"
        APPLIES = "applies", "該当する"
        CHECKING = "checking", "確認中"

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="judgements", verbose_name="申込"
    )
    ground = models.PositiveSmallIntegerField("事由", choices=Ground)
    finding = models.CharField("判断", max_length=10, choices=Finding)
    reason = models.TextField("理由", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="判断した人"
    )
    judged_at = models.DateTimeField("判断日時")

    class Meta:
        verbose_name = verbose_name_plural = "不承諾事由の判断"
        constraints = [
            models.UniqueConstraint(fields=["application", "ground"], name="judgement_once_a_ground"),
            models.CheckConstraint(condition=Q(ground__gte=1, ground__lte=5), name="judgement_ground"),
            models.CheckConstraint(condition=Q(finding__in=["clear", "applies", "checking"]), name="judgement_finding"),
        ]
        indexes = [models.Index(fields=["finding", "application"], name="judgement_finding_idx")]

    def __str__(self) -> str:
        return f"{self.application} {self.ground}号 {self.get_finding_display()}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: which ground, and how it was judged."""
        ground = Ground(record.ground)
        finding = GroundJudgement.Finding(record.finding).label
        return f"{ground.value}号　{ground.label}：{finding}（{record.reason}）", [f"6(3)({ground.value})"]


class DocumentRequest(Tracked):
    """A document that the applicant was asked for, to check a ground, and when it came (6(4)). Only the latest counts."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="document_requests", verbose_name="申込"
    )
    notice = models.OneToOneField(
        Notice, on_delete=models.PROTECT, related_name="document_request", verbose_name="通知"
    )
    ground = models.PositiveSmallIntegerField("確認する事由", choices=Ground)
    document = models.CharField("書類", max_length=300)
    requested_at = models.DateTimeField("提示を求めた日時")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提示を求めた人"
    )
    received_at = models.DateTimeField("受領日時", null=True, blank=True)
    note = models.TextField("受領の記録", blank=True)
    incoming = models.ForeignKey(
        Incoming, verbose_name="受信", null=True, blank=True, on_delete=models.PROTECT, related_name="document_requests"
    )
    late = models.BooleanField(
        "不承諾の発送の後",
        default=False,
        help_text="受領を記録した時に、不承諾の通知を止められなかったことを示します。",
    )
    reminded_at = models.DateTimeField("もう一度お願いした日時", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="受領を記録した人"
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "書類の提示の求め"
        ordering = ["application", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ground__gte=1, ground__lte=5), name="documentrequest_ground"),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(recorded_by__isnull=False), name="documentrequest_recorded_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.document}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: which document, and when it came."""
        came = f"（{jmoment(record.received_at)} 受領　{record.note}）" if record.received_at else ""
        if record.reminded_at and not came:
            came = f"（{jmoment(record.reminded_at)} もう一度お願いした）"
        return f"書類：{record.document}{came}", ["6(4)"]

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "ground": self.ground,
            "document": self.document,
            "requested_at": self.requested_at,
            "received_at": self.received_at,
            "incoming": self.incoming.number if self.incoming else None,
            "late": self.late,
            "reminded_at": self.reminded_at,
        }


class Agent(Tracked):
    """代理人: who signed for the applicant. While the written authority is missing, it is a question for ground 3."""

    class State(models.TextChoices):
        MISSING = "missing", "代理権の書面がない"
        HELD = "held", "代理権の書面がある"

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="agent", verbose_name="申込")
    name = models.CharField("代理人の氏名", max_length=100)
    relation = models.CharField("申込者との関係", max_length=100, blank=True)
    state = models.CharField("状態", max_length=10, choices=State, default=State.MISSING)
    document = models.CharField("代理権の書面", max_length=300, blank=True)
    received_at = models.DateTimeField("書面の受領日時", null=True, blank=True)
    incoming = models.ForeignKey(
        Incoming, verbose_name="受信", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="記録した人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "代理人"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["missing", "held"]), name="agent_state"),
            models.CheckConstraint(condition=~Q(state="held") | Q(received_at__isnull=False), name="agent_held"),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: who signs, and whether the authority is in writing."""
        document = f"（{record.document}）" if record.document else ""
        return f"代理人：{record.name}　{Agent.State(record.state).label}{document}", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "relation": self.relation,
            "state": self.state,
            "document": self.document,
            "received_at": self.received_at,
        }
