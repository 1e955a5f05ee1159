"""What was known of a ground before a rescission names it: set aside, judged, ruled on, or on file (6(3)).

Only grounds that came to light after the contract had formed are a basis of a rescission. One that the company knew and set
aside, or on which an objection was upheld, needs facts that were not known then: they are named, and the approver reads them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import PriorRecord
from config.desk.clock import jst_day
from config.desk.jst import jmoment, jshort
from config.desk.refusal import Refused
from contracts.applications import checks
from contracts.applications.documents import as_list
from contracts.applications.models import Application, Ground, GroundJudgement
from contracts.applications.workflow import ACCEPTANCE, EXCEPTION
from contracts.decisions.models import Decision, Objection
from notices.models import Notice

Check = tuple[bool | None, str, str]
RESCISSION = "applications.rescission"
NEW = "new_facts"  # the field of the proposal


def why_not(application: Application, fields: Mapping[str, Any]) -> Refused | None:
    """The same ground was set aside or judged before the contract formed, or an objection to it was upheld."""
    ground, new = str(fields["ground"]), str(fields.get(NEW) or "").strip()
    if ruled := _ruled(application, ground):
        return _after_ruling(ruled, fields, new)
    known = _known(application, ground)
    return _refused(known, "承諾の前に知られていた事実では、取り消せません。") if known and not new else None


def _refused(known: str, told: str) -> Refused:
    return Refused(
        f"{known}{told}",
        clause="6(3)",
        instead="その後に初めて判明した別の事実があるときだけ、「前に知られていなかった事実」に書いて起案してください。",
    )


def _known(application: Application, ground: str) -> str:
    """Who knew of the ground, and when, before the contract had formed; "" where nobody did."""
    exceptions = Decision.objects.about(application, EXCEPTION).filter(state__in=["approved", "carried_out"])
    for decision in exceptions.order_by("-pk"):
        if ground in as_list(decision.fields["grounds"]):
            return f"{ground}号は、例外としての承諾（{decision.number}）で、承知のうえで承諾した事由です。"
    return _judged(application, ground)


def _judged(application: Application, ground: str) -> str:
    """That it was judged to apply once, also where the judgement was changed later: judging ends with the formation."""
    history: Any = GroundJudgement.history  # type: ignore[attr-defined]
    told = history.filter(application=application, ground=int(ground), finding="applies").order_by("judged_at").first()
    if told is None:
        return ""
    return f"{ground}号は、承諾の前に「該当する」と判断されていました（{told.by}・{jshort(told.judged_at)}）。"


def _ruled(application: Application, ground: str) -> Objection | None:
    """The latest upheld objection to a rescission on this ground."""
    upheld = Objection.objects.about(application).filter(state=Objection.State.UPHELD, decision__kind=RESCISSION)
    found = [o for o in upheld.order_by("-pk") if o.decision and str(o.decision.fields["ground"]) == ground]
    return found[0] if found else None


def _after_ruling(ruled: Objection, fields: Mapping[str, Any], new: str) -> Refused | None:
    assert ruled.decision is not None
    assert ruled.ruled_at is not None
    known = f"{fields['ground']}号による取消しへの異議（{ruled.number}）が、認められています。"
    if not new or new == str(ruled.decision.fields["fact"]).strip():
        return _refused(known, "同じ事由では、もう一度取り消せません。")
    if fields["came_to_light_on"] < jst_day(ruled.ruled_at):
        return _refused(known, f"異議の判断（{jmoment(ruled.ruled_at)}）より前に判明していた事実では、取り消せません。")
    return None


# --- for the approver -----------------------------------------------------------------------------------------------


def shown(application: Application, fields: Mapping[str, Any]) -> list[Check]:
    """What was known before, whether it is refused or not, and records that stood on file when it was accepted."""
    ground, new = str(fields["ground"]), str(fields.get(NEW) or "")
    ruled = _ruled(application, ground)
    known = f"異議（{ruled.number}）が認められた事由です。" if ruled else _known(application, ground)
    told: list[Check] = []
    if known:
        told.append((None if new else False, "前に知られていなかった事実である", f"{known}　{new}".strip()))
    return [*told, *_on_file(application, ground), *_same_day(application, fields)]


def _on_file(application: Application, ground: str) -> list[Check]:
    """Prior records that the checks find, written down before the acceptance left."""
    left = accepted_at(application)
    if left is None:
        return []
    hits = checks.hits(application)[Ground(int(ground))]
    before = [hit for hit in hits if isinstance(hit.source, PriorRecord) and hit.source.recorded_at < left]
    return [(False, "承諾の前からあった記録です", f"{hit.text}　{hit.detail}") for hit in before]


def _same_day(application: Application, fields: Mapping[str, Any]) -> list[Check]:
    """A day says nothing of before and after on the day of the formation itself: a person has to."""
    told = same_day(application, fields)
    return [(None, "成立と同じ日なので、前後を確かめてください", told)] if told else []


def same_day(application: Application, fields: Mapping[str, Any]) -> str:
    """What to make sure of where the fact, or its coming to light, bears the day of the formation; "" otherwise."""
    formed = application.subscription.formed_on if application.subscription else None
    days = [(name, str(fields.get(name) or "")) for name in ("fact_on", "came_to_light_on")]
    same = [name for name, day in days if formed is not None and day == formed.isoformat()]
    left = accepted_at(application)
    if not same or left is None:
        return ""
    words = {"fact_on": "事実が、それより前のものであること", "came_to_light_on": "判明が、それより後であること"}
    return (
        f"承諾の通知の発送は {jmoment(left)} です。{'、'.join(words[name] for name in same)}を、理由に書いてください。"
    )


def accepted_at(application: Application) -> datetime | None:
    """When the acceptance first left."""
    letters = Notice.objects.about(application, ACCEPTANCE).exclude(dispatched_at=None)
    return letters.order_by("dispatched_at").values_list("dispatched_at", flat=True).first()
