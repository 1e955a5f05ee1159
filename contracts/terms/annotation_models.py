"""What 法務 notes on a clause: how it is read, how it is worked, what is wrong with it, what a court said."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.desk.history import Tracked
from config.desk.jst import jday_year
from contracts.rules.clauses import ClauseRef
from contracts.terms.querysets import AnnotationQuerySet


class Annotation(Tracked):
    """法務の注記. Its text is frozen: a new one supersedes it, and it ends on the day from which the new one applies."""

    class Kind(models.TextChoices):
        INTERPRETATION = "interpretation", "解釈"
        PRACTICE = "practice", "運用"
        FAULT = "fault", "不備"
        PRECEDENT = "precedent", "判例"

    number = models.CharField("注記番号", max_length=16, unique=True)
    clause = models.CharField("条項", max_length=24, db_index=True)
    kind = models.CharField("種類", max_length=14, choices=Kind)
    text = models.TextField("注記")
    version = models.ForeignKey(
        "terms.TermsVersion", verbose_name="注記した時の版", on_delete=models.PROTECT, related_name="annotations"
    )
    in_force_from = models.DateField("適用開始")
    ends_from = models.DateField("適用しなくなる日", null=True, blank=True)
    set_at = models.DateTimeField("登録日時")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", verbose_name="改めた注記", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    ended_why = models.TextField("終わらせた理由", blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "法務の注記"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["interpretation", "practice", "fault", "precedent"]), name="annotation_kind"
            ),
            models.CheckConstraint(
                condition=Q(ends_from=None) | Q(ends_from__gte=F("in_force_from")), name="annotation_span"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="annotation_text"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def clause_label(self) -> str:
        """第23条（利用終了）第1項."""
        return ClauseRef.parse(self.clause).full_label()

    def is_in_force(self, on: date) -> bool:
        """Whether it applies on this JST day."""
        return self.in_force_from <= on and (self.ends_from is None or on < self.ends_from)

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the record of changes: its kind and text, from when on, until when."""
        until = f"、{jday_year(record.ends_from)}からは適用しない" if record.ends_from else ""
        kind = Annotation.Kind(record.kind).label
        return f"{record.number}（{kind}）：{record.text}（{jday_year(record.in_force_from)}から{until}）", [
            record.clause
        ]

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "clause": self.clause, "kind": self.kind, "text": self.text, "in_force_from": self.in_force_from,
            "ends_from": self.ends_from, "supersedes": self.supersedes.number if self.supersedes else None,
            "ended_why": self.ended_why or None,
        }  # fmt: skip
