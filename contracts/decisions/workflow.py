"""The life of a decision: proposed → approved → carried_out, or returned, or withdrawn."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Customer
from config.desk import numbers
from config.desk.facts import plain
from config.desk.jst import jshort
from config.desk.locking import locked
from config.desk.press import as_post
from config.desk.refusal import FormRefused, Refused
from contracts.decisions import deputies, objections
from contracts.decisions.engine import DecisionKind, kind_of, named
from contracts.decisions.models import Decision, DecisionDecider, DecisionEditor

State = Decision.State


def propose(
    kind: DecisionKind | str, subject: Model, *, customer: Customer, by: Any, at: datetime, fields: Mapping[str, Any]
) -> Decision:
    """A proposal on the subject. Refused where the kind refuses, or where one is already open."""
    kind = named(kind)
    if refused := open_already(kind, subject) or kind.why_not(subject, clean(kind, fields), by, at):
        raise refused
    stored = {name: plain(value) for name, value in _completed(kind, subject, fields).items()}
    decision = Decision.objects.create(
        number=numbers.take("D", at), kind=kind.key, subject=subject, customer=customer, fields=stored,
        fields_hash=digest(stored), four_eyes=kind.four_eyes, proposed_by=by, proposed_at=at,
    )  # fmt: skip
    DecisionEditor.objects.create(decision=decision, user=by)
    objections.follow(subject)
    return decision


def _completed(kind: DecisionKind, subject: Model, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of the fields: the kind may add what was left out, so that what follows is what was approved."""
    return kind.completed(subject, fields) if kind.completed else dict(fields)


def open_already(kind: DecisionKind | str, subject: Model) -> Refused | None:
    """One proposal of a kind on a row at a time; rooms say so on the button too."""
    kind = named(kind)
    open_one = (
        Decision.objects.about(subject, kind.key)
        .filter(state__in=[State.PROPOSED, State.APPROVED, State.RETURNED])
        .first()
    )
    if open_one is None:
        return None
    return Refused(
        f"すでに起案されています（{open_one.number}）。",
        clause=kind.clause,
        instead="その決裁を開いて、内容を変えるか取り下げてください。",
    )


def clean(kind: DecisionKind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The proposal's fields, cleaned by its form; FormRefused where they do not fit (any more)."""
    form = kind.proposal(data=as_post(fields))
    if not form.is_valid():
        raise FormRefused(form)
    return dict(form.cleaned_data)


def digest(fields: Mapping[str, Any]) -> str:
    """SHA-256 of what is approved."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def approve_why_not(decision: Decision, *, by: Any, at: datetime) -> Refused | None:
    """Only a proposal, only by somebody who did not write it, only while the kind still allows it."""
    kind = kind_of(decision)
    if decision.state != State.PROPOSED:
        return _already(decision)
    if kind.four_eyes and decision.editors.filter(user=by).exists():
        return Refused(
            "起案した人と内容を変えた人は、承認できません。",
            clause=kind.clause,
            instead="ほかの承認の担当者に依頼してください。",
        )
    if refused := deputies.approve_why_not(decision, kind.clause, by, at):
        return refused
    if digest(decision.fields) != decision.fields_hash:
        return _not_as_written(decision)
    return kind.why_not(decision.subject, clean(kind, decision.fields), by, at)


def _not_as_written(decision: Decision) -> Refused:
    """Written past every verb: nobody knows who proposed what stands there."""
    return Refused(
        f"決裁 {decision.number} の内容が、起案・変更したときの要約値と合いません。",
        clause=kind_of(decision).clause,
        instead="管理の担当者に知らせて、内容を確かめてください。正しい内容は、「起案の内容を変える」で書き直せます。",
    )


def mark(decision: Decision) -> str:
    """What a page keeps of the proposal that it shows, so that nobody decides on a content that they did not see."""
    return f"{decision.fields_hash[:16]}-{decision.turn}"


def _refuse_unseen(decision: Decision, seen: str) -> None:
    """`seen` is the mark of the page on which the person decided; empty where there was no page."""
    if not seen or seen == mark(decision):
        return
    last = decision.history.order_by("-history_id").first()  # type: ignore[attr-defined]
    who = f"{last.history_user}が {jshort(last.history_date)} に" if last else ""
    raise Refused(
        f"この決裁の内容は、画面を開いた後に、{who}変わりました。あなたの操作は行われていません。",
        clause=kind_of(decision).clause,
        instead="いまの内容と「起案後の変更」を確かめてから判断してください。",
    )


def _keep_decider(decision: Decision, by: Any) -> None:
    """Whoever decided here, and in whose place, is no second judge of the matter, also where the decision falls away later."""
    for user in (by, decision.decided_for):
        if user is not None:
            DecisionDecider.objects.get_or_create(decision=decision, user=user)
    objections.follow(decision.subject)


def _already(decision: Decision) -> Refused:
    if decision.approved_by and decision.approved_at:
        from config.desk.jst import jtime

        place = f"（{decision.decided_for}の代理）" if decision.decided_for else ""
        who = f"{decision.approved_by.name}{place}が {jtime(decision.approved_at)} に承認しました"
    else:
        who = f"「{decision.get_state_display()}」になっています"
    return Refused(
        f"この決裁は、{who}。あなたの操作は行われていません。",
        clause=kind_of(decision).clause,
        instead="最新の内容を見てください。",
    )


def approve(decision: Decision, *, by: Any, at: datetime, reason: str = "", seen: str = "") -> Decision:
    """Approve what is proposed, and order what follows: the effect comes with the letter (Art. 4(2))."""
    _refuse_unseen(decision, seen)
    decision.decided_for = deputies.place_of(decision, by, at)
    decision.state, decision.approved_by, decision.approved_at, decision.opinion = State.APPROVED, by, at, reason
    decision.save()
    _keep_decider(decision, by)
    kind_of(decision).carry_out(decision.subject, decision, at)
    decision.refresh_from_db()
    if not decision.letters_ordered:
        _carried_out(decision, at)
    return decision


def letter_ordered(decision: Decision) -> None:
    """The outbox took an order under this decision: it is carried out when the first letter leaves."""
    fresh = locked(Decision, decision.pk)
    fresh.letters_ordered += 1
    fresh.save()


def letter_left(decision: Decision, at: datetime) -> None:
    """The first letter that it ordered has left. Again: nothing more."""
    fresh = locked(Decision, decision.pk)
    if fresh.state == State.APPROVED:
        _carried_out(fresh, at)


def _carried_out(decision: Decision, at: datetime) -> None:
    decision.state, decision.carried_out_at = State.CARRIED_OUT, at
    decision.save()


def send_back_why_not(decision: Decision, *, by: Any, at: datetime) -> Refused | None:
    """Only what waits for approval is sent back, by somebody who did not write it; by a deputy only while they are one."""
    if decision.state != State.PROPOSED:
        return _already(decision)
    return deputies.send_back_why_not(decision, kind_of(decision).clause, by, at)


def send_back(decision: Decision, *, by: Any, at: datetime, reason: str, seen: str = "") -> Decision:
    """Back to its proposer, with the reason."""
    _refuse_unseen(decision, seen)
    decision.decided_for = deputies.place_of(decision, by, at)
    decision.state, decision.closed_reason = State.RETURNED, reason
    decision.save()
    _keep_decider(decision, by)
    return decision


def edit_why_not(decision: Decision, *, by: Any, at: datetime) -> Refused | None:
    """Whoever may propose this kind, while its letter has not left."""
    kind = kind_of(decision)
    if not (by.is_system or by.has_perm(f"desk.{kind.propose_verb}")):
        return Refused(
            "この種類の起案ができる担当者だけが、内容を変えられます。",
            clause=kind.clause,
            instead="起案した人に依頼してください。",
        )
    return None if decision.is_open else _already(decision)


def edit(
    decision: Decision, *, by: Any, at: datetime, reason: str = "", edit_reason: str = "", **changes: Any
) -> Decision:
    """Change the proposal: approvals become void, and who changed it cannot approve it. `edit_reason`: why, for the history."""
    kind = kind_of(decision)
    if decision.state == State.APPROVED:
        kind.take_back(decision.subject, decision, by, at)
        decision.refresh_from_db()
    merged = changed(kind, decision.fields, changes)
    if merged == decision.fields and not (reason or edit_reason):
        raise Refused(
            "変わったところがありません。", clause=kind.clause, instead="変える項目を直してから確定してください。"
        )
    merged |= {"reason": reason} if reason and "reason" in decision.fields else {}
    merged = _completed(kind, decision.subject, merged)
    if refused := kind.why_not(decision.subject, clean(kind, merged), by, at):
        raise refused
    _propose_again(decision, merged)
    DecisionEditor.objects.get_or_create(decision=decision, user=by)
    objections.follow(decision.subject)
    return decision


def changed(kind: DecisionKind, stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is proposed with these changes: what was left empty stays as it is, but for a field that may be emptied."""
    fields = kind.proposal.base_fields
    emptied = {
        n for n, value in changes.items() if value in ("", []) and getattr(fields.get(n), "may_be_emptied", False)
    }
    given = {name: plain(value) for name, value in changes.items() if value not in (None, "", [])}
    return {name: value for name, value in stored.items() if name not in emptied} | given


def _propose_again(decision: Decision, fields: dict[str, Any]) -> None:
    if decision.state != State.PROPOSED:  # it begins to wait anew: approvers are told again
        decision.turn += 1
    decision.fields, decision.fields_hash = fields, digest(fields)
    decision.state, decision.approved_by, decision.approved_at, decision.letters_ordered = State.PROPOSED, None, None, 0
    decision.closed_reason, decision.decided_for = "", None
    decision.save()


def hold(decision: Decision, reason: str) -> None:
    """An approved decision goes back to proposed: somebody must look again. Nothing where it is not approved."""
    fresh = locked(Decision, decision.pk)
    if fresh.state == State.APPROVED:
        _propose_again(fresh, fresh.fields)
        fresh.closed_reason = reason
        fresh.save()


def withdraw_why_not(decision: Decision, *, by: Any, at: datetime) -> Refused | None:
    """As for editing."""
    return edit_why_not(decision, by=by, at=at)


def withdraw(decision: Decision, *, by: Any, at: datetime, reason: str) -> Decision:
    """Give the proposal up; an ordered letter is recalled, or the verb is refused."""
    if decision.state == State.APPROVED:
        kind_of(decision).take_back(decision.subject, decision, by, at)
        decision.refresh_from_db()
    close(decision, reason)
    return locked(Decision, decision.pk)


def close(decision: Decision, reason: str) -> None:
    """End an open decision without effect, for example when what it rests on has fallen away."""
    fresh = locked(Decision, decision.pk)
    if fresh.is_open:
        fresh.state, fresh.closed_reason = State.WITHDRAWN, reason
        fresh.save()
        kind_of(fresh).on_closed(fresh.subject, fresh)
