"""What the records hold since a ground was judged: nobody has looked at it, so that the ground is judged anew (6(3))."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from config.desk.jst import jshort
from config.desk.refusal import Lead, Refused
from config.desk.registry import Preview
from contracts.applications import checks
from contracts.applications.checks.hit import LOOK, Hit
from contracts.applications.models import Application, Ground, GroundJudgement

JUDGE = "applications.judge_ground"
SINCE = "判断の後に増えた記録"


def newer(application: Application, hits: Iterable[Hit], judged: GroundJudgement | None) -> list[Hit]:
    """Those of these that came to be, or were joined with the party, after this judgement."""
    return [hit for hit in hits if judged and _came_after(application, hit, judged)]


def _came_after(application: Application, hit: Hit, judged: GroundJudgement) -> bool:
    if hit.level not in LOOK or hit.since is None:
        return False
    joined = (application.customer.merged_at, hit.customer.merged_at if hit.customer else None)
    return max(moment for moment in (hit.since, *joined) if moment) > judged.judged_at


def _known(hit: Hit, at: datetime) -> bool:
    return hit.since is None or hit.since <= at


def own_mark(finding: str, reason: str) -> str:
    """What a page keeps of a judgement that it shows, so that a judgement nobody saw is never overwritten."""
    return hashlib.sha256(f"{finding}\n{reason}".encode()).hexdigest()[:16]


def mark(own: str, later: Iterable[Hit]) -> str:
    """What a page keeps of a judgement (`own`) and of what came after it, so that nobody judges anew what they did not see."""
    told = "\n".join(f"{hit.text}{hit.detail}" for hit in later)
    return own_mark(own, told) if told else own


def grounds(application: Application, hits: Mapping[Ground, list[Hit]]) -> dict[Ground, list[Hit]]:
    """By ground that was judged: what came after."""
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    found = {ground: newer(application, hits[ground], judged.get(ground)) for ground in Ground}
    return {ground: later for ground, later in found.items() if later}


def why_not(application: Application, *, at: datetime) -> Refused | None:
    """No judgement on which an acceptance rests is older than what the records held at this moment."""
    hits = checks.hits(application)
    found = grounds(application, {ground: [hit for hit in hits[ground] if _known(hit, at)] for ground in Ground})
    if not found:
        return None
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    told = "".join(_told(judged[ground], later) for ground, later in found.items())
    return Refused(
        f"判断の後に記録が増えています。{told}", clause="6(3)", instead="その事由を見比べて、もう一度判断してください。",
        leads=tuple(Lead(label=f"{g.value}号を判断する", verb=JUDGE, to=application, given={"ground": str(g.value)}) for g in found),
    )  # fmt: skip


def refuse_unseen(application: Application, judged: GroundJudgement, seen: str) -> None:
    """`seen` is the mark of this judgement with what came after it, or (on the verb's own page) of the whole application."""
    own, kept = own_mark(judged.finding, judged.reason), judged if judged.pk else None
    hits = checks.hits(application)
    later = newer(application, hits[Ground(judged.ground)], kept)
    if seen in (mark(own, later), _whole(application, hits)):
        return
    if seen != own:
        raise Refused(
            f"{judged.ground}号は、{judged.by}が先に「{judged.get_finding_display()}」と判断しました（{judged.reason}）。" if kept
            else "この判断の画面は、古くなっています。",
            clause="6(3)", instead="見比べて、変えるときは、もう一度記録してください。",
        )  # fmt: skip
    raise Refused(
        "画面を開いた後に、記録が増えました。",
        clause="6(3)",
        instead="もう一度読み込み、見比べてから判断してください。",
    )


def _whole(application: Application, hits: Mapping[Ground, list[Hit]]) -> str:
    judged = application.judgements.order_by("ground").values_list("ground", "finding", "reason")
    return mark(own_mark("", f"{list(judged)}"), [hit for g in Ground for hit in hits[g] if hit.level in LOOK])


def page_begins(application: Application | None, at: datetime) -> dict[str, Any]:
    """The verb's own page keeps a mark of all that is judged and found."""
    return {"seen": _whole(application, checks.hits(application))} if application else {}


def page_shows(application: Application, *, at: datetime, ground: int | None = None, **fields: Any) -> Preview:
    """What the checks found for the ground, before it is judged there."""
    hits = checks.hits(application)
    shown = [hit for g in Ground if ground in (None, g) for hit in hits[g] if hit.level in LOOK]
    return Preview(title="照合の結果", messages=tuple(("warning", f"{hit.text}　{hit.detail}") for hit in shown))


def _told(judged: GroundJudgement, later: list[Hit]) -> str:
    named = "、".join(hit.text for hit in later)
    return f"{judged.ground}号（{judged.by}が {jshort(judged.judged_at)} に判断）：{named}。"
