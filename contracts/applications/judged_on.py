"""Whether a judgement still carries a refusal: what it rested on stands, and no objection was upheld since (6(3)).

A judgement that applies counts no more once an objection to a refusal was upheld after it, or once the only records of the
party that were on file then have been withdrawn. A person judges anew.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import PriorRecord
from config.desk.jst import jmoment
from config.desk.refusal import Lead, Refused
from contracts.applications import checks
from contracts.applications.checks.material import alike_each
from contracts.applications.models import Application, Ground, GroundJudgement
from contracts.applications.workflow import REFUSAL
from contracts.decisions.models import Objection

OF_RECORDS = (Ground.UNPAID, Ground.BREACH)  # grounds that prior records are kept for


def carries_no_more(application: Application, grounds: Iterable[str]) -> Refused | None:
    """The first of these grounds whose judgement counts no more; 6(4) rests on no judgement."""
    judged = {str(j.ground): j for j in application.judgements.all()}
    for ground in grounds:
        if ground in judged and (why := _fallen(application, judged[ground])):
            return Refused(
                f"第{ground}号の判断は、{why}",
                clause="6(3)",
                instead="事由を、新しい理由で判断し直してください。",
                leads=(Lead(label="事由の判断に進む", verb="applications.judge_ground", to=application),),
            )
    return None


def _fallen(application: Application, judgement: GroundJudgement) -> str:
    """Why it counts no more; "" while it does."""
    ruled = Objection.objects.about(application).filter(state=Objection.State.UPHELD, decision__kind=REFUSAL)
    if last := ruled.filter(ruled_at__gt=judgement.judged_at).order_by("-ruled_at").first():
        return f"異議（{last.number}）が認められた時より前のものです。"
    return _withdrawn(application, judgement)


def _withdrawn(application: Application, judgement: GroundJudgement) -> str:
    if judgement.finding != GroundJudgement.Finding.APPLIES or judgement.ground not in OF_RECORDS:
        return ""
    alike = alike_each(PriorRecord.objects.filter(ground=judgement.ground), [application.customer])
    records: list[Any] = [record for record, _ in alike[application.customer_id]]
    since = [r for r in records if _withdrawn_after(r, judgement.judged_at)]
    if not since or any(record.withdrawn_at is None for record in records):
        return ""
    last = max(since, key=lambda r: r.withdrawn_at)
    return f"その後に取り下げられた記録（{last.source}・{jmoment(last.withdrawn_at)} 取下げ）によるものです。"


def _withdrawn_after(record: PriorRecord, judged_at: datetime) -> bool:
    """On file when the ground was judged, withdrawn since."""
    return record.recorded_at <= judged_at and record.withdrawn_at is not None and record.withdrawn_at > judged_at


# --- for the approver -------------------------------------------------------------------------------------------------


def now(application: Application, grounds: Iterable[str]) -> list[tuple[bool | None, str, str]]:
    """Beside each judgement: whether it still carries, and what the checks find at this moment."""
    named = [ground for ground in grounds if ground.isdigit()]
    hits: Mapping[Any, Any] = checks.hits(application) if named else {}
    told: list[tuple[bool | None, str, str]] = []
    for ground in named:
        if refused := carries_no_more(application, [ground]):
            told.append((False, f"{ground}号の判断は、今も根拠になる", refused.message))
        found = [f"{hit.text}　{hit.detail}".strip() for hit in hits[Ground(int(ground))] if hit.level in checks.LOOK]
        told.append((None, f"{ground}号　今の照合", "／".join(found) or "見つかった記録はありません"))
    return told
