"""The money after a rescission: 法務 decides what of the fees received is kept or returned (13(4), Civil Code 703, Consumer Contract Act)."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk.clock import jst_day
from config.desk.jst import jshort
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.applications.models import Application, Settlement
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline

SETTLEMENT, DECIDE, CLAUSE = "applications.settlement", "applications.decide_settlement", "13(4)"
Outcome, State = Settlement.Outcome, Settlement.State
LAW = "相手は消費者です。消費者契約法第8条から第10条により、返金しない定めや損害賠償の定めが、そのままでは効かないことがあります。"
CONSUMER, WEIGH = f"{LAW}法務の担当者に確かめてください。", f"{LAW}その点も比べて決めてください。"


def open_for(application: Application, *, at: datetime) -> Settlement:
    """The acceptance was rescinded at this moment: the money waits for 法務. One open at a time; again: the same."""
    waiting: Settlement | None = application.settlements.filter(state=State.OPEN).first()
    if waiting is not None:
        return waiting
    return _open(application, at=at)


def _open(application: Application, *, at: datetime, reason: str = "") -> Settlement:
    turn = application.settlements.count() + 1
    settlement = Settlement.objects.create(
        number=f"{application.number}-K{turn}", application=application, customer=application.customer, opened_at=at, reason=reason
    )  # fmt: skip
    deadlines.start(SETTLEMENT, settlement, customer=settlement.customer, at=at)
    return settlement


def take_up_again(application: Application, *, at: datetime, reason: str) -> None:
    """The contract goes on: what waits falls away; what was decided of the money stays on record, and 法務 looks at it anew."""
    drop(application, reason=reason)
    decided = application.settlements.filter(state=State.DECIDED).order_by("-pk").first()
    if decided is not None:
        told = f"{reason}、{decided.number} の判断（{decided.get_outcome_display()}）を見直す"
        _open(application, at=at, reason=told)


def drop(application: Application, *, reason: str) -> None:
    """Nothing is left to decide. What was decided already stays on record."""
    for settlement in application.settlements.select_for_update(of=("self",)).filter(state=State.OPEN):
        settlement.state, settlement.closed_reason = State.DROPPED, reason
        settlement.save()
        for task in Deadline.objects.about(settlement, SETTLEMENT).running():
            deadlines.cancel(task, reason=reason)


def decide_why_not(settlement: Settlement, *, by: Any, at: datetime) -> Refused | None:
    """While it waits; a slip is mended by whoever decided, on the same JST day."""
    if settlement.state == State.OPEN or settlement.state == State.DECIDED and _may_mend(settlement, by, at):
        return None
    if settlement.state == State.DECIDED and settlement.decided_at is not None:
        told = f"{settlement.decided_by}が {jshort(settlement.decided_at)} に「{settlement.get_outcome_display()}」と決めました。"
        instead = "当日に、決めた人だけが改められます。後から改めるときは、法務の担当者どうしで相談し、経緯を受信簿に残してください。"
        return Refused(f"{told}あなたの操作は行われていません。", clause=CLAUSE, instead=instead)
    return Refused(
        f"金銭の扱いの判断は、不要になりました（{settlement.closed_reason}）。",
        clause=CLAUSE,
        instead="申込の画面で、今の状態を確かめてください。",
    )


def _may_mend(settlement: Settlement, by: Any, at: datetime) -> bool:
    same_day = settlement.decided_at is not None and jst_day(settlement.decided_at) == jst_day(at)
    return same_day and settlement.decided_by_id == getattr(by, "pk", None)


def decide(
    settlement: Settlement,
    *,
    by: Any,
    at: datetime,
    outcome: str,
    received: int,
    reason: str,
    returned: int | None = None,
    basis: str = "",
) -> Settlement:
    """Record what 法務 decided: yen received, yen to be returned, on which ground. No money moves here."""
    settlement.outcome, settlement.basis, settlement.reason = outcome, basis, reason
    settlement.received, settlement.returned = received, returned_of(outcome, received, returned)
    settlement.state, settlement.decided_at, settlement.decided_by = State.DECIDED, at, by
    settlement.save()
    deadlines.meet_all(settlement, SETTLEMENT, by=by, at=at, on=at)
    return settlement


def returned_of(outcome: str, received: int, returned: int | None) -> int:
    """The whole, nothing, or the part that was named; in yen."""
    return {Outcome.RETURN.value: received, Outcome.PART.value: returned or 0}.get(outcome, 0)


class SettlementForm(forms.Form):
    """Which part of what was received is returned, on which ground, and why."""

    outcome = forms.ChoiceField(label="金銭の扱い", choices=Outcome.choices, widget=forms.RadioSelect)
    received = forms.IntegerField(
        label="受け取った料金（円）",
        min_value=0,
        max_value=10**12,
        help_text="取消しまでに受け取った額です。なければ 0。",
    )
    returned = forms.IntegerField(
        label="返す額（円）",
        min_value=0,
        max_value=10**12,
        required=False,
        help_text="一部を返すときに入れてください。",
    )
    basis = forms.ChoiceField(
        label="根拠",
        choices=Settlement.Basis.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="受け取った料金があるときに選びます。",
    )
    reason = forms.CharField(label="理由", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        """The amounts fit what was chosen."""
        cleaned = super().clean() or {}
        outcome, received = cleaned.get("outcome"), cleaned.get("received")
        if outcome and received is not None:
            for name, problem in _misfits(outcome, received, cleaned.get("returned"), cleaned.get("basis") or ""):
                self.add_error(name, problem)
        return cleaned


def _misfits(outcome: str, received: int, returned: int | None, basis: str) -> list[tuple[str, str]]:
    if outcome == Outcome.NOTHING:
        return [("received", "受け取った料金がないときは、0 を入れてください。")] if received else []
    found = [] if received else [("received", "受け取った額を、1円以上で入れてください。")]
    if not basis:
        found.append(("basis", "根拠を選んでください。"))
    if outcome == Outcome.PART and not 0 < (returned or 0) < received:
        found.append(("returned", "受け取った額より少ない額を、1円以上で入れてください。"))
    other = outcome in (Outcome.KEEP, Outcome.RETURN) and returned not in (None, returned_of(outcome, received, None))
    return [*found, ("returned", "選んだ扱いと額が合いません。空欄にしてください。")] if other else found


def initial(settlement: Settlement | None, at: datetime) -> dict[str, Any]:
    """What was decided already, to be mended on the same day; why it is looked at anew."""
    if settlement is None or settlement.state != State.DECIDED:
        return {"reason": settlement.reason} if settlement is not None and settlement.reason else {}
    return {name: getattr(settlement, name) for name in ("outcome", "received", "returned", "basis", "reason")}


def preview(settlement: Settlement, *, at: datetime, **fields: Any) -> Preview:
    """The amounts side by side; what to weigh with a consumer."""
    outcome, received = fields.get("outcome"), fields.get("received")
    told: tuple[str, ...] = ()
    if outcome and received is not None:
        back = returned_of(outcome, received, fields.get("returned"))
        told = (f"受け取った{received:,}円のうち、{back:,}円を返し、{received - back:,}円は返しません",)
    warning = (("warning", WEIGH),) if settlement.customer.is_consumer else ()
    return Preview(
        messages=warning,
        consequences=(
            *told,
            "本日の業務の期限が済みになります",
            "お金は動きません。返金と利用者への連絡は、別に行います",
        ),
    )
