"""All that the checks compare with, read at once for a page of applications."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet, prefetch_related_objects

from accounts.models import Customer, PriorRecord
from accounts.parties import keys_of, same_kana_q, sharing_q
from contracts.applications.models import Application
from contracts.decisions.models import Decision
from contracts.rules.parties import Likeness, PartyKeys, likeness
from contracts.terms.models import TermsVersion

M = TypeVar("M", bound=Model)
MOST = 2000  # rows read at once; where more share a key, each application asks by itself
OPEN = ("screening", "awaiting_document", "accepting", "refusing")
DECIDED_AGAINST = ("refused", "rescinded")
DECISIONS = ("applications.refusal", "applications.rescission")
_KEYS = ("number", "name", "kana", "email", "phone")


class Parties(Generic[M]):
    """Rows with a customer, found by what a party shares with them."""

    def __init__(self, rows: Iterable[M]) -> None:
        """Indexed by each key."""
        self._by_key: dict[tuple[str, str], list[tuple[M, PartyKeys]]] = defaultdict(list)
        keys: dict[int, PartyKeys] = {}
        for row in rows:
            customer: Customer = row.customer  # type: ignore[attr-defined]
            own = keys.setdefault(customer.pk, keys_of(customer))
            for name, value in _named(own):
                self._by_key[name, value].append((row, own))

    def like(self, party: PartyKeys) -> list[tuple[M, Likeness]]:
        """Those that are alike, the same party first, the newest first."""
        near = {
            row.pk: (row, keys) for name, value in _named(party) for row, keys in self._by_key.get((name, value), ())
        }
        found = [(row, likeness(party, keys)) for row, keys in near.values()]
        return sorted(
            ((row, how) for row, how in found if how.level), key=lambda one: (one[1].level != "same", -one[0].pk)
        )


def _named(keys: PartyKeys) -> Iterator[tuple[str, str]]:
    return ((name, getattr(keys, name)) for name in _KEYS if getattr(keys, name))


@dataclass
class Material:
    """What the records hold for these applications."""

    keys: dict[int, PartyKeys]
    records: Parties[PriorRecord]
    others: Parties[Application]
    decisions: dict[int, Decision] = field(default_factory=dict)  # by application decided against
    versions: dict[str, TermsVersion] = field(default_factory=dict)


def gather(applications: Sequence[Application]) -> Material:
    """Six queries, however many applications (where not more than MOST rows share a key with them)."""
    prefetch_related_objects(applications, "customer")
    keys = {a.pk: keys_of(a.customer) for a in applications}
    kana = [a.customer.kana for a in applications]
    others = sharing(Application.objects.filter(state__in=(*OPEN, *DECIDED_AGAINST)), list(keys.values()), kana)
    return Material(
        keys=keys,
        records=Parties(sharing(PriorRecord.objects.filter(withdrawn_at=None), list(keys.values()), kana)),
        others=Parties(others),
        decisions=decisions_on([a for a in others if a.state in DECIDED_AGAINST]),
        versions={
            v.number: v for v in TermsVersion.objects.filter(number__in={a.agreed_version for a in applications})
        },
    )


def sharing(rows: QuerySet[M], keys: Sequence[PartyKeys], kana: Sequence[str]) -> list[M]:
    """The rows whose customer shares a key with one of the parties, the newest first."""
    asked = rows.select_related("customer").order_by("-pk")
    found = {row.pk: row for row in asked.filter(sharing_q(keys, "customer__"))[: MOST + 1]}
    found |= {row.pk: row for row in asked.filter(same_kana_q(kana, "customer__"))[: MOST + 1]}
    if len(found) <= MOST or len(keys) == 1:
        return list(found.values())
    single = (row for key, text in zip(keys, kana, strict=True) for row in sharing(rows, [key], [text]))
    return list({row.pk: row for row in single}.values())


def decisions_on(applications: Sequence[Application]) -> dict[int, Decision]:
    """The decision by which each was refused or rescinded."""
    if not applications:
        return {}
    kept: Any = Decision.objects.filter(
        content_type=ContentType.objects.get_for_model(Application), object_id__in=[a.pk for a in applications],
        kind__in=DECISIONS, state__in=["approved", "carried_out"],
    )  # fmt: skip
    return {decision.object_id: decision for decision in kept.order_by("pk")}
