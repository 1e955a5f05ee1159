"""Sentences about versions and clauses."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from config.desk.refusal import Refused
from contracts.rules.clauses import ClauseRef

if TYPE_CHECKING:
    from contracts.terms.annotation_models import Annotation
    from contracts.terms.models import DatedValue, IndividualTerms, TermsVersion


class TermsVersionQuerySet(QuerySet["TermsVersion"]):
    """Versions of the terms."""

    def in_force(self, on: date) -> "TermsVersion":
        """The version in force on this JST day. Refused where none is."""
        version = self.filter(effective_from__lte=on).order_by("-effective_from").first()
        if version is None:
            raise Refused(
                f"{on.year}年{on.month}月{on.day}日に適用される規約の版がありません。",
                instead="規約・条項の画面の案内にしたがって、規約を取り込んでください。",
            )
        return version


class DatedValueQuerySet(QuerySet["DatedValue"]):
    """What 法務 set, from which day on."""

    def in_force(self, version: "TermsVersion", on: date) -> "dict[str, DatedValue]":
        """By key: the row in force on this JST day; of two from the same day the one recorded later."""
        rows = self.filter(version=version, in_force_from__lte=on).select_related("set_by")
        return {row.key: row for row in rows.order_by("in_force_from", "pk")}


class IndividualTermsQuerySet(QuerySet["IndividualTerms"]):
    """Individual terms."""

    def not_over(self, on: date) -> "IndividualTermsQuerySet":
        """In force on this JST day, or later."""
        return self.filter(Q(ends_from=None) | Q(ends_from__gt=on))

    def in_force(self, on: date) -> "IndividualTermsQuerySet":
        """In force on this JST day."""
        return self.not_over(on).filter(in_force_from__lte=on)

    def binding(self, customer_id: Any, plan: str) -> "IndividualTermsQuerySet":
        """Those of the customer and of the plan; the customer's, which prevail, last."""
        whose = (Q(customer_id=customer_id) if customer_id else Q(pk=None)) | (Q(plan=plan) if plan else Q(pk=None))
        return self.filter(whose).order_by("-plan", "in_force_from", "pk")


class AnnotationQuerySet(QuerySet["Annotation"]):
    """Legal's annotations."""

    def in_force(self, on: date) -> "AnnotationQuerySet":
        """Those that apply on this JST day."""
        return self.filter(in_force_from__lte=on).filter(Q(ends_from=None) | Q(ends_from__gt=on))

    def touching(self, ref: str) -> "AnnotationQuerySet":
        """On the clause, on what contains it, or on a part of it; in the order of the clause names."""
        above = [ref, *(str(one) for one in ClauseRef.parse(ref).ancestors())]
        return self.filter(Q(clause__in=above) | Q(clause__startswith=f"{ref}("))
