"""Versions of the terms, their clauses, what legal sets from which day on, and individual terms."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Customer
from config.desk.history import Tracked
from config.desk.jst import jday_year
from contracts.rules.clauses import ClauseRef
from contracts.terms.annotation_models import Annotation as Annotation
from contracts.terms.querysets import (
    DatedValueQuerySet,
    IndividualTermsQuerySet,
    TermsVersionQuerySet,
)
from contracts.terms.values import Value, find, in_words


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


class DatedValue(Tracked):
    """A length or reading that 法務 set for a version, from a day on. Frozen: a change is a row more, nothing is overwritten."""

    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="values", verbose_name="規約の版")
    key = models.CharField("項目", max_length=40)
    value = models.CharField("値", max_length=40)
    in_force_from = models.DateField("適用開始")
    set_at = models.DateTimeField("登録日時")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.TextField("理由", blank=True)

    objects = DatedValueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "値と読み方"
        ordering = ["in_force_from", "pk"]
        indexes = [models.Index(fields=["version", "in_force_from"], name="datedvalue_in_force")]

    def __str__(self) -> str:
        return f"{self.setting.label} {self.words}"

    @property
    def setting(self) -> Value:
        """What it sets."""
        return find(self.key)

    @property
    def words(self) -> str:
        """21日, 繰り下げない."""
        return self.setting.words(self.value)

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the record of changes: what it is, from when on."""
        setting = find(record.key)
        return f"{setting.label}：{setting.words(record.value)}（{jday_year(record.in_force_from)}から）", [
            setting.clause
        ]


class IndividualTerms(Tracked):
    """Terms agreed with one customer, or for one kind of contract: in what they name, they prevail (Art. 1(3))."""

    class Plan(models.TextChoices):
        MONTHLY = "monthly", "月額（当社サイトからの申込）"
        ANNUAL = "annual", "年間（営業からの申込）"

    number = models.CharField("個別規約番号", max_length=16, unique=True)
    title = models.CharField("名称", max_length=120)
    customer = models.ForeignKey(
        Customer,
        verbose_name="利用者",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="individual_terms",
    )
    plan = models.CharField("契約の種類", max_length=8, choices=Plan, blank=True)
    values = models.JSONField("定める値と読み方", default=dict)
    in_force_from = models.DateField("適用開始")
    ends_from = models.DateField("適用しなくなる日", null=True, blank=True)
    why = models.TextField("理由")
    set_at = models.DateTimeField("登録日時")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField("SHA-256", max_length=64)
    file_name = models.CharField("ファイル名", max_length=255)
    media_type = models.CharField("形式", max_length=40)
    size = models.PositiveIntegerField("大きさ（バイト）")

    objects = IndividualTermsQuerySet.as_manager()
    related_facts = ("customer",)
    worded = {
        "values": lambda chosen: "、".join(in_words(chosen))
    }  # for 変更履歴, which has no form to say it in words

    class Meta:
        verbose_name = verbose_name_plural = "個別規約"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(plan__in=["", "monthly", "annual"]), name="individualterms_plan"),
            models.CheckConstraint(
                condition=Q(customer__isnull=False, plan="") | (Q(customer=None) & ~Q(plan="")),
                name="individualterms_one_party",
            ),
            models.CheckConstraint(
                condition=Q(ends_from=None) | Q(ends_from__gte=F("in_force_from")), name="individualterms_span"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def set_for(self) -> str:
        """customer or plan: who is bound."""
        return "customer" if self.customer_id else "plan"

    @property
    def party(self) -> str:
        """Whom it concerns, in words."""
        return str(self.customer) if self.customer else f"{self.get_plan_display()}の契約すべて"

    def is_in_force(self, on: date) -> bool:
        """Whether it applies on this JST day."""
        return self.in_force_from <= on and (self.ends_from is None or on < self.ends_from)

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the record of changes: what it sets, from when on, until when."""
        until = f"、{jday_year(record.ends_from)}からは適用しない" if record.ends_from else ""
        words = "、".join(in_words(record.values))
        return f"{record.number}：{words}（{jday_year(record.in_force_from)}から{until}）", ["1(3)"]

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "title": self.title, "plan": self.plan or None, "values": self.values,
            "in_force_from": self.in_force_from, "ends_from": self.ends_from, "file": self.file_name, "sha256": self.sha256,
        }  # fmt: skip


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
