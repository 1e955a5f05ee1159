"""A measure, and the blocks that it made. What a power needs is held by the database too."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Customer
from config.desk.history import Tracked
from contracts.incoming.models import Incoming
from contracts.licenses.models import Block, LeakReport, Subscription
from contracts.measures.querysets import MeasureQuerySet
from contracts.rules.powers import POWERS

BY_CONSENT = sorted(key for key, power in POWERS.items() if power.by_consent)


class Measure(Tracked):
    """One use of a power of the terms (contracts/rules/powers.py). No effect without its notice (9(4)).

    `basis` says what stands in for that notice: nothing (the notice itself), or the customer's own consent, recorded with
    when, how and by whom it was given; then it is in force at once.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "決裁中"
        ORDERED = "ordered", "通知の発送待ち"
        IN_FORCE = "in_force", "実施中"
        LIFTED = "lifted", "解除"
        WITHDRAWN = "withdrawn", "取りやめ"

    class Basis(models.TextChoices):
        NOTICE = "notice", "事前の通知"
        CONSENT = "consent", "利用者の承諾"

    class Ground(models.TextChoices):
        LEAKED = "leaked", "認証情報が第三者に漏洩した"
        USED_BY_OTHERS = "used_by_others", "認証情報が第三者に使用されている"
        RISK = "risk", "そのおそれがある"

    number = models.CharField("措置番号", max_length=16, unique=True)
    power = models.CharField("措置", max_length=40, choices=[(key, power.label) for key, power in POWERS.items()])
    customer = models.ForeignKey(Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="measures")
    subscription = models.ForeignKey(
        Subscription, verbose_name="契約", on_delete=models.PROTECT, related_name="measures"
    )
    basis = models.CharField("根拠", max_length=8, choices=Basis, default=Basis.NOTICE)
    ground = models.CharField("事由", max_length=20, choices=Ground, blank=True)
    summary = models.TextField("事実")
    state = models.CharField("状態", max_length=12, choices=State, default=State.PROPOSED)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="担当", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("起案日時")
    report = models.ForeignKey(
        LeakReport,
        verbose_name="漏洩等の連絡",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measures",
    )
    consented_at = models.DateTimeField("承諾の日時", null=True, blank=True)
    consent_how = models.CharField("承諾の方法", max_length=500, blank=True)
    consent_by = models.CharField("承諾した人", max_length=200, blank=True)
    incoming = models.ForeignKey(
        Incoming, verbose_name="承諾の受信", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    notified_at = models.DateTimeField("通知の発送", null=True, blank=True)
    in_force_at = models.DateTimeField("実施日時", null=True, blank=True)
    lifted_at = models.DateTimeField("解除日時", null=True, blank=True)
    lifted_reason = models.TextField("解除の理由", blank=True)
    applied_how = models.CharField("製品での停止の内容", max_length=500, blank=True)
    released_how = models.CharField("製品での再開の内容", max_length=500, blank=True)

    objects = MeasureQuerySet.as_manager()
    related_facts = ("customer", "subscription", "block", "report")

    class Meta:
        verbose_name = verbose_name_plural = "措置"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "ordered", "in_force", "lifted", "withdrawn"]), name="measure_state"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["leaked", "used_by_others", "risk"]) | Q(ground="", basis="consent"),
                name="measure_ground",
            ),
            models.CheckConstraint(condition=Q(power__in=["credential_suspension"]), name="measure_power"),
            models.CheckConstraint(condition=Q(basis__in=["notice", "consent"]), name="measure_basis"),
            models.CheckConstraint(condition=Q(basis="notice") | Q(power__in=BY_CONSENT), name="measure_consent_power"),
            models.CheckConstraint(
                condition=Q(basis="notice", consented_at=None)
                | (Q(basis="consent", consented_at__isnull=False) & ~Q(consent_how="") & ~Q(consent_by="")),
                name="measure_consent_whole",
            ),
            # 9(4): notice strictly before, or the customer's own consent; whoever writes the row.
            models.CheckConstraint(
                condition=~Q(state__in=["in_force", "lifted"])
                | Q(
                    basis="notice",
                    notified_at__isnull=False,
                    in_force_at__isnull=False,
                    in_force_at__gte=F("notified_at"),
                )
                | Q(basis="consent", in_force_at__isnull=False, in_force_at__gte=F("consented_at")),
                name="measure_notified_before",
            ),
            models.CheckConstraint(condition=~Q(state="lifted") | Q(lifted_at__isnull=False), name="measure_lifted_at"),
        ]
        indexes = [models.Index(fields=["state", "proposed_at"], name="measure_state_idx")]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: where it stands, and the customer's consent where it rests on one."""
        basis = f"（{Measure.Basis(record.basis).label}）" if record.basis == Measure.Basis.CONSENT else ""
        return f"措置 {record.number}：{Measure.State(record.state).label}{basis}", []

    @property
    def block(self) -> Block | None:
        """The (first) block that it made."""
        link = self.links.select_related("block__credential").order_by("pk").first()
        return link.block if link else None

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "power": self.power, "clause": POWERS[self.power].clause, "ground": self.ground or None,
            "basis": self.basis, "state": self.state, "consented_at": self.consented_at, "notified_at": self.notified_at,
            "in_force_at": self.in_force_at, "lifted_at": self.lifted_at,
        }  # fmt: skip


class MeasureBlock(Tracked):
    """That a measure made a block."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="links", verbose_name="措置")
    block = models.OneToOneField(
        Block, on_delete=models.PROTECT, related_name="measure_link", verbose_name="利用の停止"
    )

    class Meta:
        verbose_name = verbose_name_plural = "措置による停止"

    def __str__(self) -> str:
        return f"{self.measure} {self.block}"
