"""What is counted about cases, as querysets: the overview and the filters of the list count by the same sentences."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Max, Min, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from config.desk.clock import JST
from contracts.deadlines.models import Deadline
from contracts.violations.clocks import CURE
from contracts.violations.models import Violation, ViolationItem

OUTCOMES = {"in_time": "期間内に是正", "late": "期間内の是正の記録なし"}
LEFT = {
    "stopped": "停止中",
    "over": "期限を過ぎた（措置できる日を待つ）",
    "ripe": "措置できる",
    "today": "本日",
    "d3": "あと1–3日",
    "d7": "あと4–7日",
    "more": "あと8日以上",
}


def day_start(day: date) -> datetime:
    """00:00 JST of the day."""
    return datetime.combine(day, time(), JST)


def month_after(first: date, months: int = 1) -> date:
    """The first day of the month so many months later (earlier, where negative)."""
    turn = first.year * 12 + first.month - 1 + months
    return date(turn // 12, turn % 12 + 1, 1)


# --- clauses ----------------------------------------------------------------------------------------------------


def breaches_with_text() -> QuerySet[Any]:
    """Act and risk items (a suspicion is no breach), their clauses as text, on both databases."""
    return ViolationItem.objects.breaches().annotate(named=Cast("clauses", TextField()))


def names(clause: str) -> Q:
    """The item cites this very clause: the quotes end the name, so 17(1)(1) is not 17(1)(12)."""
    return Q(named__contains=f'"{clause}"')


def on_clause(cases: QuerySet[Violation], clause: str) -> QuerySet[Violation]:
    """Cases with a breach of this clause."""
    return cases.filter(pk__in=breaches_with_text().filter(names(clause)).values("case"))


# --- outcome of the cure clocks (23(1)) ---------------------------------------------------------------------------


def _clocks() -> QuerySet[Deadline]:
    return Deadline.objects.filter(kind=CURE).order_by()


def _run_out(at: datetime) -> QuerySet[Deadline]:
    """Clocks that have run out with something uncured, the sweep having seen them or not."""
    return _clocks().filter(Q(state="lapsed") | Q(state="running", act_from__lte=at))


def with_outcome(cases: QuerySet[Violation], outcome: str, at: datetime) -> QuerySet[Violation]:
    """`late`: a period has run out uncured; `in_time`: one was met, and none has run out or runs still."""
    late = cases.filter(pk__in=_run_out(at).values("object_id"))
    if outcome == "late":
        return late
    met = cases.filter(pk__in=_clocks().filter(state="met").values("object_id"))
    return met.exclude(pk__in=_clocks().filter(state__in=["running", "lapsed"]).values("object_id"))


def cure_spans(cases: QuerySet[Violation]) -> list[tuple[datetime, datetime]]:
    """For each case with a met clock: when its first notice left, and when the last item was cured."""
    met = _clocks().filter(state="met", object_id__in=cases.order_by().values("pk"))
    return list(met.values("object_id").annotate(a=Min("started_at"), z=Max("met_on")).values_list("a", "z"))


def cured(at: datetime) -> QuerySet[Any]:
    """Cases cured in time, with `cured_last`: when the last item was cured."""
    last = _clocks().filter(state="met", object_id=OuterRef("pk")).order_by("-met_on").values("met_on")[:1]
    return with_outcome(Violation.objects.order_by(), "in_time", at).annotate(cured_last=Subquery(last))


def ended() -> QuerySet[Any]:
    """Terminated cases, with `ended_on`: the JST day of the contract's end."""
    rows = Violation.objects.order_by().filter(state=Violation.State.TERMINATED)
    return rows.annotate(ended_on=F("subscription__ended_on"))


# --- days left of what runs -----------------------------------------------------------------------------------------


def _left_by(today: date) -> dict[str, Q]:
    def within(first: int, last: int) -> Q:
        return Q(day__range=(today + timedelta(days=first), today + timedelta(days=last)))

    counted = Q(act_from__isnull=False)
    return {
        "stopped": Q(act_from=None),
        "over": counted & Q(day__lt=today),
        "today": counted & Q(day=today),
        "d3": counted & within(1, 3),
        "d7": counted & within(4, 7),
        "more": counted & Q(day__gt=today + timedelta(days=7)),
    }


def with_left(cases: QuerySet[Violation], left: str, today: date) -> QuerySet[Violation]:
    """Cases with a running cure period whose day (the letter's, or the one agreed since) is so far away, or which stands still;
    `ripe`: the period has run out."""
    if left == "ripe":  # the period is over, and nobody has decided yet
        over = Deadline.objects.order_by().filter(kind=CURE, state=Deadline.State.LAPSED)
        return cases.filter(state=Violation.State.CURING, pk__in=over.values("object_id"))
    running = Deadline.objects.counted().order_by().filter(_left_by(today)[left], kind=CURE)
    return cases.filter(pk__in=running.values("object_id"))
