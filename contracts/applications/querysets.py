"""Sentences about applications."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from contracts.rules.identifiers import email_key

if TYPE_CHECKING:
    from contracts.applications.models import Application


class ApplicationQuerySet(QuerySet["Application"]):
    """Applications."""

    def open(self) -> "ApplicationQuerySet":
        """Those that still wait for a decision."""
        return self.filter(state__in=["screening", "awaiting_document"])

    def taken(self, numbers: Iterable[str]) -> dict[str, str]:
        """Numbers of the web form that were taken in, with the digest of their content."""
        return dict(self.filter(source_number__in=list(numbers)).values_list("source_number", "content_hash"))

    def same_applicant(self, application: "Application") -> "ApplicationQuerySet":
        """Other applications of the same corporate number or e-mail address."""
        customer = application.customer
        same = Q(customer__email_key=email_key(customer.email))
        if customer.corporate_number:
            same |= Q(customer__corporate_number=customer.corporate_number)
        return self.filter(same).exclude(pk=application.pk)
