"""異議: what a customer objects to, ruled on by someone who did not decide before. The engine knows no room above.

The terms give an objection no suspensive effect, so none is invented: what is under way goes on, but whoever approves it
sees the objection. Upholding undoes what it goes against, and nothing else: by the decision's kind where it goes against a decision that
says how, else by the objection's kind. Where that decision no longer stands, only the ruling is recorded.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Customer
from config.desk import facts, numbers
from config.desk.jst import jshort
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.decisions import deputies, engine, upholding
from contracts.decisions.models import Decision, DecisionDecider, DecisionEditor, Objection, ObjectionDecider
from contracts.incoming.models import Incoming

State = Objection.State
OTHER_PERSON = "先に判断していない、ほかの承認の担当者に依頼してください。"


def _nothing(*args: Any) -> None:
    """A kind that leaves this moment alone."""


@dataclass(frozen=True)
class Target:
    """What may be objected to: a letter or a decision by its number ("" for the finding itself), and its letters' numbers."""

    number: str
    label: str
    decision: Decision | None = None
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ObjectionKind:
    """Who may be objected against on such a row, who decided before, and what upholding does."""

    key: str
    label: str
    clause: str
    subject: type[Model]
    record_verb: str
    targets: Callable[[Any], Sequence[Target]]  # latest first; none: there is nothing to object to
    deciders: Callable[[Any, Objection], Collection[int]]  # user ids, beside those of the row's decisions
    effects: Callable[[Any, Objection], Sequence[str]]  # what upholding would do, in words
    upheld_why_not: Callable[[Any, Objection, datetime], Refused | None] = lambda subject, objection, at: None
    on_upheld: Callable[[Any, Objection, datetime], None] = _nothing
    on_ruled: Callable[[Any, Objection, Sequence[str], datetime], None] = _nothing  # orders the answer, by these ways
    preview: Callable[[Any, Objection, Mapping[str, Any], datetime], Preview] | None = (
        None  # (…, outcome and reason, at)
    )


_kinds: dict[str, ObjectionKind] = {}
_retired: dict[str, str] = {}
Listener = Callable[[Objection, datetime], None]
listeners: list[Listener] = []  # engines above that follow every objection (the clock of the answer)


def register(kind: ObjectionKind) -> ObjectionKind:
    """Add a kind; the same key twice raises ValueError."""
    if kind.key in _kinds or kind.key in _retired:
        raise ValueError(f"objection kind {kind.key} registered twice")
    _kinds[kind.key] = kind
    return kind


def retired(key: str, label: str) -> None:
    """A kind that is no longer entered, but stands in old rows."""
    _retired[key] = label


def kind_of(objection: Objection) -> ObjectionKind:
    """The kind of a row."""
    return _kinds[objection.kind]


def kinds() -> list[ObjectionKind]:
    """All, by key."""
    return [_kinds[key] for key in sorted(_kinds)]


def known_keys() -> set[str]:
    """Every key that may stand in the table."""
    return set(_kinds) | set(_retired)


def used_keys() -> set[str]:
    """Every key that does stand in the table."""
    return set(Objection.objects.order_by().values_list("kind", flat=True).distinct())


def may_have(row: Any) -> bool:
    """Whether there are objections about such rows."""
    return isinstance(row, tuple(kind.subject for kind in kinds()))


def label(key: str) -> str:
    """The label of a kind, retired ones included."""
    return _kinds[key].label if key in _kinds else _retired.get(key, key)


def record_why_not(key: str, subject: Any) -> Refused | None:
    """There is something to object to."""
    if _kinds[key].targets(subject):
        return None
    return Refused(
        f"{subject._meta.verbose_name} {subject.number} には、異議の対象になる判断がありません。",
        clause=_kinds[key].clause,
        instead="画面で、今の状態を確かめてください。申出は受信簿に登録できます。",
    )


def record(
    key: str,
    subject: Any,
    *,
    by: Any,
    at: datetime,
    received_at: datetime,
    summary: str,
    against: str = "",
    incoming: str = "",
) -> Objection:
    """Enter what the customer objects to; against the latest where nothing is named. It stops nothing."""
    kind = _kinds[key]
    target = _target(kind, subject, against)
    _refuse_twice(kind, subject, target)
    objection = Objection.objects.create(
        number=numbers.take("O", at), kind=key, subject=subject, customer=subject.customer, decision=target.decision,
        against=target.number, received_at=received_at, summary=summary, incoming=_incoming(incoming, subject.customer), recorded_by=by,
    )  # fmt: skip
    _keep_deciders(objection)
    tell(objection, at)
    return objection


def _target(kind: ObjectionKind, subject: Any, against: str) -> Target:
    there = kind.targets(subject)
    for target in there:
        if not against or against in (target.number, *target.letters):
            return target
    raise Refused(
        f"{against}は、この{subject._meta.verbose_name}の決裁・通知ではないか、異議の対象になりません。" if there else "異議の対象になる判断がありません。",
        clause=kind.clause, instead="対象を選び直してください。",
    )  # fmt: skip


def _refuse_twice(kind: ObjectionKind, subject: Any, target: Target) -> None:
    if open_one := Objection.objects.about(subject).waiting().filter(against=target.number).first():
        raise Refused(
            f"同じ対象への異議（{open_one.number}）が、判断を待っています。",
            clause=kind.clause,
            instead="追加の申出は、受信簿に登録し、その異議の画面で知らせてください。",
        )


def _incoming(number: str, customer: Customer) -> str:
    if not number:
        return ""
    found = Incoming.objects.filter(number=number).first()
    if found is None or found.customer_id not in (None, customer.pk):
        raise Refused(f"{number}は、{customer}からの受信ではありません。", instead="受信番号を確かめてください。")
    return found.number


def deciders_of(objection: Objection) -> set[int]:
    """Who wrote, edited or approved a decision on the row, ruled on it before, or decided otherwise; and who entered the objection."""
    subject = objection.subject
    decisions = Decision.objects.about(subject)
    found = {
        objection.recorded_by_id,
        *decisions.values_list("proposed_by", flat=True),
        *decisions.values_list("approved_by", flat=True),
        *decisions.values_list("decided_for", flat=True),
    }
    for kept in (DecisionEditor, DecisionDecider):  # who approved or sent back, also where that no longer stands
        found |= set(kept._default_manager.filter(decision__in=decisions).values_list("user", flat=True))
    for ruled in Objection.objects.about(subject).exclude(pk=objection.pk).values_list("ruled_by", "ruled_for"):
        found |= set(ruled)
    return (found | set(kind_of(objection).deciders(subject, objection))) - {None}


def signed(rows: Iterable[Model], *keys: str) -> set[int]:
    """Who wrote these rows by these verbs, for kinds that must say who decided before."""
    found: set[int] = set()
    for row in rows:
        found |= set(row.history.filter(history_verb__in=keys).values_list("history_user", flat=True))  # type: ignore[attr-defined]
    return found - {None}  # type: ignore[arg-type]


def follow(subject: Any) -> None:
    """Somebody decided on the row just now: they cannot rule on what waits there."""
    for objection in Objection.objects.about(subject).waiting():
        _keep_deciders(objection)


def _keep_deciders(objection: Objection) -> None:
    for user in sorted(deciders_of(objection) - set(objection.deciders.values_list("user", flat=True))):
        ObjectionDecider.objects.create(objection=objection, user_id=user)


def rule_why_not(objection: Objection, *, by: Any, at: datetime) -> Refused | None:
    """It waits, and this person decided nothing before in the matter."""
    if objection.state != State.RECEIVED:
        return already(objection)
    barred = barred_from(objection)
    if by.pk in barred:
        return Refused(
            "この件で先に判断した人と、異議を登録した人は、異議を判断できません。",
            clause=kind_of(objection).clause,
            instead=OTHER_PERSON,
        )
    return deputies.rule_why_not(kind_of(objection).clause, by, at, barred)


def barred_from(objection: Objection) -> set[int]:
    """Who cannot rule, and in whose place nobody can."""
    return deciders_of(objection) | set(objection.deciders.values_list("user", flat=True))


def already(objection: Objection) -> Refused:
    """What became of it, and by whom."""
    who = f"「{objection.get_state_display()}」になっています"
    if objection.ruled_by and objection.ruled_at:
        place = f"（{objection.ruled_for}の代理）" if objection.ruled_for else ""
        who = f"{objection.ruled_by}{place}が {jshort(objection.ruled_at)} に「{objection.get_state_display()}」と判断しました"
    return Refused(
        f"この異議は、{who}。あなたの操作は行われていません。",
        clause=kind_of(objection).clause,
        instead="最新の内容を見てください。",
    )


def rule(
    objection: Objection, *, by: Any, at: datetime, outcome: str, reason: str, channels: Sequence[str], seen: str = ""
) -> Objection:
    """Uphold, and undo what it goes against; or reject, and leave everything. The customer is answered either way."""
    kind, subject = kind_of(objection), objection.subject
    upholding.refuse_unseen(kind, objection, seen)
    undoes = outcome == State.UPHELD and upholding.stands(objection)
    if undoes and (refused := kind.upheld_why_not(subject, objection, at)):
        raise refused
    _keep_deciders(objection)
    objection.ruled_for = deputies.place_to_rule(by, at, barred_from(objection))
    objection.effects = upholding.effects(kind, objection) if outcome == State.UPHELD else []
    objection.state, objection.ruled_by, objection.ruled_at, objection.reason = outcome, by, at, reason
    objection.save()
    if undoes:
        _undo(kind, subject, objection, at)
    kind.on_ruled(subject, objection, channels, at)
    tell(objection, at)
    return objection


def _undo(kind: ObjectionKind, subject: Any, objection: Objection, at: datetime) -> None:
    decided = objection.decision
    by_decision = engine.kind_of(decided).on_objection_upheld if decided is not None else None
    (by_decision or kind.on_upheld)(subject, objection, at)


def withdraw_why_not(objection: Objection, *, by: Any, at: datetime) -> Refused | None:
    """It waits, and the person may enter such objections."""
    kind = kind_of(objection)
    if not (by.is_system or by.has_perm(f"desk.{kind.record_verb}")):
        return Refused("この種類の異議を登録できる担当者だけが、取下げを記録できます。", clause=kind.clause, instead="担当者に依頼してください。")  # fmt: skip
    return None if objection.state == State.RECEIVED else already(objection)


def withdraw(objection: Objection, *, by: Any, at: datetime, reason: str) -> Objection:
    """The customer gives it up: nobody rules on it, and nothing changes."""
    objection.state, objection.withdrawn_at, objection.reason = State.WITHDRAWN, at, reason
    objection.save()
    tell(objection, at)
    return objection


def tell(objection: Objection, at: datetime) -> None:
    """Those above look at it anew: entered, ruled on, withdrawn, or its answer was stopped or ordered anew."""
    for listener in listeners:
        listener(objection, at)


def of_decision(decision: Decision) -> list[Objection]:
    """What waits on the row of a decision, for whoever is to approve it."""
    return list(Objection.objects.about(decision.subject).waiting())


def resolve(row: Model, name: str) -> Any:
    """`row.objection`: the latest on the row."""
    if name != "objection" or not may_have(row):
        return facts.MISSING
    return Objection.objects.about(row).order_by("-pk").first()


def dump(row: Model) -> Mapping[str, Any]:
    """The objections on the row, oldest first."""
    found = [objection.facts() for objection in Objection.objects.about(row).order_by("pk")]
    return {"objections": found} if found else {}
