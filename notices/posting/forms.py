"""The forms of print runs. Letters are named by their numbers; where a run is known, only its own may be ticked."""

from typing import Any

from django import forms

from notices.engine import label
from notices.envelopes import chosen
from notices.forms import WHEN, EmptyForm
from notices.models import Delivery, Postage
from notices.posting.models import PrintRun, PrintRunLetter
from notices.posting.options import ENVELOPE_CHOICES
from notices.posting.querysets import free

In = PrintRunLetter.State
MOST_SHOWN = 1000


def _choice(delivery: Delivery) -> tuple[str, str]:
    notice = delivery.notice
    return str(notice.number), f"{notice.number}　{notice.customer}　{label(notice.kind)}"


def _waiting() -> list[tuple[str, str]]:
    return [_choice(d) for d in free().select_related("notice__customer")[:MOST_SHOWN]]


class OpenForm(forms.Form):
    """Which letters, how they go, in what envelope."""

    asks_no_reason = True  # that they wait to be posted is the reason

    postage = forms.ChoiceField(
        label="郵便の種類", choices=Postage.choices, initial=Postage.ORDINARY, widget=forms.RadioSelect
    )
    envelope = forms.ChoiceField(
        label="封筒", choices=ENVELOPE_CHOICES, initial=lambda: chosen.envelope().key, widget=forms.RadioSelect
    )
    planned_until = forms.DateField(
        label="発送予定日", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="この日までに発送する予定のものだけを選びます。空欄なら、すべてです。",
    )  # fmt: skip
    letters = forms.MultipleChoiceField(
        label="通知", required=False, choices=_waiting, widget=forms.CheckboxSelectMultiple,
        help_text="一つも選ばなければ、上の発送予定日までのすべてを印刷します。ほかの印刷に入っている通知は出ません。",
    )  # fmt: skip


def _of_run(run: PrintRun | None, states: list[str]) -> list[tuple[str, str]]:
    if run is None:
        return []
    rows = run.letters.filter(state__in=states).select_related("delivery__notice__customer").in_order()
    return [(number, _with_trouble(letter, text)) for letter in rows for number, text in [_choice(letter.delivery)]]


def _with_trouble(letter: PrintRunLetter, text: str) -> str:
    if letter.delivery.state == Delivery.State.CANCELLED:
        return f"{text}　取り消されています（{letter.delivery.failure}）"
    return f"{text}　前回：{letter.failure}" if letter.failure else text


def _letters(run: PrintRun | None, states: list[str], **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="通知", choices=_of_run(run, states), widget=forms.CheckboxSelectMultiple, **more
    )


def pull_out_form(run: PrintRun | None) -> type[forms.Form]:
    """Which, and why."""
    fields = {
        "letters": _letters(run, [In.IN]),
        "reason": forms.CharField(label="抜く理由", max_length=500, help_text="紙の傷み、宛先の確認など。"),
    }
    return type("PullOutForm", (forms.Form,), fields)


def posted_form(run: PrintRun | None) -> type[forms.Form]:
    """When, where, how; which, where only a part went."""
    fields = {
        "posted_at": forms.DateTimeField(
            label="差出し日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M")
        ),
        "office": forms.CharField(
            label="差し出した郵便局", max_length=100, help_text="郵便局の名前、またはポストの場所です。"
        ),
        "postage": forms.ChoiceField(label="郵便の種類", required=False, choices=Postage.choices, widget=forms.RadioSelect),
        "letters": _letters(
            run, [In.IN], required=False,
            help_text="一部だけを差し出したときに選びます。一つも選ばなければ、取り消された通知のほかのすべてです。",
        ),
    }  # fmt: skip
    return type("RunPostedForm", (forms.Form,), fields | {"asks_no_reason": True})


def reprint_form(run: PrintRun | None) -> type[forms.Form]:
    """Which, and why."""
    fields = {
        "letters": _letters(run, [In.IN, In.POSTING, In.POSTED]),
        "reason": forms.CharField(label="再発行の理由", max_length=500),
    }
    return type("ReprintForm", (forms.Form,), fields)


class CloseForm(forms.Form):
    """Why the rest of it is given up."""

    reason = forms.CharField(label="閉じる理由", max_length=500)


class NothingForm(EmptyForm):
    """Nothing to fill in: the run says what is done."""

    asks_no_reason = True
