"""The register of returned letters (返戻台帳), each with the task to check its address."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Customer
from config.desk.history import Tracked


class Ground(models.TextChoices):
    """Why the post office brought it back. A refusal is kept apart: the law may take it as arrival."""

    UNKNOWN = "unknown", "あて所に尋ねあたりません"
    MOVED = "moved", "転居先不明"
    EXPIRED = "expired", "保管期間経過"
    REFUSED = "refused", "受取拒絶"
    OTHER = "other", "その他"


class Finding(models.TextChoices):
    """What was found out about the address."""

    CHANGED = "changed", "新しい住所がわかった"
    AS_REGISTERED = "as_registered", "登録の住所で正しい"
    NOT_FOUND = "not_found", "わからなかった"


class ReturnedLetter(Tracked):
    """One envelope that came back. Open until somebody has checked the address (house policy); annulled where nothing came back."""

    class State(models.TextChoices):
        OPEN = "open", "住所の確認待ち"
        CHECKED = "checked", "確認済"
        ANNULLED = "annulled", "返戻の記録を取消し"

    number = models.CharField("返戻番号", max_length=16, unique=True)
    delivery = models.OneToOneField(
        "notices.Delivery", verbose_name="発送", on_delete=models.PROTECT, related_name="came_back"
    )
    customer = models.ForeignKey(
        Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="returned_letters"
    )
    ground = models.CharField("返戻の理由", max_length=10, choices=Ground)
    reason = models.TextField("付せんのとおり")
    returned_at = models.DateTimeField("返戻日時", db_index=True)
    kept_in = models.CharField("保管の場所", max_length=100, blank=True)
    state = models.CharField("状態", max_length=8, choices=State, default=State.OPEN)
    check_until = models.DateField("住所を確かめる期限")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="担当", on_delete=models.PROTECT, related_name="+")
    finding = models.CharField("確かめた結果", max_length=14, choices=Finding, blank=True)
    how = models.TextField("確かめた方法", blank=True)
    checked_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    related_facts = ("customer", "notice")

    class Meta:
        verbose_name = verbose_name_plural = "返戻台帳"
        ordering = ["-returned_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["open", "checked", "annulled"]), name="returned_state"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="returned_ground"),
            models.CheckConstraint(condition=Q(finding__in=["", *Finding.values]), name="returned_finding"),
            models.CheckConstraint(
                condition=Q(state="open", finding="", checked_at=None)
                | Q(state="checked", checked_at__isnull=False) & ~Q(finding="") & ~Q(how="")
                | Q(state="annulled") & ~Q(how=""),
                name="returned_checked",
            ),
        ]
        indexes = [models.Index(fields=["state", "check_until"], name="returned_to_check")]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline."""
        found = f"　{Finding(record.finding).label}" if record.finding else ""
        return f"返戻 {record.number}：{ReturnedLetter.State(record.state).label}{found}", []

    @staticmethod
    def found(record: Any) -> str:
        """The finding in words; where nothing came back, that the record of it was taken back. "" while it is open."""
        if record.state == ReturnedLetter.State.ANNULLED:
            return str(ReturnedLetter.State.ANNULLED.label)
        return str(Finding(record.finding).label) if record.finding else ""

    @property
    def notice(self) -> Any:
        """Its letter."""
        return self.delivery.notice

    @property
    def subject(self) -> Any:
        """Its letter, for the lock order."""
        return self.delivery.notice

    @property
    def was_refused(self) -> bool:
        """Whether the addressee did not take it in: shown apart, decided by nobody here."""
        return self.ground == Ground.REFUSED

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "state": self.state, "ground": self.ground, "reason": self.reason, "returned_at": self.returned_at,
            "kept_in": self.kept_in or None, "check_until": self.check_until, "finding": self.finding or None, "checked_at": self.checked_at,
        }  # fmt: skip
