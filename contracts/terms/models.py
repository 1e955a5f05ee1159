"""Versions of the terms, their clauses, and how legal reads them."""

from typing import Any

from django.db import models
from django.db.models import Q

from config.desk.history import Tracked
from config.desk.jst import jday_year
from contracts.rules.clauses import ClauseRef
from contracts.terms.querysets import ClauseQuerySet, TermsVersionQuerySet


class TermsVersion(Tracked):
    """One published version: in force from a day until the next version's."""

    number = models.CharField("版", max_length=20, unique=True)
    effective_from = models.DateField("適用開始日")
    published_at = models.DateTimeField("公表日時", null=True, blank=True)
    text = models.TextField("取り込んだ本文", blank=True)

    objects = TermsVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "規約の版"
        ordering = ["-effective_from"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """2025年4月1日版, or the number itself where it is no date."""
        parts = self.number.split("-")
        if len(parts) == 3 and all(p.isdigit() for p in parts):
            return f"{int(parts[0])}年{int(parts[1])}月{int(parts[2])}日版"
        return f"{self.number}版"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {"number": self.number, "effective_from": self.effective_from}


class Clause(models.Model):
    """One place of a version, as imported. Frozen with its version, so it needs no history."""

    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="clauses", verbose_name="規約の版")
    position = models.PositiveSmallIntegerField("順")
    ref = models.CharField("条項", max_length=24)
    heading = models.CharField("見出し", max_length=80, blank=True)
    numbered = models.BooleanField("番号のある項", default=True)
    text = models.TextField("本文", blank=True)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "条項"
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "ref"], name="clause_version_ref")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """第23条（利用終了）第1項."""
        return ClauseRef.parse(self.ref).full_label()


class Parameters(Tracked):
    """The lengths that a version sets. Individual terms of a customer or plan prevail (Art. 1(3))."""

    version = models.OneToOneField(
        TermsVersion, on_delete=models.PROTECT, related_name="parameters", verbose_name="規約の版"
    )
    cure_days = models.PositiveSmallIntegerField("是正期間（日）", default=14)
    annual_months = models.PositiveSmallIntegerField("年間契約の期間（月）", default=12)
    monthly_months = models.PositiveSmallIntegerField("月額契約の期間（月）", default=1)
    erasure_days = models.PositiveSmallIntegerField("利用終了から削除まで（日）", default=30)
    backup_erasure_days = models.PositiveSmallIntegerField("削除からバックアップの削除まで（日）", default=7)

    class Meta:
        verbose_name = verbose_name_plural = "期間などの値"

    def __str__(self) -> str:
        return f"{self.version} の値"


class Readings(Tracked):
    """How a version is read where it is silent or can be read two ways. What runs keeps the reading it began under."""

    class Rollover(models.TextChoices):
        NONE = "none", "繰り下げない"
        STATUTORY = "statutory", "日曜・祝日なら翌日へ"
        BUSINESS = "business", "休業日なら翌営業日へ"

    class NamedDay(models.TextChoices):
        SAFE = "safe", "措置できる日の前日を書く"
        LITERAL = "literal", "最初の発送から14日目を書く"

    class Formation(models.TextChoices):
        ARRIVAL = "arrival", "承諾が届いたとき"
        DISPATCH = "dispatch", "承諾を発したとき"

    class FirstDay(models.TextChoices):
        EXCLUDED = "excluded", "算入しない"
        COUNTED = "counted", "算入する"

    version = models.OneToOneField(
        TermsVersion, on_delete=models.PROTECT, related_name="readings", verbose_name="規約の版"
    )
    rollover = models.CharField("末日が休日", max_length=10, choices=Rollover, default=Rollover.BUSINESS)
    named_day = models.CharField("通知に書く期限", max_length=10, choices=NamedDay, default=NamedDay.SAFE)
    formation = models.CharField("契約の成立", max_length=10, choices=Formation, default=Formation.ARRIVAL)
    term_first_day = models.CharField("契約期間の初日", max_length=10, choices=FirstDay, default=FirstDay.EXCLUDED)

    class Meta:
        verbose_name = verbose_name_plural = "読み方"
        constraints = [
            models.CheckConstraint(
                condition=Q(rollover__in=["none", "statutory", "business"]), name="readings_rollover"
            ),
            models.CheckConstraint(condition=Q(named_day__in=["safe", "literal"]), name="readings_named_day"),
            models.CheckConstraint(condition=Q(formation__in=["arrival", "dispatch"]), name="readings_formation"),
            models.CheckConstraint(
                condition=Q(term_first_day__in=["excluded", "counted"]), name="readings_term_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} の読み方"

    @classmethod
    def choices_of(cls, field: str) -> list[tuple[str, str]]:
        """(code, words) of a reading."""
        found: Any = cls._meta.get_field(field)
        return [(str(code), str(words)) for code, words in found.choices]

    @classmethod
    def label_of(cls, field: str) -> str:
        """The question that the reading answers, in words."""
        found: Any = cls._meta.get_field(field)
        return str(found.verbose_name)


class Closure(Tracked):
    """A day on which the company is closed; it counts under the reading 休業日なら翌営業日へ."""

    day = models.DateField("休業日", unique=True)
    why = models.CharField("理由", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "会社の休業日"

    def __str__(self) -> str:
        return f"{self.day} {self.why}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the record of changes: which day."""
        return f"{jday_year(record.day)}　{record.why}", []
