"""Sentences about versions and clauses."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from config.desk.refusal import Refused

if TYPE_CHECKING:
    from contracts.terms.models import Clause, TermsVersion


class TermsVersionQuerySet(QuerySet["TermsVersion"]):
    """Versions of the terms."""

    def in_force(self, on: date) -> "TermsVersion":
        """The version in force on this JST day. Refused where none is."""
        version = (
            self.filter(effective_from__lte=on)
            .select_related("parameters", "readings")
            .order_by("-effective_from")
            .first()
        )
        if version is None:
            raise Refused(
                f"{on.year}年{on.month}月{on.day}日に適用される規約の版がありません。",
                instead="規約・条項の画面の案内にしたがって、規約を取り込んでください。",
            )
        return version


class ClauseQuerySet(QuerySet["Clause"]):
    """Clauses."""

    def text_of(self, ref: str, on: date) -> str:
        """The official text of the clause in the version in force, or nothing."""
        newest = self.filter(ref=ref, version__effective_from__lte=on).order_by("-version__effective_from").first()
        return newest.text if newest else ""
