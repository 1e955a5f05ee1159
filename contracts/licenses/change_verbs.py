"""The verbs of Art. 7: enter a notice of change, take back what was entered by mistake."""

from datetime import date, datetime
from typing import Any

from django import forms

from accounts import registered
from accounts.models import Customer
from config.desk.clock import jst_day
from config.desk.jst import jmoment, weekday
from config.desk.registry import Preview, PreviewDate, Verb, register
from contracts.deadlines import engine as deadline_engine
from contracts.deadlines.engine import DeadlineKind
from contracts.licenses import change_letters, change_reach, changes
from contracts.licenses.change_forms import changed, form_for
from contracts.licenses.change_models import ChangeNotice
from contracts.terms.readings import Length
from notices import engine as notice_engine
from notices.engine import NoticeKind

ROLES = frozenset({"受付", "契約", "サポート"})  # whoever is told of it enters it


class WithdrawForm(forms.Form):
    """Why it must not count."""

    reason = forms.CharField(label="取り消す理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def run(customer: Customer, *, by: Any, at: datetime, **fields: Any) -> ChangeNotice:
    """What was filled in has changed."""
    told = changed(fields)
    fields.pop("reason", None)
    return changes.record(customer, by=by, at=at, changed=told, **fields)


def preview(customer: Customer, *, at: datetime, **fields: Any) -> Preview:
    """What changes from when, and which letters wait with the former address."""
    told = changed(fields)
    notified_at = fields.get("notified_at") or at
    effective_on: date = fields.get("effective_on") or jst_day(notified_at)
    since = registered.begins(effective_on, notified_at)
    lines = changes.described(customer, told, notified_at)
    return Preview(
        title="登録の変わる日時",
        dates=(PreviewDate(label="新しい登録の適用", value=_when(since), weekday=weekday(since), note=_why(since, effective_on), stamp=since),),
        consequences=tuple(f"{line['label']}：{line['old'] or 'なし'} → {line['new'] or 'なし'}" for line in lines),
        messages=(*_messages(customer, told), *_too_late(customer, told, since)),
    )  # fmt: skip


def _when(since: datetime) -> str:
    return jmoment(since).replace(f"（{weekday(since)}）", " ")


def _why(since: datetime, effective_on: date) -> str:
    if jst_day(since) > effective_on:
        return "変更の日の後に届いたため、届いた時から"
    return "届け出られた変更の日から" if since.hour == 0 else "届いた時から"


def _messages(customer: Customer, told: dict[str, registered.Value]) -> tuple[tuple[str, str], ...]:
    waiting = changes.waiting_elsewhere(customer, told)
    if not waiting:
        return ()
    named = "、".join(sorted({str(delivery.notice) for delivery in waiting}))
    return (
        (
            "warning",
            f"発送待ちの通知があります（{named}）。変更の後に出るものは、新しい宛先で作り直します。印刷済みのものは差し出さないでください。",
        ),
    )


def _too_late(customer: Customer, told: dict[str, registered.Value], since: datetime) -> tuple[tuple[str, str], ...]:
    """What left after we were told, for the former place: its effect is gone, and somebody sends it again."""
    letters = change_reach.sent_since(customer.family_ids, told, since)
    if not letters:
        return ()
    text = (
        f"届出を受けた後に、元の宛先へ通知が出ています（{'、'.join(letters)}）。期間の計算から外れます（第7条第3項）。"
        "新しい宛先に、改めて送ってください。"
    )
    return (("warning", text),)


def initial(customer: Customer, at: datetime) -> dict[str, Any]:
    """Confirmed as a rule."""
    return {"confirm": True}


CONFIRM = NoticeKind(
    key=changes.CONFIRM, label="登録内容の変更の確認", clause="7(3)", subject=ChangeNotice, channels=("email",),
    wording=change_letters.CONFIRMATION, slots=change_letters.CONFIRMATION_SLOTS, material=change_letters.confirmation_material,
    keeps_address=True,
)  # fmt: skip
TAKES_EFFECT = DeadlineKind(
    key=changes.TAKES_EFFECT, label="登録の変更まで", clause="7(3)", subject=ChangeNotice, nature="not_before",
    length=lambda row, day: Length(parameter="notice", set_by="house"), on_due=changes.takes_effect,
    silent=lambda: ChangeNotice.objects.all(),
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    notice_engine.register(CONFIRM)
    deadline_engine.register(TAKES_EFFECT)
    register(
        Verb(key=changes.RECORD, label="変更の届出を記録する", clause="7(3)", roles=ROLES, subject=Customer, form=form_for,
             why_not=changes.record_why_not, run=run, preview=preview, initial=initial,
             consequence=("元の内容は消えません。", "すでに発送した通知は、そのまま有効です（第7条第3項）。これからの通知は、新しい宛先に送ります。"))
    )  # fmt: skip
    register(
        Verb(key="licenses.withdraw_change", label="届出の記録を取り消す", clause="7(3)", roles=ROLES, subject=ChangeNotice,
             form=WithdrawForm, why_not=changes.withdraw_why_not, run=changes.withdraw,
             consequence=("元の登録に戻ります。", "間違って記録したときだけに使います。再び変わったときは、新しい届出として記録してください。"))
    )  # fmt: skip
