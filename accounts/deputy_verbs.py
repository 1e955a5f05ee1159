"""The verbs of deputies. House policy: no clause."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.models import ModelChoiceIterator

from accounts import deputies
from accounts.deputy import Deputy
from accounts.managers import SYSTEM_EMAIL
from accounts.models import User
from config.desk.clock import jst_day
from config.desk.jst import jday
from config.desk.registry import Verb, never_refused, register

DAY = {"type": "date"}
KEEPERS = frozenset({"管理", "承認"})


class OfferedPeople(ModelChoiceIterator):
    """Of all whom the field understands, those who can be it: the others are refused with a sentence, not offered."""

    def __iter__(self) -> Iterator[Any]:
        """The empty choice, then people by name."""
        offered = self.field.offered  # type: ignore[attr-defined]
        yield "", self.field.empty_label
        yield from (self.choice(person) for person in self.queryset.prefetch_related("groups") if offered(person))


class StaffField(forms.ModelChoiceField):
    """A member of staff; a story names them by name or e-mail address. `offered`: whom the page lets choose."""

    iterator = OfferedPeople

    def __init__(self, *, offered: Callable[[User], bool], **given: Any) -> None:
        """Everybody who is with us."""
        self.offered = offered
        people = User.objects.filter(is_active=True).exclude(email=SYSTEM_EMAIL).order_by("name", "pk")
        super().__init__(queryset=people, empty_label="選んでください", **given)

    def to_python(self, value: Any) -> Any:
        """By key, or by the one whose name or address it is."""
        if isinstance(value, str) and value and not value.isdigit():
            named = User.objects.filter(Q(email=value.lower()) | Q(name=value)).values_list("pk", flat=True)[:2]
            value = str(named[0]) if len(named) == 1 else value
        return super().to_python(value)

    def label_from_instance(self, obj: User) -> str:  # type: ignore[override]
        """The name, with the roles."""
        return f"{obj.name}（{'・'.join(obj.roles) or '役割なし'}）"


class AppointForm(forms.Form):
    """Who, in whose place, from which day to which, and why."""

    for_user = StaffField(
        offered=deputies.can_be_absent,
        label="不在の人",
        help_text="承認の役割のある人です。自分で登録するときは、自分を選びます。",
    )
    deputy = StaffField(
        offered=deputies.can_stand_in,
        label="代理する人",
        help_text="法務と管理の担当者は選べません。自分を代理にすることはできません。",
    )
    first_day = forms.DateField(
        label="初日",
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text="この日の0時からです。過ぎた日にはできません。",
    )
    last_day = forms.DateField(
        label="末日", widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), help_text="この日の24時までです。"
    )
    reason = forms.CharField(
        label="理由", max_length=300, help_text="例：休暇。承認のたびに、だれの代理かが記録に残ります。"
    )

    def clean(self) -> dict[str, Any]:
        """Two people, and days in their order: told together, each under its field."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if cleaned.get("for_user") and cleaned.get("for_user") == cleaned.get("deputy"):
            self.add_error("deputy", "不在の人と代理する人が同じです。別の人を選んでください。")
        if first and last and last < first:
            self.add_error("last_day", "末日が初日より前です。日を確かめてください。")
        return cleaned

    def judge_at(self, at: datetime) -> None:
        """Nothing is covered afterwards."""
        first = self.cleaned_data.get("first_day")
        if first and first < jst_day(at):
            self.add_error("first_day", f"初日の{jday(first)}は、過ぎた日です。代理は、今日からにしてください。")


class EndForm(forms.Form):
    """Why it ends before its last day."""

    reason = forms.CharField(label="終わらせる理由", max_length=300)


def register_all() -> None:
    """Called once, when the room starts."""
    register(
        Verb(key="accounts.appoint_deputy", label="代理を登録する", clause="", roles=KEEPERS, subject=None, form=AppointForm,
             why_not=never_refused, run=deputies.appoint, style="primary",
             consequence=("登録すると、書き換えられません。", "早く終わらせることはできます。起案した人の代理では、承認できません。"))
    )  # fmt: skip
    register(
        Verb(key="accounts.end_deputy", label="代理を終わらせる", clause="", roles=KEEPERS, subject=Deputy, form=EndForm,
             why_not=deputies.end_why_not, run=deputies.end,
             consequence=("確定した時から、代理では承認できません。", "それまでに代理で承認したものは、そのまま有効です。"))
    )  # fmt: skip
