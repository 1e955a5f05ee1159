"""What becomes known after an end, and termination letters without effect: both stand before people, who decide (23(1))."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from config.desk.refusal import Refused
from config.desk.step import current
from contracts.closing import workflow as closing
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Subscription
from contracts.violations import clocks
from contracts.violations.models import Investigation, Violation
from notices.models import Notice

AFTER_END, NO_EFFECT = "violations.after_end", "violations.no_effect"
NOT_RIPE = "終了の時には、措置できる日時が来ていませんでした。終了を維持できるかを、法務と判断してください"
OUT = "終了の通知（{letter}）が差し出されましたが、効力はありません"
TO_TELL = "。この通知では終了していないことを、利用者に知らせてください"


def ended_contracts() -> QuerySet[Violation]:
    """Cases whose contract is over: their clocks ask for no work, unless the end is taken back."""
    return Violation.objects.filter(subscription__state=Subscription.State.ENDED).order_by()


def ask(case: Violation, what: str = "") -> None:
    """Open the ended case for decision, once for each kind of fact; `what` empty: a cure in time (the kind's own words)."""
    end = closing.ended_by(case.subscription, case.number)
    if end is None:
        return
    since = Deadline.objects.about(case, AFTER_END).filter(started_at__gte=end)
    if not since.filter(what=what).exists() and not since.running().exists():
        _start(AFTER_END, case, what, not_before=end)


def was_ripe(case: Violation) -> bool:
    """Whether a power was there at the moment of this case's end, by what is recorded now; True where it ended nothing."""
    end = closing.ended_by(case.subscription, case.number)
    return end is None or bool(clocks.proven_clocks(case, end))


def no_effect(case: Violation, letter: Notice, why: str) -> None:
    """A termination letter is out that ends nothing: the customer has to be told, and somebody keeps an eye on it. Once a letter."""
    out = OUT.format(letter=letter)
    if not Deadline.objects.about(case, NO_EFFECT).filter(what__startswith=out).exists():
        _start(NO_EFFECT, case, f"{out}{f'（{why[:150]}）' if why else ''}{TO_TELL}")


def fall_away(case: Violation, why: str) -> None:
    """The end was taken back: nothing is left to be decided about it."""
    for task in Deadline.objects.about(case, AFTER_END).running():
        deadlines.cancel(task, reason=why)


def _start(kind: str, case: Violation, what: str, *, not_before: datetime | None = None) -> None:
    """Our days to decide count from when it became known (the moment of the step), not from when it happened."""
    signature = current()
    assert signature is not None, "written outside a step"
    known = max(signature.at, not_before or signature.at)
    task = deadlines.start(kind, case, customer=case.customer, at=known)
    if what:
        task.what = what
        task.save()


def decide_why_not(case: Violation, *, by: Any, at: datetime) -> Refused | None:
    """Something stands for decision."""
    if waiting(case):
        return None
    return Refused(
        "終了の後に判断を待っていることは、ありません。",
        clause="23(1)",
        instead="案件の画面で、今の状態を確かめてください。",
    )


def waiting(case: Violation) -> bool:
    """Whether people have yet to decide on an end, or on a letter without effect."""
    return Deadline.objects.about(case).running().filter(kind__in=[AFTER_END, NO_EFFECT]).exists()


def decide(case: Violation, *, by: Any, at: datetime, reason: str) -> Violation:
    """People decided: the end stands, or the customer was told; why, is kept with the findings of the case. No state moves."""
    tasks = list(Deadline.objects.about(case).running().filter(kind__in=[AFTER_END, NO_EFFECT]).order_by("pk"))
    for task in tasks:
        deadlines.meet(task, by=by, at=at, on=at)
    Investigation.objects.create(
        case=case, source=Investigation.Source.OTHER, looked_into="終了について後から分かったこと", found_at=at,
        finding=f"判断：{reason}", by=by,
    )  # fmt: skip
    return case
