"""The snapshot of parameters and readings that whatever runs keeps (Art. 1(3): individual terms prevail)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.terms.models import Closure, TermsVersion


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long something lasts, by which parameter, and who set it."""

    days: int = 0
    months: int = 0
    minutes: int = 0
    parameter: str
    set_by: str = "version"  # customer | plan | version

    def words(self) -> str:
        """14日, 12か月, 60分."""
        return f"{self.days}日" if self.days else f"{self.months}か月" if self.months else f"{self.minutes}分"


def snapshot(on: date) -> dict[str, Any]:
    """Version, parameters and readings in force on a JST day, as plain values."""
    version = TermsVersion.objects.in_force(on)
    parameters, readings = version.parameters, version.readings
    return {
        "version": version.number,
        "cure_days": parameters.cure_days,
        "annual_months": parameters.annual_months,
        "monthly_months": parameters.monthly_months,
        "erasure_days": parameters.erasure_days,
        "backup_erasure_days": parameters.backup_erasure_days,
        "rollover": readings.rollover,
        "named_day": readings.named_day,
        "formation": readings.formation,
        "term_first_day": readings.term_first_day,
    }


def closures() -> Collection[date]:
    """The company's own closed days."""
    return frozenset(Closure.objects.values_list("day", flat=True))
