"""What the letters of a case name: correction, its withdrawal, termination (23(1)), and the inquiry (17(4))."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.deadlines import workflow as deadlines
from contracts.rules.clauses import ClauseRef
from contracts.terms.models import TermsVersion
from contracts.terms.readings import length_of
from contracts.violations import inquiry
from contracts.violations.clocks import CURE, cure_clocks
from contracts.violations.models import Violation, ViolationItem
from notices.models import Notice
from notices.phrases import WAY_TO_OBJECT, Values, cited, typed
from notices.rendering.wording import Material
from notices.wording.days import letter_day

CORRECTED_UNDER = "23(1)"
NOTHING_LEFT = "（是正されていない事項がありません）"  # of a sample only: such a letter does not leave


def _items(case: Violation, positions: Sequence[int]) -> list[ViolationItem]:
    return list(case.items.filter(position__in=positions).order_by("position"))


def _clauses(items: Sequence[ViolationItem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for item in items for clause in item.clauses))


def _labels(clauses: Sequence[str]) -> str:
    return "、".join(ClauseRef.parse(clause).full_label() for clause in clauses)


def _answered_for(case: Violation, items: Sequence[ViolationItem]) -> tuple[str, ...]:
    """9(5), where an act was done with credentials that we issued: who bears what follows from it. It makes no breach."""
    used = [item for item in items if item.by_credentials]
    if not used:
        return ()
    which = "」「".join(dict.fromkeys(item.credentials for item in used if item.credentials))
    acts = f"{case.customer.you}に発行した認証情報{f'「{which}」' if which else ''}を使って行われたもの"
    return (
        f"上記の事実には、{acts}が含まれます。第三者が行ったものであっても、そのために生じた損害について当社は責任を負わず、"
        f"生じた債務は{case.customer.you}にご負担いただきます（{cited('9(5)', '規約')}）。",
    )


def _rests_on(items: Sequence[ViolationItem]) -> tuple[str, ...]:
    """23(1), the clauses breached, and 9(5) where it is named."""
    return (CORRECTED_UNDER, *_clauses(items), *(("9(5)",) if any(item.by_credentials for item in items) else ()))


def correction_material(case: Violation, fields: Mapping[str, Any], planned: date) -> Material:
    """The demand to cure: which breach, by which day, and what to do."""
    plan = deadlines.plan_for(CURE, case, planned=planned, channels=list(fields["channels"]))
    items = _items(case, fields["items"])
    values: Values = {
        "根拠条項": cited(CORRECTED_UNDER, "規約"),
        "規約の版": TermsVersion.objects.in_force(planned).label,
        "違反の事実": str(fields["facts"]),
        "違反の条項": _labels(_clauses(items)),
        "是正期限": letter_day(plan.communicated_on),
        "個別規約の期間": _agreed_length(case, planned),
        "是正の内容": str(fields["demand"]),
        "認証情報の責任": _answered_for(case, items),
        "異議の申出": WAY_TO_OBJECT,
    }
    return Material(values=values, clauses=_rests_on(items), communicated_on=plan.communicated_on)


def _agreed_length(case: Violation, planned: date) -> tuple[str, ...]:
    """Where individual terms set the period, the letter says so (Art. 1(3))."""
    length = length_of("cure_days", planned, case)
    return (f"個別規約（{length.individual}）により、期間は{length.words()}です。",) if length.individual else ()


def termination_material(case: Violation, fields: Mapping[str, Any], planned: date) -> Material:
    """The end of the contract: what was not cured, and what follows."""
    items = _items(case, fields["items"])
    kept = length_of("erasure_days", planned, case)
    values: Values = {
        "根拠条項": cited(CORRECTED_UNDER),
        "先の是正通知": _earlier(fields),
        "契約番号": case.subscription.number,
        "是正されていない事項": tuple(_uncured_line(item) for item in items) or (NOTHING_LEFT,),
        "認証情報の責任": _answered_for(case, items),
        "保存の期間": kept.words(),
        "削除の根拠": kept.basis("規約第23条第4項"),
        "異議の申出": WAY_TO_OBJECT,
    }
    return Material(values=values, clauses=_rests_on(items))


def _earlier(fields: Mapping[str, Any]) -> str:
    """The notices whose periods have run out, by date and number."""
    letters = Notice.objects.filter(pk__in=fields.get("notices", [])).order_by("pk")
    named = [f"{letter_day(n.planned_dispatch_on)}付けの是正通知書（{n.number}）" for n in letters]
    return "および".join(named) or "先の是正通知書"


def _uncured_line(item: ViolationItem) -> str:
    late = f"。期限の後、{letter_day(item.cured_at)}に是正" if item.cured_at else ""
    return f"{item.text}（規約{_labels(item.clauses)}{late}）"


def inquiry_material(case: Violation, fields: Mapping[str, Any], planned: date) -> Material:
    """The inquiry: what we ask, by which day. It threatens nothing, since 17(4) gives nothing for silence."""
    day = inquiry.answer_day(case, fields, planned)
    values: Values = {
        "根拠条項": cited("17(4)"),
        "ご確認事項": typed(fields["questions"]),
        "ご回答の期限": letter_day(day),
        "是正通知との関係": _beside_a_notice(case),
    }
    return Material(values=values, clauses=("17(4)",), communicated_on=day)


def _beside_a_notice(case: Violation) -> str:
    """Where a cure period runs, the inquiry leaves it as it is."""
    running = [str(clock.notice) for clock in cure_clocks(case) if clock.notice]
    return f"是正通知書（{'、'.join(running)}）の期限は、本書によって変わりません。" if running else ""


def withdrawal_material(case: Violation, fields: Mapping[str, Any], planned: date) -> Material:
    """The withdrawal: which notice, of which day, why, and the clause under which a new one would come."""
    notice = Notice.objects.get(pk=fields["notice"])
    values: Values = {
        "根拠条項": cited(CORRECTED_UNDER, "規約"),
        "撤回する通知": str(notice),
        "撤回する通知の日付": letter_day(notice.planned_dispatch_on),
        "撤回の理由": typed(fields["reason"]),
    }
    return Material(values=values, clauses=(CORRECTED_UNDER,))
