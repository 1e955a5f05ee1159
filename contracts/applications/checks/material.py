"""All that the checks compare with, read at once for a page of applications."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet, prefetch_related_objects

from accounts.models import Customer, PriorRecord
from accounts.parties import all_keys, near
from contracts.applications import agents, said_no
from contracts.applications.models import Application
from contracts.decisions.models import Decision
from contracts.rules.parties import Likeness, PartyKeys, likeness
from contracts.terms.models import TermsVersion

M = TypeVar("M", bound=Model)
MOST = 2000  # rows read at once; where more share a key, each application asks by itself
MOST_ROWS = 5 * MOST  # of one kind, at once
OPEN = ("screening", "awaiting_document", "accepting", "refusing")
DECIDED_AGAINST = ("refused", "rescinded")
DECISIONS = ("applications.refusal", "applications.rescission")
EXCEPTION = "applications.exception"


class Parties(Generic[M]):
    """Rows with a customer, found by what a party shares with them."""

    def __init__(self, rows: Iterable[M], keys: Mapping[int, PartyKeys]) -> None:
        """Indexed by each key of their customers."""
        self._by_key: dict[tuple[str, str], list[tuple[M, PartyKeys]]] = defaultdict(list)
        for row in rows:
            own = keys[row.customer_id]  # type: ignore[attr-defined]
            for key in own.named():
                self._by_key[key].append((row, own))

    def like(self, party: PartyKeys) -> list[tuple[M, Likeness]]:
        """Those that are alike, the same party first, the newest first."""
        near = {
            row.pk: (row, keys)
            for key in party.named()
            if key[0] != "address"
            for row, keys in self._by_key.get(key, ())
        }
        found = [(row, likeness(party, keys)) for row, keys in near.values()]
        return sorted(
            ((row, how) for row, how in found if how.level), key=lambda one: (one[1].level != "same", -one[0].pk)
        )


@dataclass
class Material:
    """What the records hold for these applications."""

    keys: dict[int, PartyKeys]  # by application
    records: Parties[PriorRecord]
    others: Parties[Application]
    exceptions: Parties[Decision]  # acceptances in spite of a hit
    decisions: dict[int, Decision] = field(default_factory=dict)  # by application decided against
    versions: dict[str, TermsVersion] = field(default_factory=dict)
    noes: dict[int, list[said_no.No]] = field(default_factory=dict)  # by application whose exception was sent back
    lacking: set[int] = field(default_factory=set)  # applications signed by somebody without an authority in writing
    cut: set[int] = field(default_factory=set)  # applications whose key so many share that not all were compared


def gather(applications: Sequence[Application]) -> Material:
    """A fixed number of queries, however many applications (where not more than MOST customers share a key with them)."""
    prefetch_related_objects(applications, "customer")
    own = all_keys(a.customer for a in applications)
    customers, cut = _near(own)
    others = of_customers(Application.objects.filter(state__in=(*OPEN, *DECIDED_AGAINST)), customers)
    records = of_customers(PriorRecord.objects.filter(withdrawn_at=None), customers)
    excepted = Decision.objects.filter(kind=EXCEPTION, state__in=["approved", "carried_out"])
    exceptions = of_customers(
        excepted.select_related("proposed_by", "approved_by").prefetch_related("subject"), customers
    )
    found: list[Any] = [*others, *records, *exceptions]
    full = any(len(rows) >= MOST_ROWS for rows in (others, records, exceptions))
    keys = all_keys(row.customer for row in found)
    return Material(
        keys={a.pk: own[a.customer_id] for a in applications},
        records=Parties(records, keys),
        others=Parties(others, keys),
        exceptions=Parties(exceptions, keys),
        decisions=decisions_on([a for a in others if a.state in DECIDED_AGAINST]),
        versions={
            v.number: v for v in TermsVersion.objects.filter(number__in={a.agreed_version for a in applications})
        },
        noes=said_no.of_each(applications),
        lacking=agents.lacking(applications),
        cut={a.pk for a in applications if full or a.customer_id in cut},
    )


def _near(own: Mapping[int, PartyKeys]) -> tuple[list[int], set[int]]:
    """Customers near to one of these, and those of these of whom not all were found.

    Where more than MOST share a key, each party asks by itself.
    """
    found = near(own.values(), MOST)
    if not found.cut or len(own) == 1:
        return found.customers, set(own) if found.cut else set()
    each = {pk: near([keys], MOST) for pk, keys in own.items()}
    return list({near_by for one in each.values() for near_by in one.customers}), {pk for pk in own if each[pk].cut}


def of_customers(rows: QuerySet[M], customers: Iterable[int]) -> list[M]:
    """The rows of these customers, the newest first."""
    return list(rows.select_related("customer").filter(customer__in=customers).order_by("-pk")[:MOST_ROWS])


def alike_each(rows: QuerySet[M], customers: Sequence[Customer]) -> dict[int, list[tuple[M, Likeness]]]:
    """By customer: those of these rows whose own customer is like this one."""
    if not customers:
        return {}
    own = all_keys(customers)
    found: list[Any] = of_customers(rows, _near(own)[0])
    parties = Parties(found, all_keys(row.customer for row in found))
    return {pk: parties.like(keys) for pk, keys in own.items()}


def decisions_on(applications: Sequence[Application]) -> dict[int, Decision]:
    """The decision by which each was refused or rescinded."""
    if not applications:
        return {}
    kept: Any = Decision.objects.filter(
        content_type=ContentType.objects.get_for_model(Application), object_id__in=[a.pk for a in applications],
        kind__in=DECISIONS, state__in=["approved", "carried_out"],
    )  # fmt: skip
    return {decision.object_id: decision for decision in kept.order_by("pk")}
