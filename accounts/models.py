"""Staff, customers, prior records."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from accounts.deputy import Deputy as Deputy
from accounts.details import Contact, RegisteredDetail
from accounts.managers import SYSTEM_EMAIL, UserManager
from config.desk import clock
from config.desk.history import Signed, Tracked

__all__ = ["Contact", "Customer", "PriorRecord", "RegisteredDetail", "User"]


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. Logs in by e-mail; what they may do follows from their roles (groups)."""

    email = models.EmailField("メールアドレス", unique=True)
    name = models.CharField("氏名", max_length=60)
    is_active = models.BooleanField("在籍", default=True, help_text="退職した人は、外してください。記録は残ります。")
    recorded_at = models.DateTimeField("登録日時", default=clock.now, editable=False)
    history = HistoricalRecords(
        bases=[Signed], excluded_fields=["password", "last_login", "is_superuser"], m2m_fields=["groups"]
    )

    objects = UserManager()
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = verbose_name_plural = "担当者"

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Every active user is staff; customers have no log-in here."""
        return self.is_active and not self.is_system

    @property
    def is_system(self) -> bool:
        """Whether this is the user that stands for the engines."""
        return self.email == SYSTEM_EMAIL

    @property
    def roles(self) -> tuple[str, ...]:
        """The names of the roles, in order."""
        return tuple(self.groups.order_by("name").values_list("name", flat=True))


class Customer(Tracked):
    """利用者 or 利用希望者. Legal letters go to the registered e-mail and address only (Art. 4(1)).

    What is registered on a day is answered by `accounts.registered` (Art. 7); these columns are a copy for lists.
    A doubled customer stays a row of its own, with its number and its rows, and says into which it was merged.
    """

    class Kind(models.TextChoices):
        CORPORATION = "corporation", "法人"
        ASSOCIATION = "association", "団体"
        INDIVIDUAL = "individual", "個人"

    number = models.CharField("利用者番号", max_length=16, unique=True)
    kind = models.CharField("区分", max_length=12, choices=Kind)
    name = models.CharField("名称", max_length=200)
    kana = models.CharField("フリガナ", max_length=200, blank=True)
    name_key = models.CharField("照合用の名称", max_length=200, db_index=True, editable=False)
    bare_key = models.CharField(
        "照合用の名称（法人格なし）", max_length=200, blank=True, default="", db_index=True, editable=False
    )
    kana_key = models.CharField(
        "照合用のフリガナ", max_length=200, blank=True, default="", db_index=True, editable=False
    )
    corporate_number = models.CharField("法人番号", max_length=20, blank=True, db_index=True)
    email = models.EmailField("登録メールアドレス", max_length=254)
    email_key = models.CharField("照合用のメールアドレス", max_length=254, db_index=True, editable=False)
    postal_code = models.CharField("郵便番号", max_length=8)
    address = models.CharField("登録住所", max_length=300)
    phone = models.CharField("電話番号", max_length=40, blank=True)
    phone_key = models.CharField("照合用の電話番号", max_length=40, blank=True, db_index=True, editable=False)
    contact = models.CharField("担当者", max_length=100, blank=True)
    honorific = models.CharField("敬称", max_length=4, choices=[("様", "様"), ("御中", "御中")])
    is_consumer = models.BooleanField("消費者", default=False, help_text="消費者契約法にいう消費者かどうかです。")
    merged_into = models.ForeignKey(
        "self", verbose_name="まとめた先", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    merged_at = models.DateTimeField("まとめた日時", null=True, blank=True)

    told_with = ("merged_into",)

    class Meta:
        verbose_name = verbose_name_plural = "利用者"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["corporation", "association", "individual"]), name="customer_kind"
            ),
            models.CheckConstraint(condition=Q(honorific__in=["様", "御中"]), name="customer_honorific"),
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None) | Q(merged_into__isnull=False, merged_at__isnull=False),
                name="customer_merged_whole",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="customer_merged_other"
            ),
        ]
        indexes = [  # the list is in the order of the keys
            models.Index(fields=["kind", "id"], name="customer_kind_order"),
            models.Index(fields=["is_consumer", "id"], name="customer_consumer_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def family_ids(self) -> list[int]:
        """This customer's row and those merged into it; of a merged one, its own alone."""
        if self.merged_into_id is not None:  # nothing is merged into a merged one
            return [self.pk]
        return [self.pk, *self.merged.order_by("pk").values_list("pk", flat=True)]

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: of a doubled number, into which it was merged, or that it was parted from it."""
        if record.history_verb == "accounts.merge":
            return f"{record.number} を {record.merged_into.number} にまとめた", []
        return (f"{record.number} のまとめを解いた" if record.history_verb == "accounts.unmerge" else ""), []

    def is_party_of(self, other: "Customer") -> bool:
        """Whether both are one party: the same row, or numbers that were joined."""
        return (self.merged_into_id or self.pk) == (other.merged_into_id or other.pk)

    @property
    def you(self) -> str:
        """How a letter speaks to this party."""
        return {"corporation": "貴社", "association": "貴団体"}.get(self.kind, "貴殿")

    def facts(self) -> dict[str, Any]:
        """Plain values for stories and exports."""
        return {
            "number": self.number,
            "kind": self.kind,
            "name": self.name,
            "email": self.email,
            "address": self.address,
            "is_consumer": self.is_consumer,
            "merged_into": self.merged_into.number if self.merged_into else None,
        }


class PriorRecord(Tracked):
    """What screening must find later: a confirmed violation (6(3)(2)) or a due date passed unpaid (6(3)(1))."""

    class Ground(models.IntegerChoices):
        UNPAID = 1, "料金の不払い"
        VIOLATION = 2, "規約の違反"

    customer = models.ForeignKey(
        Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="prior_records"
    )
    ground = models.PositiveSmallIntegerField("事由", choices=Ground)
    source = models.CharField("元の記録", max_length=40, unique=True, help_text="案件番号と項目")
    fact = models.TextField("内容")
    happened_on = models.DateField("認めた日")
    cured_at = models.DateTimeField("是正", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取下げ", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "過去の記録"
        constraints = [models.CheckConstraint(condition=Q(ground__in=[1, 2]), name="priorrecord_ground")]

    def __str__(self) -> str:
        return f"{self.source} {self.get_ground_display()}"
