"""What a customer has registered, dated (Art. 7), and the people whom one may call there."""

from typing import Any

from django.db import models
from django.db.models import Q

from config.desk.history import Tracked

FIELDS = ["name", "kana", "email", "address", "phone", "contact", "representative"]


class RegisteredDetail(Tracked):
    """One value of one field from a moment on; the latest that has begun and was not taken back is in force.

    `since` None: as it was registered at first. `source` is the number of the notice of change (C-2026-000001-H1).
    Nothing here is overwritten: a former value stays good for what was sent while it stood.
    """

    class Field(models.TextChoices):
        NAME = "name", "名称"
        KANA = "kana", "フリガナ"
        EMAIL = "email", "通知先メール"
        ADDRESS = "address", "通知先住所"
        PHONE = "phone", "電話番号"
        CONTACT = "contact", "担当者"
        REPRESENTATIVE = "representative", "代表者"

    customer = models.ForeignKey(
        "accounts.Customer", verbose_name="利用者", on_delete=models.PROTECT, related_name="details"
    )
    field = models.CharField("項目", max_length=16, choices=Field)
    value = models.CharField("値", max_length=300, blank=True)
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    key = models.CharField("照合用の値", max_length=300, blank=True, db_index=True, editable=False)
    bare_key = models.CharField("照合用の名称（法人格なし）", max_length=200, blank=True, db_index=True, editable=False)
    since = models.DateTimeField("適用開始", null=True, blank=True)
    source = models.CharField("変更の届出", max_length=40, blank=True)
    withdrawn_at = models.DateTimeField("取消し", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登録内容"
        constraints = [
            models.CheckConstraint(condition=Q(field__in=FIELDS), name="registereddetail_field"),
            models.CheckConstraint(
                condition=Q(since=None, source="") | (Q(since__isnull=False) & ~Q(source="")),
                name="registereddetail_from_a_notice",
            ),
            models.UniqueConstraint(fields=["customer", "field", "source"], name="registereddetail_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} {self.shown}"

    @property
    def shown(self) -> str:
        """The value in one line."""
        return f"〒{self.postal_code}　{self.value}" if self.postal_code else self.value

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: the new value."""
        if record.since is None:
            return "", []
        end = "（取消し）" if record.withdrawn_at else ""
        return f"{RegisteredDetail.Field(record.field).label}：{record.value or 'なし'}{end}", []


class Contact(Tracked):
    """A person whom one may call or write to in the matter of their role. Legal letters never go there (Art. 4(1))."""

    class Role(models.TextChoices):
        CONTRACT = "contract", "契約"
        BILLING = "billing", "請求"
        TECHNICAL = "technical", "技術"
        EMERGENCY = "emergency", "緊急"

    number = models.CharField("番号", max_length=24, unique=True)
    customer = models.ForeignKey(
        "accounts.Customer", verbose_name="利用者", on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField("氏名", max_length=100)
    name_key = models.CharField("照合用の氏名", max_length=100, db_index=True, editable=False)
    department = models.CharField("部署", max_length=100, blank=True)
    role = models.CharField("役割", max_length=10, choices=Role)
    email = models.EmailField("メールアドレス", max_length=254, blank=True)
    email_key = models.CharField("照合用のメールアドレス", max_length=254, blank=True, db_index=True, editable=False)
    phone = models.CharField("電話番号", max_length=40, blank=True)
    phone_key = models.CharField("照合用の電話番号", max_length=40, blank=True, db_index=True, editable=False)
    since = models.DateField("いつから")
    until = models.DateField("いつまで", null=True, blank=True)
    note = models.CharField("備考", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "連絡先"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["contract", "billing", "technical", "emergency"]), name="contact_role"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="contact_span"),
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="contact_reachable"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_role_display()}）"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: who, for what, and whether it is over."""
        over = f"（{record.until:%Y-%m-%d}まで）" if record.until else ""
        return f"{record.name}：{Contact.Role(record.role).label}{over}", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "name": self.name, "role": self.role, "department": self.department or None,
            "email": self.email or None, "phone": self.phone or None, "since": self.since, "until": self.until,
        }  # fmt: skip
