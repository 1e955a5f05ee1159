"""Subscription, License, Credential, Block. State lies here, low; what causes it lies in the rooms above."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import Customer
from config.desk.history import Tracked
from contracts.licenses.querysets import BlockQuerySet, SubscriptionQuerySet


class Subscription(Tracked):
    """利用契約. Formed when the acceptance arrives (6(3)), active when URL, ID and password have left (8(3))."""

    class State(models.TextChoices):
        FORMED = "formed", "成立"
        ACTIVE = "active", "利用中"
        ENDED = "ended", "終了"

    class Plan(models.TextChoices):
        MONTHLY = "monthly", "月額"
        ANNUAL = "annual", "年間"

    number = models.CharField("契約番号", max_length=16, unique=True)
    customer = models.ForeignKey(
        Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="subscriptions"
    )
    plan = models.CharField(
        "契約の種類",
        max_length=8,
        choices=Plan,
        help_text="当社サイトからの申込は月額（22(3)）、営業からの申込は年間（22(1)）です。",
    )
    state = models.CharField("状態", max_length=8, choices=State, default=State.FORMED)
    agreed_version = models.CharField("同意した規約の版", max_length=20)
    agreed_at = models.DateTimeField("同意日時")
    formed_on = models.DateField(
        "成立日", null=True, blank=True, help_text="承諾の通知が届いた日です。不達のときは空です。"
    )
    starts_at = models.DateTimeField("利用開始日時", null=True, blank=True)
    term_last_day = models.DateField("契約期間の末日", null=True, blank=True)
    ended_on = models.DateField("終了日", null=True, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()
    related_facts = ("customer",)

    class Meta:
        verbose_name = verbose_name_plural = "利用契約"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["formed", "active", "ended"]), name="subscription_state"),
            models.CheckConstraint(condition=Q(plan__in=["monthly", "annual"]), name="subscription_plan"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(starts_at__isnull=False), name="subscription_starts_at"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_on__isnull=False, ended_at__isnull=False),
                name="subscription_ended_on",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def license_count(self) -> int:
        """Licenses held now."""
        newest = self.licenses.order_by("-pk").first()
        return newest.count if newest else 0

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "state": self.state, "plan": self.plan, "licenses": self.license_count, "formed_on": self.formed_on,
            "starts_at": self.starts_at, "term_last_day": self.term_last_day, "ended_on": self.ended_on, "ended_at": self.ended_at,
            "agreed_version": self.agreed_version, "agreed_at": self.agreed_at,
            "blocks": [block.facts() for block in self.blocks.order_by("pk")],
        }  # fmt: skip


class License(Tracked):
    """How many licenses from when on (Art. 11)."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="licenses", verbose_name="契約"
    )
    count = models.PositiveIntegerField("ライセンス数")
    since = models.DateField("適用開始日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "ライセンス"
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="license_count")]

    def __str__(self) -> str:
        return f"{self.count}ライセンス"


class Credential(Tracked):
    """URL and ID handed over (8(3)). The password is nowhere here."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="credentials", verbose_name="契約"
    )
    admin_url = models.URLField("管理画面のURL", max_length=300)
    admin_id = models.CharField("管理者ID", max_length=100)
    notice_number = models.CharField("通知番号", max_length=16, blank=True)
    handed_over_at = models.DateTimeField("通知日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "認証情報"

    def __str__(self) -> str:
        return self.admin_id


class Block(Tracked):
    """The one place where "may it be used at t?" is answered: not while any block covers t, past dates included."""

    class Scope(models.TextChoices):
        SERVICE = "service", "サービス全体"
        PART = "part", "一部の機能"
        CREDENTIAL = "credential", "認証情報"

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="blocks", verbose_name="契約")
    scope = models.CharField("範囲", max_length=10, choices=Scope)
    credential = models.ForeignKey(
        Credential, null=True, blank=True, on_delete=models.PROTECT, related_name="blocks", verbose_name="認証情報"
    )
    clause = models.CharField("根拠条項", max_length=24)
    since = models.DateTimeField("開始")
    until = models.DateTimeField("終わり", null=True, blank=True)
    ordered_at = models.DateTimeField("指示日時")
    confirmed_at = models.DateTimeField("製品での実施の確認", null=True, blank=True)
    reason = models.CharField("理由", max_length=300)

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "利用の停止"
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=["service", "part", "credential"]), name="block_scope"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="block_span"),
            models.CheckConstraint(
                condition=~Q(scope="credential") | Q(credential__isnull=False), name="block_credential"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} {self.get_scope_display()}"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "scope": self.scope, "clause": self.clause, "since": self.since, "until": self.until,
            "credential": self.credential.admin_id if self.credential else None,
        }  # fmt: skip
