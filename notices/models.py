"""Letters: the order, its deliveries, its frozen content, and what must not be kept."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace

from accounts.models import Customer
from config.desk import clock
from config.desk.clock import jst_day
from config.desk.history import Tracked
from contracts.decisions.models import Decision
from notices.querysets import DeliveryQuerySet, NoticeQuerySet
from notices.returns.days import JstDay

GONE = ["dispatched", "delivered", "returned"]
DELIVERY_STATES = ["queued", "in_flight", *GONE, "failed", "cancelled"]


class Channel(models.TextChoices):
    """The two ways of Art. 4(1)."""

    EMAIL = "email", "メール"
    POST = "post", "郵送"


class Postage(models.TextChoices):
    """What is known of a posting: nothing, its acceptance, or its whole way."""

    ORDINARY = "ordinary", "普通郵便"
    RECORDED = "recorded", "特定記録・簡易書留"
    REGISTERED = "registered", "一般書留"


class Notice(Tracked):
    """One letter to one customer. Takes effect when dispatched (Art. 4(2)), not when ordered or approved."""

    class State(models.TextChoices):
        ORDERED = "ordered", "作成待ち"
        NUMBERED = "numbered", "作成中"
        FINAL = "final", "発送待ち"
        DISPATCHED = "dispatched", "発送済"
        CANCELLED = "cancelled", "取消し"
        VOID = "void", "欠番"

    number = models.CharField("通知番号", max_length=16, unique=True, null=True, blank=True)
    key = models.CharField("重複防止の鍵", max_length=200, unique=True)
    kind = models.CharField("種類", max_length=80)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject: Any = GenericForeignKey()
    customer = models.ForeignKey(Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="notices")
    decision = models.ForeignKey(
        Decision, verbose_name="決裁", null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    fields = models.JSONField("内容の材料")
    state = models.CharField("状態", max_length=12, choices=State, default=State.ORDERED)
    planned_dispatch_on = models.DateField("発送予定日")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確定した人", on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField("確定日時")
    render_attempts = models.PositiveSmallIntegerField("作成の試行", default=0)
    communicated_on = models.DateField("通知に書いた期限", null=True, blank=True)
    dispatched_at = models.DateTimeField("発送日時", null=True, blank=True)
    closed_reason = models.TextField("取消し・欠番の理由", blank=True)
    followed_up = models.BooleanField(
        "対応済", default=False, help_text="返戻・不達・欠番のあとに、同じ種類の通知を改めて出したかどうかです。"
    )

    objects = NoticeQuerySet.as_manager()
    related_facts = ("email", "post", "customer", "subject", "decision")

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知・配達"
        ordering = ["-ordered_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ordered", "numbered", "final", "dispatched", "cancelled", "void"]), name="notice_state"),
            models.CheckConstraint(condition=~Q(state__in=["numbered", "final", "dispatched", "void"]) | Q(number__isnull=False), name="notice_numbered"),
            models.CheckConstraint(condition=~Q(state="dispatched") | Q(dispatched_at__isnull=False), name="notice_dispatched_at"),
            models.CheckConstraint(condition=~Q(state__in=["cancelled", "void"]) | ~Q(closed_reason=""), name="notice_closed_reason"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["content_type", "object_id", "kind"], name="notice_subject"),
            models.Index(fields=["state"], name="notice_state_idx"),
        ]

    def __str__(self) -> str:
        return self.number or "（確定時に採番）"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: which letter, and where it stands now."""
        closed = f"　{record.closed_reason}" if record.closed_reason else ""
        return f"通知 {record.number or '（採番待ち）'}：{Notice.State(record.state).label}{closed}", []

    @property
    def email(self) -> "Delivery | None":
        """The delivery by e-mail."""
        return self._delivery(Channel.EMAIL)

    @property
    def post(self) -> "Delivery | None":
        """The delivery by post."""
        return self._delivery(Channel.POST)

    def _delivery(self, channel: str) -> "Delivery | None":
        return next((d for d in self.deliveries.all() if d.channel == channel), None)

    @property
    def is_pending(self) -> bool:
        """Ordered, but nothing of it has left."""
        return self.state in (self.State.ORDERED, self.State.NUMBERED, self.State.FINAL)

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "kind": self.kind, "state": self.state, "planned_dispatch_on": self.planned_dispatch_on,
            "communicated_on": self.communicated_on, "dispatched_at": self.dispatched_at, "closed_reason": self.closed_reason or None,
        }  # fmt: skip


class Delivery(Tracked):
    """One way of one letter. In flight after a crash means: nobody knows; a person resolves it."""

    class State(models.TextChoices):
        QUEUED = "queued", "発送待ち"
        IN_FLIGHT = "in_flight", "送信中"
        DISPATCHED = "dispatched", "発送済"
        DELIVERED = "delivered", "配達済"
        RETURNED = "returned", "返戻"
        FAILED = "failed", "送信できず"
        CANCELLED = "cancelled", "取消し"

    notice = models.ForeignKey(Notice, verbose_name="通知", on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField("方法", max_length=6, choices=Channel)
    address = models.JSONField("宛先", help_text="確定した時の登録先です。あとで登録が変わっても変わりません。")
    state = models.CharField("状態", max_length=12, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField("送信の予定", null=True, blank=True)
    claimed_at = models.DateTimeField("送信の開始", null=True, blank=True)
    message_id = models.CharField("メールの識別子", max_length=200, blank=True, db_index=True)
    service_id = models.CharField("送信サービスの識別子", max_length=200, blank=True, db_index=True)
    dispatched_at = models.DateTimeField("発送日時", null=True, blank=True)
    postage = models.CharField("郵便の種類", max_length=12, choices=Postage, blank=True)
    tracking_number = models.CharField("追跡番号", max_length=20, blank=True, db_index=True)
    printed_at = models.DateTimeField("印刷日時", null=True, blank=True)
    delivered_at = models.DateTimeField("配達日時", null=True, blank=True)
    returned_at = models.DateTimeField("返戻日時", null=True, blank=True)
    waived_at = models.DateTimeField("待たないと決めた日時", null=True, blank=True)
    elsewhere = models.BooleanField(
        "登録と違う宛先", default=False, help_text="発送の時点の登録と違う宛先に出たものは、期間の計算に入れません（第4条第1項・第7条第3項）。"
    )  # fmt: skip
    failure = models.TextField("送信できない・返戻の理由", blank=True)

    objects = DeliveryQuerySet.as_manager()
    related_facts = ("notice",)

    class Meta:
        verbose_name = verbose_name_plural = "発送"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DELIVERY_STATES), name="delivery_state"),
            models.CheckConstraint(condition=Q(channel__in=["email", "post"]), name="delivery_channel"),
            models.CheckConstraint(condition=~Q(state__in=GONE) | Q(dispatched_at__isnull=False), name="delivery_dispatched_at"),
            models.CheckConstraint(condition=~Q(state="delivered") | Q(delivered_at__isnull=False), name="delivery_delivered_at"),
            models.CheckConstraint(condition=~Q(state="returned") | Q(returned_at__isnull=False), name="delivery_returned_at"),
            models.CheckConstraint(condition=Q(waived_at=None) | Q(dispatched_at__isnull=False, channel="post"), name="delivery_waived_at"),
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_a_channel"),
            models.UniqueConstraint(  # numbers are used again: number and day of posting are the key
                Replace(F("tracking_number"), Value("-"), Value("")), JstDay(F("dispatched_at")),
                condition=~Q(tracking_number="") & Q(dispatched_at__isnull=False), name="tracking_once_a_day",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "channel", "due_at"], name="delivery_due"),
            models.Index(fields=["notice"], condition=Q(elsewhere=True), name="delivery_elsewhere"),  # few, asked on every page
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.notice} {self.get_channel_display()}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: the way, and where it stands now."""
        failure = f"（{record.failure}）" if record.failure else ""
        waived = "（配達を待たない）" if record.waived_at and not record.delivered_at else ""
        elsewhere = "（登録と違う宛先）" if record.elsewhere else ""
        return f"{Channel(record.channel).label}：{Delivery.State(record.state).label}{failure}{waived}{elsewhere}", []

    @property
    def subject(self) -> Notice:
        """Its letter, for the lock order."""
        return self.notice

    @property
    def customer(self) -> Customer:
        """Its letter's customer, for the lock order."""
        return self.notice.customer

    @property
    def has_left(self) -> bool:
        """Dispatched, and not come back."""
        return self.state in (self.State.DISPATCHED, self.State.DELIVERED)

    @property
    def awaits_record(self) -> bool:
        """A recorded posting of which nobody knows yet whether it arrived; it holds the clocks, unless waived."""
        posted = self.channel == Channel.POST and self.postage in (Postage.RECORDED, Postage.REGISTERED)
        return posted and self.state == self.State.DISPATCHED

    @property
    def dispatched_on(self) -> date | None:
        """The JST day of dispatch."""
        return jst_day(self.dispatched_at) if self.dispatched_at else None

    @property
    def to(self) -> str:
        """The address in one line."""
        a = self.address
        return str(a.get("email") or f"〒{a.get('postal_code', '')} {a.get('address', '')}")

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "channel": self.channel, "state": self.state, "to": self.to, "due_at": self.due_at, "dispatched_at": self.dispatched_at,
            "delivered_at": self.delivered_at, "returned_at": self.returned_at, "postage": self.postage or None,
            "tracking_number": self.tracking_number or None, "failure": self.failure or None, "waived_at": self.waived_at, "elsewhere": self.elsewhere,
        }  # fmt: skip


class LetterContent(models.Model):
    """The letter as it became final: exact bytes and their SHA-256. Insert-only by trigger, so it needs no history."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="content", verbose_name="通知")
    letter = models.JSONField("内容")
    html = models.TextField("組版")
    text = models.TextField("文面")
    body = models.BinaryField("書面")
    media_type = models.CharField("形式", max_length=40)
    sha256 = models.CharField("SHA-256", max_length=64)
    clauses = models.JSONField("根拠条項")
    wording_version = models.CharField("文面の版", max_length=40)
    created_at = models.DateTimeField("確定日時", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "確定した書面"

    def __str__(self) -> str:
        return f"{self.notice} {self.sha256[:8]}"


class Secret(models.Model):
    """What a letter carries but nobody keeps: encrypted, without history, wiped on dispatch."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="secret", verbose_name="通知")
    ciphertext = models.TextField("暗号文")

    class Meta:
        verbose_name = verbose_name_plural = "一時的な秘密"

    def __str__(self) -> str:
        return f"{self.notice} の秘密"


from notices.certified.models import CertifiedCopy as CertifiedCopy  # noqa: E402
from notices.certified.models import CertifiedOrder as CertifiedOrder  # noqa: E402
from notices.envelopes.models import PostageFee as PostageFee  # noqa: E402
from notices.envelopes.models import PostagePaid as PostagePaid  # noqa: E402
from notices.evidence.models import Seal as Seal  # noqa: E402
from notices.evidence.models import Verification as Verification  # noqa: E402
from notices.mail.models import MailEvent as MailEvent  # noqa: E402
from notices.posting.models import PrintRun as PrintRun  # noqa: E402  (the room's models, in sub-packages)
from notices.posting.models import PrintRunLetter as PrintRunLetter  # noqa: E402
from notices.posting.models import RecordCorrection as RecordCorrection  # noqa: E402
from notices.returns.models import ReturnedLetter as ReturnedLetter  # noqa: E402
from notices.wording.models import LetterTemplate as LetterTemplate  # noqa: E402  (below: it stands on nothing above)
from notices.wording.models import StockParagraph as StockParagraph  # noqa: E402
