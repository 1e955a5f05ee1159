"""Objections in a case (17(1), 23(1)): against a finding, by its correction notice, or against a termination.

Upheld on a finding, its items are marked 認定を取り消した: no notice names them any more, their prior records are withdrawn, a
clock under which nothing is left is cancelled, an end that rested on them is taken back, and a case without a breach is
dismissed. Upheld on a termination, the letter is recalled or the end taken back; the findings stand, and the case is curing
again, so that somebody decides anew. What was stays in the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts import workflow as accounts
from config.desk.locking import locked
from config.desk.reading import once
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.closing import workflow as closing
from contracts.deadlines import workflow as deadlines
from contracts.decisions import objections
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision, Objection
from contracts.decisions.objections import ObjectionKind, Target
from contracts.violations import clocks, cure, workflow
from contracts.violations.clocks import CORRECTION
from contracts.violations.models import Violation, ViolationItem
from contracts.violations.termination import DECIDE, TERMINATION
from notices import engine as notice_engine
from notices import objections as answers
from notices import workflow as notices
from notices.models import Notice

OBJECTION, ANSWER = "violations.objection", "violations.objection_answer"
State = Violation.State
DECIDING = (
    "violations.confirm_item",
    "violations.send_correction_notice",
    "violations.confirm_uncured",
    "violations.dismiss",
)


# --- what may be objected to, and who decided before ----------------------------------------------------------------


@once
def targets(case: Violation) -> list[Target]:
    """A termination that is proposed, under way or done; the correction notices that left; the finding itself."""
    if case.state == State.DISMISSED:
        return []
    found = [answers.decided(decision, "利用契約の終了") for decision in _terminations(case)[:1]]
    letters = Notice.objects.about(case, CORRECTION).filter(state=Notice.State.DISPATCHED).order_by("-pk")
    named = clocks.items_by_notice([letter.pk for letter in letters])
    found += [Target(str(n.number), "是正通知書の違反の認定") for n in letters if named[n.pk]]
    if not letters and case.items.breaches().exists():
        found.append(Target("", "違反の認定"))
    return found


def _terminations(case: Violation) -> list[Decision]:
    """Open ones, and those whose end stands."""
    open_ones = Decision.objects.about(case, TERMINATION).filter(state__in=["proposed", "approved", "returned"])
    carried_out = Decision.objects.about(case, TERMINATION).filter(state="carried_out")
    ended = list(carried_out.order_by("-pk")) if case.state == State.TERMINATED else []
    return [*open_ones.order_by("-pk"), *ended]


def deciders(case: Violation, objection: Objection) -> set[int]:
    """Who confirmed the items, sent the notices, confirmed that nothing was cured, and wrote to the case by such a verb."""
    ordered = Notice.objects.about(case).filter(kind__in=[CORRECTION, TERMINATION]).values_list("ordered_by", flat=True)
    checked = case.uncured_checks.values_list("by", flat=True)
    return objections.signed([case, *case.items.all()], *DECIDING) | set(ordered) | set(checked)


def against_termination(objection: Objection) -> bool:
    """Whether it goes against a termination, not against a finding."""
    return objection.decision is not None and objection.decision.kind == TERMINATION


def items_objected_to(case: Violation, objection: Objection) -> list[ViolationItem]:
    """The findings of the notice that the customer named; of the case, where none was named."""
    notice = (
        Notice.objects.about(case, CORRECTION).filter(number=objection.against).first() if objection.against else None
    )
    return clocks.items_of(notice) if notice else list(case.items.breaches().order_by("position"))


# --- what upholding does, in words ----------------------------------------------------------------------------------


def effects(case: Violation, objection: Objection) -> list[str]:
    """What upholding would do now."""
    if against_termination(objection):
        return [*_ending_in_words(case), "違反の認定は残ります。終了するかどうかは、改めて判断します"]
    items = items_objected_to(case, objection)
    if not items:
        return ["認定はすでに取り消されているので、判断の記録だけが残ります"]
    rest = case.items.breaches().exclude(pk__in=[item.pk for item in items]).exists()
    named = "、".join(f"事項{item.position}" for item in items)
    return [
        f"{named}の認定を取り消し、過去の記録からも外します（第6条第3項第2号）",
        "残る違反事項のない是正期間を取り消します",
        *(_ending_in_words(case) if _rests_on(case, items) else []),
        "ほかの違反事項の手続は、そのまま進みます"
        if rest
        else "違反の事項がなくなるので、案件は「違反と認めず」になります",
    ]


def _ending_in_words(case: Violation) -> list[str]:
    if case.state == State.TERMINATED:
        return [
            f"契約 {case.subscription.number} の終了を取り消し、終了による利用の停止を解除します",
            "終了の記録と履歴は残ります",
        ]
    if case.state == State.TERMINATING:
        return ["発送を待っている終了の通知を止め、終了の決裁を取り下げます"]
    return ["終了の起案を取り下げます"] if _terminations(case) else []


# --- upholding ------------------------------------------------------------------------------------------------------


def upheld_why_not(case: Violation, objection: Objection, at: datetime) -> Refused | None:
    """A termination letter whose sending is under way is first waited for."""
    letter = Notice.objects.about(case, TERMINATION).order_by("-pk").first()
    if case.state != State.TERMINATING or letter is None or notices.recallable(letter):
        return None
    return Refused(
        "終了の通知が、送信中か、発送の後の処理を待っています。",
        clause="23(1)",
        instead="結果が記録されてから、判断してください。終了した後でも、異議を認めて終了を取り消せます。",
    )


def termination_upheld(case: Violation, objection: Objection, at: datetime) -> None:
    """The end is stopped or taken back, and the case is curing again; what was cured in time makes it cured."""
    fresh = locked(Violation, case.pk)
    _stop_ending(fresh, objection, at)
    _go_on(fresh, at)


def finding_upheld(case: Violation, objection: Objection, at: datetime) -> None:
    """The findings are annulled, and all that rests on them alone is undone."""
    fresh = locked(Violation, case.pk)
    items = items_objected_to(fresh, objection)
    ends = _rests_on(fresh, items)
    for item in items:
        item.annulled_at, item.annulled_by = at, objection.number
        item.save()
        accounts.withdraw_prior(item.source_key, at)
    if ends:
        _stop_ending(fresh, objection, at)
    if not fresh.items.breaches().exists():
        workflow.dismiss(fresh, by=objection.ruled_by, at=at, reason=_why(objection))
        return
    _stop_letters(fresh, items, objection, at)
    _go_on(fresh, at)


def _why(objection: Objection) -> str:
    return f"異議（{objection.number}）を認めたため"


def _rests_on(case: Violation, items: Iterable[ViolationItem]) -> bool:
    """Whether an end that is proposed, under way or done rests on one of these findings."""
    letter = Notice.objects.about(case, TERMINATION).exclude(state=Notice.State.CANCELLED).order_by("-pk").first()
    if case.state in (State.TERMINATING, State.TERMINATED) and letter is not None:
        return bool(set(letter.fields["items"]) & {item.position for item in items})
    return bool(_terminations(case))


def _stop_ending(case: Violation, objection: Objection, at: datetime) -> None:
    """Whatever would end the contract, or has ended it, is undone by counter-entry."""
    why, by = _why(objection), objection.ruled_by
    if case.state == State.TERMINATED:
        _take_back_end(case, why, at)
    for decision in Decision.objects.about(case, TERMINATION).filter(state__in=["proposed", "approved", "returned"]):
        for letter in decision.notices.all().pending():  # type: ignore[attr-defined]
            notices.recall(letter, by=by, at=at, reason=why)
        decisions.close(decision, why)
    if case.state in (State.TERMINATING, State.TERMINATED):
        case.state = State.CURING
        case.save()


def _take_back_end(case: Violation, why: str, at: datetime) -> None:
    for letter in Notice.objects.about(case, TERMINATION).filter(state=Notice.State.DISPATCHED):
        notices.withdraw_queued(letter, why)
    closing.take_back(case.subscription, at=at, why=why)
    deadlines.meet_all(case, cure.AFTER_END, by=None, at=at, on=at)


def _stop_letters(case: Violation, items: Sequence[ViolationItem], objection: Objection, at: datetime) -> None:
    """Correction notices that name what was annulled do not leave; clocks under which nothing is left are cancelled."""
    why = _why(objection)
    for notice in Notice.objects.about(case, CORRECTION).filter(violation_items__item__in=items).distinct():
        if notices.recall(notice, by=objection.ruled_by, at=at, reason=why) == "recalled":
            workflow.correction_cancelled(case, notice, why)
        elif not clocks.items_of(notice):
            notices.withdraw_queued(notice, why)
    for clock in clocks.cure_clocks(case):
        if clock.notice is not None and not clocks.items_of(clock.notice):
            deadlines.cancel(clock, reason=why)
    case.refresh_from_db()


def _go_on(case: Violation, at: datetime) -> None:
    """What is left is judged anew: cured in time, run out and to be decided, running, or to be notified first."""
    cure.judge_again(case, at)
    case.refresh_from_db()
    if case.state != State.CURING:
        return
    running = [n for n in Notice.objects.about(case, CORRECTION) if clocks.is_running(n) and clocks.items_of(n)]
    if clocks.ripe_clocks(case, at):
        deadlines.start(DECIDE, case, customer=case.customer, at=at)
    elif not running:
        case.state = State.CONFIRMED
        case.save()
        deadlines.start(workflow.NOTIFY, case, customer=case.customer, at=at)


# --- the answer -----------------------------------------------------------------------------------------------------


def _after(case: Violation, objection: Objection, upheld: bool) -> list[str]:
    """What the customer is told; asked before (on the page) and after the ruling, so that it goes by what it goes against."""
    if not upheld:
        return ["当社からの通知の内容は、変わりません。"]
    number, ended = case.subscription.number, _had_ended(case, objection)
    told = [f"利用契約（{number}）の終了を取り消し、終了による利用の停止を解除いたします。"] if ended else []
    if against_termination(objection):
        return told or [f"利用契約（{number}）を、お申し出の終了の手続によっては終了いたしません。"]
    finding = (
        "お申し出に係る違反の認定を取り消します。これについての是正のお願いは、なかったものとしてお取り扱いください。"
    )
    return [finding, *told]


def _had_ended(case: Violation, objection: Objection) -> bool:
    """Whether upholding takes back, or has just taken back, the end of the contract."""
    if objection.state != Objection.State.RECEIVED:
        return closing.was_taken_back(case.subscription, why=_why(objection))
    rests = against_termination(objection) or _rests_on(case, items_objected_to(case, objection))
    return case.state == State.TERMINATED and rests


def answered(case: Violation, objection: Objection, channels: Sequence[str], at: datetime) -> None:
    """The answer is ordered."""
    told = _after(case, objection, objection.state == Objection.State.UPHELD)
    answers.order(ANSWER, case, objection, channels, at, after=told)


def preview(case: Violation, objection: Objection, fields: Mapping[str, Any], at: datetime) -> Preview:
    """The answer, and what upholding would undo."""
    return answers.preview(ANSWER, case, objection, fields, at, after=lambda upheld: _after(case, objection, upheld))


KIND = ObjectionKind(
    key=OBJECTION, label="違反の認定・終了への異議", clause="23(1)", subject=Violation, record_verb="violations.record_objection",
    targets=targets, deciders=deciders, effects=effects, upheld_why_not=upheld_why_not, on_upheld=finding_upheld, on_ruled=answered,
    preview=preview,
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    objections.register(KIND)
    notice_engine.register(answers.answer_kind(ANSWER, Violation, "23(1)"))
