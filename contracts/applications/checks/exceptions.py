"""Grounds that were set aside for the same party before: the acceptance in spite of them is found again (6(3))."""

from config.desk.jst import jday_year
from contracts.applications import ground_reasons
from contracts.applications.checks.hit import Hit
from contracts.applications.checks.material import Material
from contracts.applications.models import Application, Ground
from contracts.decisions.models import Decision
from contracts.rules.parties import Likeness


def hits(application: Application, material: Material) -> dict[Ground, list[Hit]]:
    """Each under the ground that was set aside then."""
    found: dict[Ground, list[Hit]] = {}
    for decision, how in material.exceptions.like(material.keys[application.pk]):
        if decision.object_id != application.pk:
            for ground, reason in ground_reasons.of(decision.fields).items():
                found.setdefault(Ground(int(ground)), []).append(_hit(decision, reason, how))
    for no in material.noes.get(application.pk, ()):
        for number in no.grounds:
            found.setdefault(Ground(number), []).append(Hit(level="hit", text=no.words, short="例外の差戻し"))
    return found


def _hit(decision: Decision, reason: str, how: Likeness) -> Hit:
    day = jday_year(decision.approved_at) if decision.approved_at else ""
    same = how.level == "same"
    return Hit(
        level="hit" if same else "weak", text=f"この事由があっても、例外として承諾しました（{decision.subject.number}・{decision.number}）",
        detail=f"{day}　{reason}　起案 {decision.proposed_by}・承認 {decision.approved_by}（{how.words}）",
        short="例外の承諾" if same else how.words, customer=decision.customer, source=decision.subject,
        since=decision.approved_at,
    )  # fmt: skip
