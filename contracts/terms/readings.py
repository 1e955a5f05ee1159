"""The snapshot of values and readings that whatever runs keeps (Art. 1(3): individual terms prevail)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from accounts.models import Customer
from contracts.terms.models import Closure, DatedValue, IndividualTerms, TermsVersion
from contracts.terms.values import defaults, find


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long something lasts, by which parameter, and who set it."""

    days: int = 0
    months: int = 0
    minutes: int = 0
    parameter: str
    set_by: str = "version"  # customer | plan | version | house
    individual: str = ""  # the number of the individual terms that set it

    def words(self) -> str:
        """14日, 12か月, 60分."""
        return f"{self.days}日" if self.days else f"{self.months}か月" if self.months else f"{self.minutes}分"

    def basis(self, otherwise: str) -> str:
        """What sets it, in words: the individual terms that prevail, or `otherwise`."""
        return f"個別規約 {self.individual}（規約第1条第3項）" if self.individual else otherwise


def snapshot(on: date, subject: Model | None = None) -> dict[str, Any]:
    """Version, values and readings in force on a JST day, as plain values; customer → plan → version.

    `subject`: the customer, or a row that has one, whose individual terms (and those of its kind of contract) prevail.
    What they set stands by key under `individual`, with their number. Refused where no version is in force.
    """
    version = TermsVersion.objects.in_force(on)
    dated = {key: find(key).parse(row.value) for key, row in DatedValue.objects.in_force(version, on).items()}
    own: dict[str, tuple[Any, IndividualTerms]] = {}
    for terms in individual_terms(subject, on):
        own |= {key: (value, terms) for key, value in terms.values.items()}
    told = {"individual": {key: _who(terms) for key, (_, terms) in own.items()}} if own else {}
    return {"version": version.number} | defaults() | dated | {key: value for key, (value, _) in own.items()} | told


def _who(terms: IndividualTerms) -> dict[str, str]:
    return {"number": terms.number, "set_by": terms.set_for}


def individual_terms(subject: Model | None, on: date) -> list[IndividualTerms]:
    """The individual terms in force for a row on a JST day; the one that prevails last."""
    if subject is None:
        return []
    customer = subject.pk if isinstance(subject, Customer) else getattr(subject, "customer_id", None)
    return list(IndividualTerms.objects.in_force(on).binding(customer, _plan_of(subject)))


def _plan_of(subject: Model) -> str:
    """monthly or annual: of the contract that the row is, or is about; nothing where there is none."""
    contract = getattr(subject, "subscription", None) or subject
    return str(getattr(contract, "plan", "") or "")


def length_of(key: str, on: date, subject: Model | None = None) -> Length:
    """A length in force on a JST day for this row, and who set it. KeyError for what is no length."""
    return length_in(snapshot(on, subject), key)


def length_in(kept: Mapping[str, Any], key: str) -> Length:
    """A length as a snapshot has it."""
    by = kept.get("individual", {}).get(key, {})
    given: dict[str, Any] = {find(key).kind: kept[key], "parameter": key}
    return Length(**given, set_by=by.get("set_by", "version"), individual=by.get("number", ""))


def closures() -> Collection[date]:
    """The company's own closed days."""
    return frozenset(Closure.objects.values_list("day", flat=True))
