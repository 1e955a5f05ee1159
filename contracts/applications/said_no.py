"""An approver's no to an exception: whoever asked for it does not judge the ground clear instead, nor accept alone (6(3)).

A second person looks before an application is accepted in spite of a ground (house policy). Judging the ground anew is free
to the others, and everybody sees that it was done after the no.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType

from config.desk.jst import jshort
from config.desk.refusal import Refused
from contracts.applications.models import Application, GroundJudgement
from contracts.decisions.models import Decision, DecisionEditor

EXCEPTION, CLAUSE = "applications.exception", "6(3)"


@dataclass(frozen=True)
class No:
    """Who sent which exception back, on which grounds, when and why."""

    decision: int
    number: str
    grounds: frozenset[int]
    who: str
    at: datetime
    reason: str

    @property
    def words(self) -> str:
        """例外としての承諾は、差し戻されています（D-2026-000004　mio 11/24 10:01：…）."""
        return f"例外としての承諾は、差し戻されています（{self.number}　{self.who} {jshort(self.at)}：{self.reason}）"


def of_each(applications: Iterable[Application]) -> dict[int, list[No]]:
    """By application, in one query; also of what was given up after it was sent back."""
    about = Decision.objects.filter(
        content_type=ContentType.objects.get_for_model(Application), object_id__in=[a.pk for a in applications], kind=EXCEPTION
    )  # fmt: skip
    versions: Any = Decision.history.model
    returned = versions.objects.filter(id__in=about.values("pk"), state="returned").select_related("history_user")
    found: dict[int, list[No]] = defaultdict(list)
    for version in returned.order_by("history_id"):
        found[version.object_id].append(_no(version))
    return found


def _no(version: Any) -> No:
    grounds = frozenset(int(ground) for ground in version.fields.get("grounds", ()))
    who, reason = str(version.history_user or ""), version.closed_reason
    return No(version.id, version.number, grounds, who, version.history_date, reason)


def judge_why_not(application: Application, *, ground: int, finding: str, by: Any) -> Refused | None:
    """Who wrote the exception that was sent back does not judge its grounds clear."""
    if finding != GroundJudgement.Finding.CLEAR:
        return None
    said = [no for no in of_each([application])[application.pk] if ground in no.grounds]
    if not DecisionEditor.objects.filter(decision__in=[no.decision for no in said], user=by).exists():
        return None
    return Refused(
        f"{ground}号の{said[-1].words}。起案した人は、「該当しない」に改められません。",
        clause=CLAUSE,
        instead="ほかの担当者が見て判断するか、不承諾を起案してください。",
    )


def accept_why_not(application: Application, *, by: Any) -> Refused | None:
    """Who judged such a ground clear after the no does not accept alone."""
    for no in of_each([application])[application.pk]:
        changed = application.judgements.filter(ground__in=no.grounds, finding="clear", judged_at__gte=no.at, by=by)
        if changed.exists():
            return Refused(
                f"{no.words}。その後に事由を「該当しない」と改めた人は、ひとりで承諾できません。",
                clause=CLAUSE,
                instead="ほかの担当者が内容を見て、承諾してください。",
            )
    return None
