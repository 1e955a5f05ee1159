"""後日の確認: what somebody wants to be reminded of, on a day, about a row. House policy; seen by its owner on that day."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Model

from accounts.models import Customer
from config.desk import clock, customer_cards, quick, side_cards
from config.desk.clock import jst_day
from config.desk.jst import jday
from config.desk.pages import card, url_of
from config.desk.refusal import Refused
from config.desk.registry import Verb, register
from contracts.deadlines import engine, home, workflow
from contracts.deadlines.engine import DeadlineKind
from contracts.deadlines.models import Deadline
from contracts.incoming.fields import AboutForm, is_about
from contracts.incoming.screens import begins
from contracts.terms.readings import Length

REMIND, DONE = "deadlines.remind_me", "deadlines.done"
ROLES = frozenset({"受付", "契約", "請求", "サポート", "承認"})  # all who move cases
SHOWN = 8


class RemindForm(AboutForm):
    """On which day, of what, and about whom or what."""

    asks_no_reason = True  # what is written is the reason
    on = forms.DateField(
        label="確認する日",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="その日の本日の業務に、自分にだけ出ます。休業日でも繰り下げません。",
    )
    what = forms.CharField(label="確認すること", max_length=300)
    wants_one = True
    field_order = ["on", "what", "about", "customer"]


class DoneForm(forms.Form):
    """Nothing is asked."""

    asks_no_reason = True


KIND = DeadlineKind(  # house policy: the terms know nothing of it; its day is chosen, never counted
    key=Deadline.REMINDER, label="後日の確認", clause="", subject=Model, nature="company_must",
    length=lambda row, day: Length(parameter="house", set_by="house"), next_verb=DONE, task="確認してください",
)  # fmt: skip


def remind_why_not(row: None, *, by: Any, at: datetime) -> None:
    """Always open to those who hold it."""


def remind(
    row: None,
    *,
    by: Any,
    at: datetime,
    on: date,
    what: str,
    about: Model | None = None,
    customer: Customer | None = None,
) -> Deadline:
    """A deadline of one's own, for the end of this JST day. Refused for a day that is over."""
    if on < jst_day(at):
        raise Refused(f"{jday(on)}は、過ぎた日です。", instead="今日か、これからの日を入れてください。")
    subject: Any = about or customer
    return workflow.note(KIND, subject, customer=getattr(subject, "customer", subject), by=by, at=at, on=on, what=what)


def done_why_not(deadline: Deadline, *, by: Any, at: datetime) -> Refused | None:
    """Only the owner's own, while it runs; of somebody who has left, anybody's."""
    if deadline.kind != Deadline.REMINDER:
        return Refused("この期限は、対象の手続が終わると済みになります。", instead="対象の画面から進めてください。")
    if deadline.state != Deadline.State.RUNNING:
        return Refused(f"この確認は、もう{deadline.get_state_display()}です。", instead="することはありません。")
    owner: Any = deadline.owner
    if owner != by and owner.is_active:
        return Refused(f"この確認は、{owner}のものです。", instead=f"{owner}に伝えてください。", short=str(owner))
    return None


def done(deadline: Deadline, *, by: Any, at: datetime) -> Deadline:
    """Done, now."""
    return workflow.meet(deadline, by=by, at=at, on=at)


def is_reminder(deadline: Deadline) -> bool:
    """Whether it is somebody's own."""
    return deadline.kind == Deadline.REMINDER


def hanging(row: Any) -> Any:
    """Those of the row, for its timeline."""
    return Deadline.objects.about(row, Deadline.REMINDER) if getattr(row, "number", None) else []


def of_row(row: Any) -> dict[str, Any] | None:
    """後日の確認 at the side of what it is about; nothing where there is none."""
    if not (is_about(row) or isinstance(row, Customer)):
        return None
    shown = Deadline.objects.about(row, Deadline.REMINDER).running().select_related("owner").order_by("due_on", "pk")
    lines = [_line(deadline) for deadline in shown[:SHOWN]]
    return (
        card("後日の確認", "table", {"columns": ["日", "内容"], "rows": lines}, sub="社内の取扱い") if lines else None
    )


def _line(deadline: Deadline) -> list[Any]:
    what = {"text": deadline.what, "url": url_of(deadline), "strong": True, "sub": f"{deadline.owner}"}
    return [
        {"chip": home.chip(deadline, clock.today()), "text": jday(deadline.due_on) if deadline.due_on else ""},
        what,
    ]


def register_all() -> None:
    """Called once, when the engine starts."""
    engine.register(KIND)
    consequence = ("入れると、その日の本日の業務に出ます。", "利用者には知らせません。規約の期限は変わりません。")
    register(
        Verb(key=REMIND, label="後日の確認を入れる", clause="", roles=ROLES, subject=None, form=RemindForm,
             why_not=remind_why_not, run=remind, consequence=consequence)
    )  # fmt: skip
    register(
        Verb(key=DONE, label="確認済みにする", clause="", roles=ROLES, subject=Deadline, form=DoneForm,
             why_not=done_why_not, run=done, applies=is_reminder, style="primary")
    )  # fmt: skip
    side_cards.register(40, of_row)
    side_cards.hangs_on(hanging)
    side_cards.act(REMIND, begins)
    customer_cards.act(REMIND, "customer")
    quick.register(quick.Quick(key=REMIND, fields=("on", "what"), submit="入れる"))
