"""記録の訂正: its form, the two verbs, and the decision of a second person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from config.desk.registry import Preview, PreviewDate, Verb, register
from contracts.decisions import engine
from contracts.decisions.engine import DecisionKind
from notices.forms import WHEN
from notices.models import Channel, Notice
from notices.posting import corrections
from notices.posting.corrections import Mend
from notices.posting.models import RecordCorrection


class CorrectionForm(forms.Form):
    """What on record is wrong, what is right, and how we know."""

    channel = forms.ChoiceField(
        label="方法", required=False, choices=Channel.choices, initial=Channel.POST, widget=forms.RadioSelect
    )
    what = forms.ChoiceField(label="訂正すること", choices=RecordCorrection.What.choices, widget=forms.RadioSelect)
    correct_at = forms.DateTimeField(
        label="正しい日時", required=False, widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="起こっていないことの訂正では、空欄にします。",
    )  # fmt: skip
    reason = forms.CharField(
        label="訂正の理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="どの資料（差出票の控え、追跡の画面など）で分かったかを書いてください。",
    )  # fmt: skip


def preview(notice: Notice, *, at: datetime, **fields: Any) -> Preview:
    """The old record and the new one."""
    if not fields.get("what"):
        return Preview(title="訂正", consequences=CONSEQUENCES)
    mend = Mend.of(fields)
    delivery = next((d for d in notice.deliveries.all() if d.channel == mend.channel), None)
    label = str(RecordCorrection.What(mend.what).label)
    return Preview(
        title="訂正",
        dates=(PreviewDate(label=label, value=corrections.in_words(delivery, mend)),),
        consequences=CONSEQUENCES,
    )


CONSEQUENCES = (
    "訂正前の記録は、履歴と経過に残ります",
    "期間は、訂正後の記録から数え直します",
    "差し出していないとした通知は、また差出しを待ちます",
)


def decided_preview(notice: Notice, fields: Mapping[str, Any], at: datetime) -> Preview:
    """The same for the approver."""
    return preview(notice, at=at, **fields)


def _has_record(notice: Notice) -> bool:
    return any(d.dispatched_at for d in notice.deliveries.all())


def register_all() -> None:
    """Called once, when the engine starts."""
    common: dict[str, Any] = {
        "clause": "4(2)", "roles": frozenset({"受付", "契約"}), "subject": Notice, "form": CorrectionForm, "preview": preview,
        "folded": True, "applies": _has_record,
    }  # fmt: skip
    register(
        Verb(key="notices.mend_record", label="今日の記録を直す", why_not=corrections.mend_why_not, run=corrections.mend,
             consequence=("直すと、期間は正しい記録から数え直します。", "訂正前の記録は、履歴と経過に残ります。"), **common)
    )  # fmt: skip
    register(
        Verb(key=corrections.PROPOSE, label="記録の訂正を起案する", why_not=corrections.propose_why_not, run=corrections.propose,
             consequence=("ほかの人が承認するまで、記録は変わりません。", "承認の後も、訂正前の記録は履歴と経過に残ります。"), **common)
    )  # fmt: skip
    engine.register(
        DecisionKind(
            key=corrections.KIND, label="記録の訂正", clause="4(2)", subject=Notice, proposal=CorrectionForm, propose_verb=corrections.PROPOSE,
            why_not=corrections.kind_why_not, carry_out=corrections.carry_out, take_back=corrections.take_back, preview=decided_preview,
            warning="承認すると、すぐに期間を数え直します。", until_when="また違っていたときは、改めて訂正を起案します。",
        )
    )  # fmt: skip
