"""The verb of 内容証明."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk.registry import Preview, PreviewDate, Verb, register
from contracts.rules.naiyo import FORMS, full_width, layout, sheets
from notices.certified import workflow
from notices.certified.words import certified_text
from notices.envelopes.fees import certified_fee
from notices.models import Delivery, Notice

USUAL = "h20"
CONSEQUENCE = (
    "同じ文面を3通と、e内容証明の文書ファイルを作って残します。",
    "通知の内容は変わりません。差し出した後に「差出しを記録する」で、一般書留として記録してください。",
)


class PrepareForm(forms.Form):
    """In which shape; and which Latin words are names."""

    layout = forms.ChoiceField(
        label="用紙の体裁", choices=[(form.key, form.label) for form in FORMS.values()], initial=USUAL, required=False, widget=forms.RadioSelect,
        help_text="どれも、郵便局の定める字数・行数です。句読点の行頭・行末は調整しません。",
    )  # fmt: skip
    asks_no_reason = True


def form_for(notice: Notice | None) -> type[forms.Form]:
    """With a box for each Latin word of which nobody knows yet whether it is a name."""
    words = (
        workflow.asked_names(workflow.frozen_letter(notice))
        if notice is not None and workflow.may_be_copied(notice)
        else []
    )
    if not words:
        return PrepareForm
    names = forms.MultipleChoiceField(
        label="固有名詞と確かめた英字", choices=[(word, word) for word in words], required=False, widget=forms.CheckboxSelectMultiple,
        help_text="英字は、固有名詞にだけ使えます。固有名詞でないものがあるときは、言葉を改めた通知を確定し直します。",
    )  # fmt: skip
    return type("PrepareNamedForm", (PrepareForm,), {"names": names})


def preview(notice: Notice, *, at: datetime, layout: str = "", names: Any = ()) -> Preview:
    """How many sheets it takes, and the fee."""
    if not workflow.may_be_copied(notice):
        return Preview(title="できあがり")
    form, letter = FORMS[layout or USUAL], workflow.frozen_letter(notice)
    count = len(_sheets(letter, form))
    fee = certified_fee(count, notice.planned_dispatch_on)
    words = [*workflow.known_names(letter), *(names or ())]
    messages = [
        ("warning", f"「{f.text}」（「{f.around}」の中）：{f.instead}") for f in workflow.faults_of(letter, words)
    ]
    sheet = PreviewDate(label="枚数", value=f"{count}枚", note="1通あたり。同じものを3通作ります。")
    dates = (
        [sheet, PreviewDate(label="内容証明の加算料金", value=f"{fee:,}円", note="基本料金と一般書留の料金は別です。")]
        if fee
        else [sheet]
    )
    return Preview(title="できあがり", dates=tuple(dates), messages=tuple(messages))


def _sheets(letter: Any, form: Any) -> Any:
    return sheets(layout(full_width(certified_text(letter, form.per_line)), form), form)


def _applies(notice: Notice) -> bool:
    """While the posting is still to come, and no papers were ordered in vain."""
    made = getattr(notice, "certified", None)
    post = notice.post
    waits = post is not None and post.state == Delivery.State.QUEUED and notice.state in ("final", "dispatched")
    return waits and (made is None or made.state == "failed")


def register_all() -> None:
    """Called once, when the engine starts."""
    register(
        Verb(key="notices.prepare_certified", label="内容証明を用意する", clause="4(1)(2)", roles=frozenset({"受付", "契約"}), subject=Notice,
             form=form_for, why_not=workflow.prepare_why_not, run=workflow.prepare, preview=preview, applies=_applies,
             consequence=CONSEQUENCE)
    )  # fmt: skip
