"""What a verb or a decision on an application would bring about, shown before it is done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jshort
from config.desk.registry import Preview
from contracts.applications import workflow
from contracts.applications.models import Application, Ground
from notices.composing import preview_html


def acceptance(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The acceptance letter."""
    html = preview_html(workflow.ACCEPTANCE, application, application.customer, {}, jst_day(at))
    return Preview(
        letter_html=html, consequences=("承諾の通知が届いた日に、契約が成立します（第6条第3項・民法第97条）",)
    )


def refusal(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The refusal letter, with the grounds chosen so far, or those that were judged to apply."""
    applying = [str(g) for g, finding in workflow.findings(application).items() if finding == "applies"]
    grounds = fields.get("grounds") or applying
    html = preview_html(workflow.REFUSAL, application, application.customer, {"grounds": grounds}, jst_day(at))
    told = ("通知書を作り、発送待ちに入れます", "通知が発送されたときに、不承諾になります（第4条第2項）")
    return Preview(letter_html=html, letter_note="A4　長形3号の窓付き封筒", consequences=told)


def refusal_initial(application: Application, at: datetime) -> dict[str, Any]:
    """The grounds that were judged to apply."""
    return {"grounds": [str(g) for g, finding in workflow.findings(application).items() if finding == "applies"]}


def decided_refusal(application: Application, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the same letter."""
    return refusal(application, at=at, grounds=fields.get("grounds"))


def refusal_checks(
    application: Application, fields: Mapping[str, Any], at: datetime
) -> list[tuple[bool | None, str, str]]:
    """Each ground named, who judged it, and why; looked at again on approval."""
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    checks: list[tuple[bool | None, str, str]] = [_check(judged, ground) for ground in fields.get("grounds", [])]
    return [
        *checks,
        (None, "該当する事由があっても、承諾する判断はできます", "承諾するかどうかは、当社の判断です（第6条第3項）"),
    ]


def _check(judged: Mapping[int, Any], ground: str) -> tuple[bool | None, str, str]:
    found = judged.get(int(ground)) if ground.isdigit() else None
    if found is None:
        return False, f"{ground}号は、まだ判断されていません", ""
    return (
        found.finding == "applies",
        f"{ground}号　{Ground(found.ground).label}",
        f"{found.reason}　{found.by}　{jshort(found.judged_at)}",
    )
