"""Sentences about decisions, objections, and what approvers were told."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

if TYPE_CHECKING:
    from contracts.decisions.models import Decision, Objection, Telling


class DecisionQuerySet(QuerySet["Decision"]):
    """Decisions."""

    def about(self, subject: Model, kind: str = "") -> "DecisionQuerySet":
        """Those on this row, of this kind where one is named."""
        rows = self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)
        return rows.filter(kind=kind) if kind else rows

    def waiting(self) -> "DecisionQuerySet":
        """Those that wait for an approver, oldest first."""
        return self.filter(state="proposed").order_by("proposed_at")

    def not_written_by(self, user: Any, places: Iterable[Any] | None = None) -> "DecisionQuerySet":
        """Those that this person may approve as far as four eyes go; a deputy in one of these places (None: as themself)."""
        rows = self.exclude(editors__user=user)
        return rows if places is None else rows.filter(_somebody_else(places))

    def untold(self, user: Any, places: Iterable[Any] | None = None) -> "DecisionQuerySet":
        """Those that wait for an approver, which this person may approve and was not told of since they last began to wait."""
        from contracts.decisions.models import Telling

        told = Telling.objects.settled().filter(decision=OuterRef("pk"), user=user, turn=OuterRef("turn"))
        rows = self.waiting().exclude(four_eyes=True, editors__user=user).exclude(Exists(told)).order_by("pk")
        return rows if places is None else rows.filter(_somebody_else(places) | Q(four_eyes=False))


def _somebody_else(places: Iterable[Any]) -> Q:
    """One of these people at least did not write the proposal."""
    from contracts.decisions.models import DecisionEditor

    found = Q(pk__in=[])
    for person in places:
        found = found | Q(~Exists(DecisionEditor.objects.filter(decision=OuterRef("pk"), user=person)))
    return found


class ObjectionQuerySet(QuerySet["Objection"]):
    """Objections."""

    def about(self, subject: Model) -> "ObjectionQuerySet":
        """Those on this row."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def waiting(self) -> "ObjectionQuerySet":
        """Those on which nobody has ruled, oldest first."""
        return self.filter(state="received").order_by("received_at", "pk")

    def not_decided_by(self, user: Any, places: Iterable[Any] | None = None) -> "ObjectionQuerySet":
        """Those on which this person may rule, having decided nothing before; a deputy in one of these places (None: as themself)."""
        from contracts.decisions.models import ObjectionDecider

        rows = self.exclude(deciders__user=user)
        if places is None:
            return rows
        found = Q(pk__in=[])
        for person in places:
            found = found | Q(~Exists(ObjectionDecider.objects.filter(objection=OuterRef("pk"), user=person)))
        return rows.filter(found)

    def untold(self, user: Any, places: Iterable[Any] | None = None) -> "ObjectionQuerySet":
        """Those that wait, on which this person may rule, and of which they were not told."""
        from contracts.decisions.models import Telling

        told = Telling.objects.settled().filter(objection=OuterRef("pk"), user=user)
        return self.waiting().not_decided_by(user, places).exclude(Exists(told)).order_by("pk")


MOST_ATTEMPTS = 3


class TellingQuerySet(QuerySet["Telling"]):
    """What approvers were told."""

    def settled(self) -> "TellingQuerySet":
        """Told, under way, or given up: not to be tried again."""
        return self.exclude(state="failed", attempts__lt=MOST_ATTEMPTS)
