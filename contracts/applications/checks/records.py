"""Grounds 1 and 2: prior records of the same party, in any service (6(3)(1)–(2))."""

from accounts.models import PriorRecord
from config.desk.jst import jday_year
from contracts.applications.checks.hit import Hit
from contracts.applications.checks.material import Material
from contracts.applications.models import Application
from contracts.rules.parties import Likeness

SHOWN = 10
SHORT: dict[int, str] = {PriorRecord.Ground.UNPAID: "未払いの記録", PriorRecord.Ground.VIOLATION: "違反の記録"}
COMPARED = "法人番号・名称・メールアドレス・電話番号・フリガナで照合"


def unpaid(application: Application, material: Material) -> list[Hit]:
    """A due date that passed unpaid."""
    return _prior(application, material, PriorRecord.Ground.UNPAID, "未払いの記録はありません")


def breach(application: Application, material: Material) -> list[Hit]:
    """A confirmed violation."""
    return _prior(application, material, PriorRecord.Ground.VIOLATION, "一致する違反の記録はありません")


def _prior(application: Application, material: Material, ground: int, nothing: str) -> list[Hit]:
    alike = material.records.like(material.keys[application.pk])
    found = [_hit(record, how) for record, how in alike if record.ground == ground]
    clear = Hit(level="clear", text=nothing, detail=COMPARED, short="記録なし", nothing=True)
    return shown(found) or [clear]


def shown(found: list[Hit]) -> list[Hit]:
    """The first of many, and how many more there are."""
    more = len(found) - SHOWN
    rest = [Hit(level="weak", text=f"ほかに{more}件あります", short=f"ほか{more}件")] if more > 0 else []
    return found[:SHOWN] + rest


def _hit(record: PriorRecord, how: Likeness) -> Hit:
    cured = "・是正済" if record.cured_at else ""
    same = how.level == "same"
    return Hit(
        level="hit" if same else "weak",
        text=f"{record.get_ground_display()}の記録（{record.source}{cured}）",
        detail=f"{jday_year(record.happened_on)}　{record.customer.name}（{how.words}）",
        short=SHORT[record.ground] if same else how.words,
        customer=record.customer,
        source=record,
        since=record.recorded_at,
    )
