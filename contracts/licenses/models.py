"""Subscription, License, Credential, Block. State lies here, low; what causes it lies in the rooms above."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Customer
from config.desk.history import Tracked
from contracts.incoming.models import Incoming
from contracts.licenses.change_models import ChangeNotice
from contracts.licenses.querysets import BlockQuerySet, SubscriptionQuerySet

__all__ = ["Block", "ChangeNotice", "Credential", "EvidenceRequest", "LeakReport", "License", "Subscription"]


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
        indexes = [
            models.Index(fields=["formed_on"], name="subscription_formed_idx"),
            models.Index(fields=["state", "id"], name="subscription_state_order"),
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
    release_confirmed_at = models.DateTimeField("製品での再開の確認", null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(release_confirmed_at=None) | Q(until__isnull=False), name="block_released_after_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} {self.get_scope_display()}"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "scope": self.scope, "clause": self.clause, "since": self.since, "until": self.until,
            "credential": self.credential.admin_id if self.credential else None, "ordered_at": self.ordered_at,
            "confirmed_at": self.confirmed_at, "release_confirmed_at": self.release_confirmed_at,
        }  # fmt: skip


class LeakReport(Tracked):
    """What a customer told us under 9(3): a leak, a use by others, or the risk of one. We owe instructions.

    Its number is a place under its contract (S-2026-000001-L1). `reported_at` is when it reached us, `instructed_at` when
    the first letter with our instructions left (Art. 4(2)).
    """

    class State(models.TextChoices):
        REPORTED = "reported", "指示待ち"
        INSTRUCTED = "instructed", "指示済"
        CLOSED = "closed", "対応を終えた"

    class Kind(models.TextChoices):
        LEAKED = "leaked", "第三者への漏洩"
        USED_BY_OTHERS = "used_by_others", "第三者による使用"
        RISK = "risk", "漏洩または第三者による使用のおそれ"

    number = models.CharField("連絡番号", max_length=24, unique=True)
    customer = models.ForeignKey(Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="leak_reports")
    subscription = models.ForeignKey(
        Subscription, verbose_name="契約", on_delete=models.PROTECT, related_name="leak_reports"
    )
    kind = models.CharField("内容", max_length=20, choices=Kind)
    summary = models.TextField("事実")
    reported_at = models.DateTimeField("連絡を受けた日時")
    incoming = models.ForeignKey(
        Incoming, verbose_name="受信", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状態", max_length=12, choices=State, default=State.REPORTED)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="担当", on_delete=models.PROTECT, related_name="+")
    instructions = models.TextField("当社の指示", blank=True)
    instructed_at = models.DateTimeField("指示の発送", null=True, blank=True)
    done = models.TextField("行ったこと", blank=True)
    closed_at = models.DateTimeField("対応を終えた日時", null=True, blank=True)
    closed_reason = models.TextField("終える理由", blank=True)

    related_facts = ("customer", "subscription", "incoming")

    class Meta:
        verbose_name = verbose_name_plural = "漏洩等の連絡"
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["reported", "instructed", "closed"]), name="leakreport_state"
            ),
            models.CheckConstraint(condition=Q(kind__in=["leaked", "used_by_others", "risk"]), name="leakreport_kind"),
            models.CheckConstraint(
                condition=~Q(state="instructed") | (Q(instructed_at__isnull=False) & ~Q(instructions="")),
                name="leakreport_instructed",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
                name="leakreport_closed",
            ),
        ]
        indexes = [models.Index(fields=["state", "reported_at"], name="leakreport_state_idx")]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: where it stands."""
        return f"連絡 {record.number}：{LeakReport.State(record.state).label}", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "kind": self.kind, "state": self.state, "reported_at": self.reported_at, "summary": self.summary,
            "instructions": self.instructions or None, "instructed_at": self.instructed_at, "done": self.done or None,
            "closed_at": self.closed_at,
        }  # fmt: skip


class EvidenceRequest(Tracked):
    """A customer asks for logs that the service itself does not give out (9(1)). We may give them; the terms owe nothing.

    Its number is a place under its contract (S-2026-000001-E1). `answered_at` is when the answer was given or left.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "回答待ち"
        ANSWERING = "answering", "回答の発送待ち"
        ANSWERED = "answered", "引渡し済"
        REFUSED = "refused", "応じない"

    number = models.CharField("依頼番号", max_length=24, unique=True)
    customer = models.ForeignKey(
        Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="evidence_requests"
    )
    subscription = models.ForeignKey(
        Subscription, verbose_name="契約", on_delete=models.PROTECT, related_name="evidence_requests"
    )
    requested_at = models.DateTimeField("依頼を受けた日時")
    what = models.TextField("求められた記録")
    period = models.CharField("対象の期間", max_length=200)
    incoming = models.ForeignKey(
        Incoming, verbose_name="受信", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状態", max_length=12, choices=State, default=State.REQUESTED)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="担当", on_delete=models.PROTECT, related_name="+")
    answer = models.TextField("回答", blank=True)
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)
    handed_over = models.ForeignKey(
        Incoming, verbose_name="引き渡した記録", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="引き渡したファイルを、受信簿に控えた行です。",
    )  # fmt: skip

    related_facts = ("customer", "subscription", "incoming", "handed_over")

    class Meta:
        verbose_name = verbose_name_plural = "記録の依頼"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["requested", "answering", "answered", "refused"]), name="evidencerequest_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "answering"]) | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="evidencerequest_answered",
            ),
        ]
        indexes = [models.Index(fields=["state", "requested_at"], name="evidencerequest_state_idx")]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: where it stands."""
        return f"依頼 {record.number}：{EvidenceRequest.State(record.state).label}", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "state": self.state, "requested_at": self.requested_at, "what": self.what, "period": self.period,
            "answer": self.answer or None, "answered_at": self.answered_at,
        }  # fmt: skip
