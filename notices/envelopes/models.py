"""What postage costs from which day, and what each posting cost."""

from typing import Any

from django.db import models
from django.db.models import Q

from config.desk.history import Tracked
from contracts.rules.postage import EXTRAS, SERVICES, WAYS, Fee

SERVICE_CHOICES = [(key, name) for key, (name, _) in SERVICES.items()]


class PostageFee(Tracked):
    """A fee that 管理 or 法務 entered; what was shipped holds until one begins. Never overwritten: a later row of a day wins."""

    service = models.CharField("種類", max_length=20, choices=SERVICE_CHOICES)
    yen = models.PositiveIntegerField("料金（円）")
    further = models.PositiveIntegerField("2枚目からの1枚ごとの加算（円）", default=0)
    valid_from = models.DateField("適用の開始日")
    source = models.CharField("確かめた資料", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "郵便料金"
        ordering = ["service", "valid_from", "pk"]
        constraints = [models.CheckConstraint(condition=Q(service__in=list(SERVICES)), name="postagefee_service")]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.valid_from:%Y-%m-%d}から{self.yen:,}円"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline."""
        more = f"、2枚目から1枚ごとに{record.further:,}円" if record.further else ""
        name = SERVICES[record.service][0]
        return f"{name}：{record.valid_from:%Y-%m-%d}から{record.yen:,}円{more}", [record.source]

    @property
    def fee(self) -> Fee:
        """As the rule takes it."""
        return Fee(service=self.service, yen=self.yen, further=self.further, since=self.valid_from)


class PostagePaid(Tracked):
    """By which service a letter was posted, and what it cost. The clocks look at `Delivery.postage` only."""

    delivery = models.OneToOneField(
        "notices.Delivery", verbose_name="発送", on_delete=models.PROTECT, related_name="postage_paid"
    )
    service = models.CharField("郵便の種類", max_length=20, choices=[c for c in SERVICE_CHOICES if c[0] in WAYS])
    extras = models.JSONField("加えたもの", default=list)
    sheets = models.PositiveSmallIntegerField("枚数", default=1)
    yen = models.PositiveIntegerField("料金（円）", null=True)
    by_table = models.BooleanField("料金表による", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "差出しの料金"
        constraints = [models.CheckConstraint(condition=Q(service__in=list(WAYS)), name="postagepaid_service")]

    def __str__(self) -> str:
        return "・".join(SERVICES[key][0] for key in (self.service, *(e for e in EXTRAS if e in self.extras)))

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline."""
        names = "・".join(SERVICES[key][0] for key in (record.service, *record.extras))
        return f"郵便料金：{names}" + (f"　{record.yen:,}円" if record.yen is not None else ""), []
