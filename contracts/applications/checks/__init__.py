"""Automatic checks: what the records hold for each ground. A hit is a question for a person (6(3)).

Read in bulk: a page of applications costs as many queries as one (`hits_of`).
"""

from collections.abc import Iterable

from contracts.applications.checks import content, earlier, exceptions, others, records
from contracts.applications.checks.content import TOO_EARLY, agreed_too_early
from contracts.applications.checks.earlier import Earlier, earlier_of, later_of, resubmitted
from contracts.applications.checks.hit import COMPARES, LOOK, Hit, many, needs_a_look, worst
from contracts.applications.checks.material import Material, gather
from contracts.applications.models import Application, Ground

__all__ = [
    "COMPARES", "Hits", "LOOK", "TOO_EARLY", "Earlier", "Hit", "agreed_too_early", "earlier_of", "found", "hits", "hits_of", "later_of",
    "needs_a_look", "resubmitted", "worst",
]  # fmt: skip

Hits = dict[Ground, list[Hit]]


def hits(application: Application) -> Hits:
    """What every check found, by ground."""
    return hits_of([application])[application.pk]


def hits_of(applications: Iterable[Application]) -> dict[int, Hits]:
    """What every check found on a page of applications, in a fixed number of queries."""
    return {pk: both[0] for pk, both in found(applications).items()}


def found(applications: Iterable[Application]) -> dict[int, tuple[Hits, list[Earlier]]]:
    """The same, with what was decided before on the same party, by application."""
    rows = list(applications)
    material = gather(rows)
    return {row.pk: (_hits(row, material), earlier.of(row, material)) for row in rows}


def _hits(application: Application, material: Material) -> Hits:
    before = earlier.hits(application, material)
    for ground, set_aside in exceptions.hits(application, material).items():
        before.setdefault(ground, []).extend(set_aside)
    own = {
        Ground.UNPAID: records.unpaid(application, material),
        Ground.BREACH: records.breach(application, material),
        Ground.FALSE_IDENTITY: others.identity(application, material),
        Ground.FALSE_CONTENT: content.content(application, material),
        Ground.OTHER: content.other(application),
    }
    if application.pk in material.cut:
        own |= {ground: many(own[ground]) for ground in (Ground.UNPAID, Ground.BREACH, Ground.FALSE_IDENTITY)}
    return {ground: [*before.get(ground, []), *_unless(before.get(ground), made)] for ground, made in own.items()}


def _unless(before: list[Hit] | None, made: list[Hit]) -> list[Hit]:
    """Where something was decided before, "nothing on file" would be untrue; the single checks of content stay."""
    return [hit for hit in made if not (before and hit.level == "clear" and hit.nothing)]
