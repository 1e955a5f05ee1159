"""Resubmission: what was decided against the same party before, so that it is never lost among the new ones (6(3))."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config.desk.jst import jday_year
from contracts.applications.checks.hit import Hit
from contracts.applications.checks.material import DECIDED_AGAINST, OPEN, Material, alike_each, gather
from contracts.applications.models import Application, Ground
from contracts.decisions.models import Decision
from contracts.rules.parties import Likeness

NOT_SHOWN = "6(4)"  # as a refusal names the document that was not shown


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An application that was refused or rescinded, how alike its party is, and the decision with its reason."""

    application: Application
    how: Likeness
    decision: Decision | None

    @property
    def grounds(self) -> list[Ground]:
        """On which grounds; a document that was not shown counts under the last one, where a person judges."""
        named = _grounds(self.decision)
        return [Ground(int(g)) for g in named if g.isdigit()] or [Ground.OTHER]

    @property
    def reason(self) -> str:
        """Why, as the decision has it, with the grounds."""
        if self.decision is None:
            return "理由の記録なし"
        named = ["書類の提示なし" if g == NOT_SHOWN else f"{g}号" for g in _grounds(self.decision)]
        return "・".join(named) + f"：{self.decision.fields.get('reason', '')}"

    @property
    def words(self) -> str:
        """前回の不承諾 A-2026-000012（2号：…）."""
        sure = "" if self.how.level == "same" else "かもしれない申込"
        return f"前回の{self.application.get_state_display()}{sure} {self.application.number}（{self.reason}）"


def _grounds(decision: Decision | None) -> list[str]:
    given: Any = (decision.fields.get("grounds") or decision.fields.get("ground")) if decision else []
    return [str(g) for g in given] if isinstance(given, list) else [str(given)]


def of(application: Application, material: Material) -> list[Earlier]:
    """What was decided against the party before, the newest first."""
    alike = material.others.like(material.keys[application.pk])
    return [
        Earlier(application=other, how=how, decision=material.decisions.get(other.pk))
        for other, how in alike
        if other.pk != application.pk and other.state in DECIDED_AGAINST and _before(other, application)
    ]


def _before(other: Application, application: Application) -> bool:
    """Received before, or decided against while this one was still waiting."""
    return other.received_at <= application.received_at or application.state not in DECIDED_AGAINST


def hits(application: Application, material: Material) -> dict[Ground, list[Hit]]:
    """Each under the grounds on which it was decided then."""
    found: dict[Ground, list[Hit]] = {}
    for one in of(application, material):
        for ground in one.grounds:
            found.setdefault(ground, []).append(_hit(one))
    return found


def _hit(one: Earlier) -> Hit:
    other = one.application
    return Hit(
        level="hit" if one.how.level == "same" else "weak",
        text=one.words,
        detail=f"{jday_year(other.received_at)} 受付　{other.customer.name}（{one.how.words}）",
        short=f"前回の{other.get_state_display()}" if one.how.level == "same" else one.how.words,
        customer=other.customer,
        source=other,
        since=(one.decision.carried_out_at or one.decision.approved_at) if one.decision else None,
    )


def earlier_of(application: Application) -> list[Earlier]:
    """For the page of one application."""
    return of(application, gather([application]))


def resubmitted(applications: Iterable[Application]) -> set[int]:
    """Those of a list that wait, and whose party was refused or rescinded before; a fixed number of queries."""
    waiting = [a for a in applications if a.state in OPEN]
    before = alike_each(Application.objects.filter(state__in=DECIDED_AGAINST), [a.customer for a in waiting])
    return {a.pk for a in waiting if any(how.level == "same" for _, how in before[a.customer_id])}


def later_of(application: Application) -> list[tuple[Application, Likeness]]:
    """For the page of one that was decided against: where the same party applied again."""
    if application.state not in DECIDED_AGAINST:
        return []
    after = Application.objects.filter(received_at__gte=application.received_at).exclude(pk=application.pk)
    return alike_each(after, [application.customer])[application.customer_id]
