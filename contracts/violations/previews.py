"""What a verb or a decision on a case would bring about, shown before it is done; and the task that a lapsed clock starts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jday, jmoment, weekday
from config.desk.registry import OtherReading, Preview, PreviewDate
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.rules.periods import compute
from contracts.terms.models import Readings
from contracts.terms.readings import snapshot
from contracts.violations import clocks, termination
from contracts.violations.models import Violation
from notices.composing import preview_html


def correction(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """The day that the letter names, the moment from which we may act, the reasoning, the letter."""
    planned: date = max(fields.get("planned_on") or jst_day(at), jst_day(at))
    channels = list(fields.get("channels") or ["email"])
    plan = deadlines.plan_for(clocks.CURE, case, planned=planned, channels=channels)
    shown = {
        "facts": fields.get("facts") or "（違反事項を書いてください）", "demand": fields.get("demand") or "（是正の内容を書いてください）",
        "items": [i.position for i in clocks.nameable_items(case)], "channels": channels,
    }  # fmt: skip
    return Preview(
        dates=(_named_day(plan.communicated_on), _act_from(plan.act_from)),
        steps=plan.steps,
        others=tuple(_other_readings(case, planned, channels)),
        letter_html=preview_html(clocks.CORRECTION, case, case.customer, shown, planned),
        letter_note="A4　長形3号の窓付き封筒",
    )


def _named_day(day: date) -> PreviewDate:
    return PreviewDate(
        label="是正期限（通知に記載）",
        value=f"{day.year}年{day.month}月{day.day}日",
        weekday=weekday(day),
        note="利用者が是正できる最後の日",
    )


def _act_from(moment: datetime) -> PreviewDate:
    day = jst_day(moment)
    return PreviewDate(
        label="措置できる日時",
        value=f"{day.month}月{day.day}日 0:00",
        weekday=weekday(day),
        note="発送が予定どおりのとき",
    )


def _other_readings(case: Violation, planned: date, channels: list[str]) -> list[OtherReading]:
    used = snapshot(planned)
    found = []
    for field in ("named_day", "rollover"):
        for value, label in Readings.choices_of(field):
            if value != used[field]:
                other = deadlines.plan_for(clocks.CURE, case, planned=planned, channels=channels, **{field: str(value)})
                name = f"{Readings.label_of(field)}：{label}"
                found.append(
                    OtherReading(label=name, dates=(_named_day(other.communicated_on), _act_from(other.act_from)))
                )
    return found


def termination_letter(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """The letter and what follows from it."""
    shown = termination.letter_fields(case, at)
    erased = compute(jst_day(at), days=snapshot(jst_day(at))["erasure_days"], mode="none").last_day
    return Preview(
        letter_html=preview_html(termination.TERMINATION, case, case.customer, shown, jst_day(at)),
        letter_note="A4　長形3号の窓付き封筒",
        consequences=(
            "通知書を作り、発送待ちに入れます",
            f"最初の発送のときに、契約 {case.subscription.number} が終了し、利用できなくなります（第23条第1項）",
            f"情報は、{jday(erased)}の経過後に削除します（第23条第4項）",
        ),
    )


def decided_termination(case: Violation, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the same letter."""
    return termination_letter(case, at=at)


def termination_checks(case: Violation, fields: Mapping[str, Any], at: datetime) -> list[tuple[bool | None, str, str]]:
    """What the approver must be able to see at a glance; checked again on approval."""
    checks: list[tuple[bool | None, str, str]] = []
    for clock in clocks.cure_clocks(case):
        notice = clock.notice
        left = notice is not None and notice.dispatched_at is not None
        checks.append(
            (
                left,
                "是正通知を発送した",
                f"{notice.number}　{jmoment(notice.dispatched_at)}" if notice and notice.dispatched_at else "",
            )
        )
        checks.append(
            (
                clock.may_act(at),
                "措置できる日時を過ぎた",
                f"{jmoment(clock.act_from)} から" if clock.act_from else clock.blocked,
            )
        )
    checks.append((bool(clocks.proven_clocks(case, at)), "是正されていないことを確認した", _last_check(case)))
    checks.append(
        (None, "遅れた是正でも、終了しない判断はできます", "終了は当社の裁量です（第23条第1項・民法第541条）")
    )
    return checks


def _last_check(case: Violation) -> str:
    last = case.uncured_checks.last()
    return f"{jmoment(last.checked_at)}　{last.how}" if last else ""


def start_decide(case: Violation, at: datetime) -> None:
    """The cure clock ran out: somebody has to look whether it was cured (a task of the house)."""
    if not Deadline.objects.about(case, termination.DECIDE).running().exists():
        deadlines.start(termination.DECIDE, case, customer=case.customer, at=at)


def correction_initial(case: Violation, at: datetime) -> dict[str, Any]:
    """Today, and the facts as they were confirmed."""
    return {"planned_on": jst_day(at), "facts": "\n".join(item.text for item in clocks.nameable_items(case))}
