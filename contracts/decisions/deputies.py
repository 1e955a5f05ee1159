"""In whose place a deputy decides. Who holds the verb by themself decides as themself; a deputy never in the place of who wrote it.

`at` decides: what a page said a moment ago counts for nothing. The sentences name who, and the last day.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from config.desk import standins
from config.desk.press import holds
from config.desk.refusal import Lead, Refused
from config.desk.registry import verb
from contracts.decisions.models import Decision

APPROVE, SEND_BACK, RULE = "decisions.approve", "decisions.send_back", "decisions.rule_objection"
ANOTHER = "ほかの承認の担当者に依頼してください。"


def approve_why_not(decision: Decision, clause: str, by: Any, at: datetime) -> Refused | None:
    """A deputy needs somebody in whose place to stand who did not write the proposal."""
    if holds(verb(APPROVE), by):
        return None
    if refused := no_more(APPROVE, clause, by, at):
        return refused
    return None if place_of(decision, by, at) is not None else _wrote_it(standins.people(by, APPROVE, at), clause)


def no_more(key: str, clause: str, by: Any, at: datetime) -> Refused | None:
    """Whoever neither holds the verb nor stands in for somebody who does: since when."""
    if holds(verb(key), by) or standins.people(by, key, at):
        return None
    over = standins.why_no_more(by, at, key)
    return Refused(over or f"「{verb(key).label}」は、承認の担当者の手続です。", clause=clause, instead=ANOTHER)


def _wrote_it(people: list[Any], clause: str, what: str = "承認できません") -> Refused:
    names = "・".join(str(person) for person in people)
    return Refused(
        f"{names}が起案したか内容を変えた決裁なので、その代理では{what}。",
        clause=clause,
        instead=ANOTHER,
    )


def place_of(decision: Decision, by: Any, at: datetime) -> Any:
    """In whose place this person approves; None for who approves as themself, or in nobody's place."""
    if holds(verb(APPROVE), by):
        return None
    wrote = set(decision.editors.values_list("user", flat=True)) if decision.four_eyes else set()
    return next((person for person in standins.people(by, APPROVE, at) if person.pk not in wrote), None)


def send_back_why_not(decision: Decision, clause: str, by: Any, at: datetime) -> Refused | None:
    """Nobody is a second person to what they wrote themselves; a deputy needs somebody in whose place to stand who did not."""
    if refused := no_more(SEND_BACK, clause, by, at):
        return refused
    if decision.four_eyes and decision.editors.filter(user=by).exists():
        return Refused(
            "自分が起案したか内容を変えた決裁は、差し戻せません。",
            clause=clause,
            instead="「起案の内容を変える」か「起案を取り下げる」を使ってください。",
            leads=[Lead(label="起案を取り下げる", verb="decisions.withdraw", to=decision)],
        )
    if holds(verb(SEND_BACK), by) or place_of(decision, by, at) is not None:
        return None
    return _wrote_it(standins.people(by, SEND_BACK, at), clause, "差し戻せません")


def rule_why_not(clause: str, by: Any, at: datetime, barred: Collection[int]) -> Refused | None:
    """A deputy needs somebody who did not decide before."""
    if refused := no_more(RULE, clause, by, at):
        return refused
    if holds(verb(RULE), by) or place_to_rule(by, at, barred) is not None:
        return None
    names = "・".join(str(person) for person in standins.people(by, RULE, at))
    return Refused(
        f"{names}は、この件で先に判断したか、異議を登録したので、その代理では判断できません。",
        clause=clause,
        instead=ANOTHER,
    )


def place_to_rule(by: Any, at: datetime, barred: Collection[int]) -> Any:
    """In whose place this person rules; None for who rules as themself, or in nobody's place."""
    if holds(verb(RULE), by):
        return None
    return next((person for person in standins.people(by, RULE, at) if person.pk not in barred), None)


def places(by: Any, key: str, at: datetime) -> list[Any] | None:
    """Whom lists have to ask about: None where the person acts as themself."""
    return None if holds(verb(key), by) else standins.people(by, key, at)


def told(by: Any, at: datetime) -> list[standins.StandIn]:
    """In whose place the person may decide now, for pages to say so."""
    return [one for one in standins.of(by, at) if one.holds and not holds(verb(APPROVE), by)]
