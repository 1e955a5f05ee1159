"""What upholding an objection would undo: only what it goes against, and only while that stands; and the mark of a page that said so."""

import hashlib
from typing import TYPE_CHECKING

from config.desk.jst import jshort
from config.desk.refusal import Refused
from contracts.decisions.models import Decision, Objection

if TYPE_CHECKING:
    from contracts.decisions.objections import ObjectionKind

GONE = "対象の決裁は、すでに取りやめられたか、改められています。判断の記録だけが残ります"


def stands(objection: Objection) -> bool:
    """Whether upholding undoes anything; of a ruled one, whether it did. A later decision of the kind is not objected to."""
    decided = objection.decision
    if objection.is_ruled or decided is None:
        return GONE not in objection.effects
    later = Decision.objects.about(objection.subject, decided.kind).filter(pk__gt=decided.pk)
    return decided.state != Decision.State.WITHDRAWN and not later.exclude(state=Decision.State.WITHDRAWN).exists()


def effects(kind: "ObjectionKind", objection: Objection) -> list[str]:
    """What upholding would do now, in words."""
    return list(kind.effects(objection.subject, objection)) if stands(objection) else [GONE]


def mark(kind: "ObjectionKind", objection: Objection) -> str:
    """What a page keeps of what it shows: what upholding would do, and the decision as it stands."""
    decided = objection.decision
    of_decision = [decided.state, decided.fields_hash, str(decided.turn)] if decided else []
    return hashlib.sha256("\n".join([*effects(kind, objection), *of_decision]).encode()).hexdigest()[:16]


def refuse_unseen(kind: "ObjectionKind", objection: Objection, seen: str) -> None:
    """`seen` is the mark of the page on which the person ruled; empty where there was no page."""
    if not seen or seen == mark(kind, objection):
        return
    history = (objection.decision or objection.subject).history
    last = history.order_by("-history_id").first()
    who = f"最後の変更は、{last.history_user}、{jshort(last.history_date)} です。" if last else ""
    raise Refused(
        f"画面を開いた後に、対象の決裁か、認めたときの効果が変わりました。{who}あなたの操作は行われていません。",
        clause=kind.clause,
        instead="異議の画面を開き直し、「認めると起こること」を確かめてから判断してください。",
    )
