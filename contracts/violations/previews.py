"""What a verb or a decision on a case would bring about, shown before it is done; and the task that a lapsed clock starts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from config.desk.clock import JST, jst_day
from config.desk.jst import jday, jmoment, weekday
from config.desk.registry import OtherReading, Preview, PreviewDate
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.reckoning import Reckoning
from contracts.rules.periods import compute
from contracts.terms.readings import snapshot
from contracts.terms.values import find
from contracts.violations import clocks, extension, inquiry, termination, trifling, waiver, withdrawal
from contracts.violations.models import Violation
from notices.composing import preview_html
from notices.models import Notice
from notices.wording.choosing import chosen


def correction(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """The day that the letter names, the moment from which we may act, the reasoning, the letter."""
    planned: date = max(fields.get("planned_on") or jst_day(at), jst_day(at))
    channels = list(fields.get("channels") or ["email"])
    plan = deadlines.plan_for(clocks.CURE, case, planned=planned, channels=channels)
    shown = {
        "facts": fields.get("facts") or "（違反事項を書いてください）", "demand": fields.get("demand") or "（是正の内容を書いてください）",
        "items": [i.position for i in clocks.nameable_items(case)], "channels": channels, **chosen(fields),
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
        stamp=day,
    )


def _act_from(moment: datetime) -> PreviewDate:
    day = jst_day(moment)
    return PreviewDate(
        label="措置できる日時",
        value=f"{day.month}月{day.day}日 0:00",
        weekday=weekday(day),
        note="発送が予定どおりのとき",
        stamp=moment.astimezone(JST),
    )


def _other_readings(case: Violation, planned: date, channels: list[str]) -> list[OtherReading]:
    used = snapshot(planned, case)
    found = []
    for field in ("named_day", "rollover"):
        for value, label in find(field).choices:
            if value != used[field]:
                other = deadlines.plan_for(clocks.CURE, case, planned=planned, channels=channels, **{field: value})
                name = f"{find(field).label}：{label}"
                found.append(
                    OtherReading(label=name, dates=(_named_day(other.communicated_on), _act_from(other.act_from)))
                )
    return found


def inquiry_letter(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """The day that the letter names, and the letter; that nothing follows from silence by itself."""
    day = fields.get("answer_by")
    given = date.fromisoformat(str(day)) if day else None  # a page may begin with text
    shown = inquiry.letter_fields(
        at=at, channels=list(fields.get("channels") or ["email"]), questions=fields.get("questions") or "（たずねることを書いてください）",
        answer_by=given,
    ) | chosen(fields)  # fmt: skip
    named = inquiry.answer_day(case, shown, jst_day(at))
    label = replace(_named_day(named), label="回答の期限（通知に記載）", note="社内の取扱いで決める日です")
    return Preview(
        dates=(label,),
        letter_html=preview_html(clocks.INQUIRY, case, case.customer, shown, jst_day(at)),
        letter_note="A4　長形3号の窓付き封筒",
        messages=(
            (
                "info",
                "回答がないことだけでは、措置も終了もできません。第17条第4項は、お願いできることだけを定めています。",
            ),
        ),
    )


def withdrawal_letter(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """Which notice is withdrawn, what becomes of it, and the letter where the customer was told of it."""
    notice = withdrawal.notice_of(case, str(fields.get("notice") or ""))
    if notice is None:
        return Preview(messages=(("warning", "撤回する是正通知を、番号で指定してください。"),))
    if not withdrawal.was_told(notice):
        return Preview(
            messages=(
                ("info", f"是正通知（{notice}）は、まだ発送していません。発送をやめ、利用者には何も送りません。"),
            )
        )
    shown = {"notice": notice.pk, "reason": fields.get("reason") or "（撤回の理由を書いてください）"}
    return Preview(
        letter_html=preview_html(withdrawal.WITHDRAWAL, case, case.customer, shown, jst_day(at)),
        letter_note="A4　長形3号の窓付き封筒",
        messages=(
            ("info", f"是正通知（{notice}）は、すでに取りやめています。そのことを、利用者に知らせます。")
            if withdrawal.owed_a_word(case, notice)
            else (
                "info",
                f"是正通知（{notice}）の期間は、確定したときに止まります。通知した事項は、改めて通知できます。",
            ),
        ),
    )


def dismissal(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """Which notices the customer has: dismissing tells nobody of it."""
    letters = Notice.objects.about(case, clocks.CORRECTION).prefetch_related("deliveries").order_by("pk")
    told = "、".join(str(n) for n in letters if withdrawal.was_told(n) and not clocks.is_withdrawn(n))
    if not told:
        return Preview()
    text = f"是正通知（{told}）は、発送済みです。確定した後に「是正通知を撤回する」で、利用者に知らせてください。"
    return Preview(messages=(("warning", text),))


def withdrawal_initial(case: Violation, at: datetime) -> dict[str, Any]:
    """The oldest notice, and the ways on which it went."""
    found = withdrawal.withdrawable(case)
    if not found:
        return {}
    return {"notice": found[0].number or "", "channels": [d.channel for d in found[0].deliveries.all()]}


def termination_letter(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """The letter and what follows from it."""
    shown = termination.letter_fields(case, at) | chosen(fields)
    erased = compute(jst_day(at), days=snapshot(jst_day(at), case)["erasure_days"], mode="none").last_day
    return Preview(
        letter_html=preview_html(termination.TERMINATION, case, case.customer, shown, jst_day(at)),
        letter_note="A4　長形3号の窓付き封筒",
        consequences=(
            "通知書を作り、発送待ちに入れます",
            f"最初の発送のときに、契約 {case.subscription.number} が終了し、利用できなくなります（第23条第1項）",
            f"情報は、{jday(erased)}の経過後に削除します（第23条第4項）",
        ),
        messages=(warned,) if (warned := trifling.warning(case, at)) else (),
    )


def decided_termination(case: Violation, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the same letter; what is left uncured stands among the checks."""
    return replace(termination_letter(case, at=at, **fields), messages=())


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
        if notice is not None and any(d.elsewhere and d.has_left for d in notice.deliveries.all()):
            checks.append((False, "登録の宛先に送った", f"{notice.number}　登録と違う宛先に出た分があります"))
        checks.append(
            (
                clock.may_act(at),
                "措置できる日時を過ぎた",
                f"{jmoment(clock.act_from)} から" if clock.act_from else clock.blocked,
            )
        )
    checks.append((bool(clocks.proven_clocks(case, at)), "是正されていないことを確認した", _last_check(case)))
    if (weighed := trifling.check(case, at)) is not None:
        checks.append(weighed)
    checks.append(
        (None, "遅れた是正でも、終了しない判断はできます", "終了は当社の裁量です（第23条第1項・民法第541条）")
    )
    return checks


def _last_check(case: Violation) -> str:
    last = case.uncured_checks.last()
    return f"{jmoment(last.checked_at)}　{last.how}" if last else ""


def correction_initial(case: Violation, at: datetime) -> dict[str, Any]:
    """Today, and the facts as they were confirmed; after a return, the words of the letter that came back."""
    items = clocks.nameable_items(case)
    begun = {"planned_on": jst_day(at), "facts": "\n".join(item.text for item in items)}
    before = Notice.objects.about(case, clocks.CORRECTION).order_by("-pk").first()
    same = before is not None and before.fields.get("items") == [item.position for item in items]
    again = {name: before.fields[name] for name in ("facts", "demand")} | chosen(before.fields) if before else {}
    return begun | (again if same else {})


def waiver_initial(case: Violation, at: datetime) -> dict[str, Any]:
    """The notice that waits."""
    waiting = waiver.held_up(case)
    return {"notice": waiting[0].number} if waiting else {}


def extension_initial(case: Violation, at: datetime) -> dict[str, Any]:
    """The notice whose period runs."""
    running = extension.extendable(case)
    return {"notice": str(running[0].notice)} if running else {}


def waiver_preview(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """From when we could act without that letter."""
    notice = waiver.notice_of(case, str(fields.get("notice") or ""))
    clock = next((c for c in clocks.cure_clocks(case) if notice is not None and c.notice_id == notice.pk), None)
    return _moved(deadlines.foreseen(clock, waived_at=at)) if clock else Preview()


def extension_preview(case: Violation, *, at: datetime, **fields: Any) -> Preview:
    """The agreed day, and from when we may act."""
    clock, until = extension.clock_of(case, str(fields.get("notice") or "")), fields.get("until")
    if clock is None or until is None:
        return Preview()
    day = until if isinstance(until, date) else date.fromisoformat(str(until))  # a page may begin with text
    return _moved(deadlines.foreseen(clock, extended_to=day), _agreed_day(day))


def _agreed_day(until: date) -> PreviewDate:
    named = f"{until.year}年{until.month}月{until.day}日"
    return PreviewDate(label="延長後の期限", value=named, weekday=weekday(until), note="通知に書いた期限は変わりません")


def _moved(reckoned: Reckoning, *dates: PreviewDate) -> Preview:
    act = (replace(_act_from(reckoned.act_from), note="承認されたとき"),) if reckoned.act_from else ()
    told = () if reckoned.act_from else (("info", f"措置できる日時は、まだ決まりません。{reckoned.blocked}。"),)
    return Preview(dates=(*dates, *act), steps=reckoned.steps, messages=told)


def decided_waiver(case: Violation, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the same dates."""
    return waiver_preview(case, at=at, **fields)


def decided_extension(case: Violation, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the same dates."""
    return extension_preview(case, at=at, **fields)


def waiver_checks(case: Violation, fields: Mapping[str, Any], at: datetime) -> list[tuple[bool | None, str, str]]:
    """Another way has left, the post has not come back, and what a delivery known later would do."""
    notice = waiver.notice_of(case, str(fields.get("notice") or ""))
    email = notice.email if notice else None
    told = jmoment(email.dispatched_at) if email and email.dispatched_at else ""
    return [
        (bool(email and email.has_left), "ほかの方法で発送し、戻っていない", told),
        (notice is not None, "郵送分は、配達も返戻も記録されていない", str(notice) if notice else ""),
        (None, "あとで配達が分かれば、その配達からも数えます", "措置できる日時は、遅いほうになります"),
    ]


def extension_checks(case: Violation, fields: Mapping[str, Any], at: datetime) -> list[tuple[bool | None, str, str]]:
    """The agreed day is later than what binds us already."""
    clock = extension.clock_of(case, str(fields.get("notice") or ""))
    until = date.fromisoformat(str(fields["until"]))
    later = clock is not None and deadlines.extends(clock, until)
    now = f"これまで {jday(extension.last_bound(clock))}まで" if clock else ""
    return [
        (later, "これまでの期限より後の日である", now),
        (None, "利用者と合意している", str(fields.get("reason") or "")),
    ]
