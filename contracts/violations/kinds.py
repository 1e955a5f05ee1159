"""Correction and termination letters, the cure clock, the decision on a termination, and the tasks of a case."""

from datetime import date
from typing import Any

from django import forms

from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.decisions import engine as decision_engine
from contracts.decisions.engine import DecisionKind
from contracts.terms.readings import Length, snapshot
from contracts.violations import clocks, cure, letters, previews, termination, workflow
from contracts.violations.models import Violation
from notices import engine as notice_engine
from notices.engine import NoticeKind
from notices.fields import ChannelsField


class TerminationForm(forms.Form):
    """Why the company uses its discretion."""

    reason = forms.CharField(
        label="終了の理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="終了は当社の裁量です。是正の程度と経緯を書いてください。",
    )
    channels = ChannelsField()


def _cure_length(case: Violation, day: date) -> Length:
    return Length(days=snapshot(day)["cure_days"], parameter="cure_days")


def _house_days(days: int) -> Any:
    return lambda case, day: Length(days=days, parameter="house", set_by="house")


CORRECTION = NoticeKind(
    key=clocks.CORRECTION, label="是正通知書", clause="23(1)", subject=Violation, content=letters.correction_content,
    still_stands=workflow.correction_stands, on_dispatched=workflow.correction_left, on_cancelled=workflow.correction_cancelled,
    on_replaced=workflow.correction_replaced, on_delivery=cure.followed, resend_verb="violations.send_correction_notice",
)  # fmt: skip
TERMINATION = NoticeKind(
    key=termination.TERMINATION, label="利用契約終了通知書", clause="23(1)", subject=Violation, content=letters.termination_content,
    still_stands=termination.stands, on_dispatched=termination.left, on_cancelled=termination.cancelled, on_delivery=termination.followed,
    resend_verb="violations.propose_termination",
)  # fmt: skip
CURE = DeadlineKind(
    key=clocks.CURE, label="是正期間", clause="23(1)", subject=Violation, nature="customer_must", length=_cure_length,
    on_due=lambda case, deadline, at: previews.start_decide(case, at), next_verb="violations.confirm_cure", task="是正期限（通知に記載）が来ます",
)  # fmt: skip
REVIEW = DeadlineKind(
    key=workflow.REVIEW, label="違反の調査", clause="17(1)", subject=Violation, nature="company_must", length=_house_days(7),
    next_verb="violations.confirm_item", task="違反かどうかを調べてください",
)  # fmt: skip
NOTIFY = DeadlineKind(
    key=workflow.NOTIFY, label="是正通知の発送", clause="23(1)", subject=Violation, nature="company_must", length=_house_days(5),
    next_verb="violations.send_correction_notice", task="是正通知を発送してください",
)  # fmt: skip
DECIDE = DeadlineKind(
    key=termination.DECIDE, label="是正期間後の判断", clause="23(1)", subject=Violation, nature="company_must", length=_house_days(7),
    next_verb="violations.confirm_uncured", task="是正されたかどうかを確かめてください",
)  # fmt: skip
AFTER_END = DeadlineKind(
    key=cure.AFTER_END, label="終了後に分かった是正", clause="23(1)", subject=Violation, nature="company_must", length=_house_days(7),
    held_by="violations.confirm_cure", task="終了の後に、期間内の是正が分かりました。法務と判断してください",
)  # fmt: skip
DECISION = DecisionKind(
    key=termination.TERMINATION, label="利用契約の終了", clause="23(1)", subject=Violation, proposal=TerminationForm,
    propose_verb="violations.propose_termination", why_not=termination.kind_why_not, carry_out=termination.carry_out,
    take_back=termination.take_back, preview=previews.decided_termination, checks=previews.termination_checks, warning="終了は取り消せません。",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    for letter in (CORRECTION, TERMINATION):
        notice_engine.register(letter)
    for clock in (CURE, REVIEW, NOTIFY, DECIDE, AFTER_END):
        deadline_engine.register(clock)
    decision_engine.register(DECISION)
