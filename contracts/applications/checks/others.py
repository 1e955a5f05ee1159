"""Ground 3: the same applicant twice, an agent without authority (6(3)(3))."""

from contracts.applications import agents
from contracts.applications.checks.hit import Hit
from contracts.applications.checks.material import OPEN, Material
from contracts.applications.checks.records import COMPARED, shown
from contracts.applications.models import Application
from contracts.rules.parties import Likeness


def identity(application: Application, material: Material) -> list[Hit]:
    """Other applications of the party that are not decided yet; somebody who signed without an authority in writing."""
    alike = material.others.like(material.keys[application.pk])
    found = [_hit(other, how) for other, how in alike if other.pk != application.pk and other.state in OPEN]
    if application.pk in material.lacking:
        signed = Hit(level="hit", text=agents.MISSING, detail="代理人による申込", short=agents.MISSING)
        return [signed, *shown(found)]
    clear = Hit(level="clear", text="同じ申込者の別の申込はありません", detail=COMPARED, short="一致なし", nothing=True)
    return shown(found) or [clear]


def _hit(other: Application, how: Likeness) -> Hit:
    same = how.level == "same"
    who = "同じ申込者の申込" if same else "同じ申込者かもしれない申込"
    return Hit(
        level="hit" if same else "weak",
        text=f"{who}（{other.number}・{other.get_state_display()}）",
        detail=f"{other.customer.name}（{how.words}）",
        short="同じ申込者の申込" if same else how.words,
        customer=other.customer,
        source=other,
    )
