"""The desk's own verbs: a failed handler is tried again; a house setting is changed."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk import house
from config.desk.models import HandlerRun, HouseSetting
from config.desk.refusal import Refused
from config.desk.registry import Verb, never_refused, register


class RetryForm(forms.Form):
    """No fields: the failure stands on the row."""


class HouseSettingForm(forms.Form):
    """One policy and its new value."""

    key = forms.ChoiceField(label="項目", choices=lambda: [_choice(p, value) for p, value in house.in_force()])
    value = forms.CharField(label="新しい値", max_length=200, help_text="単位を付けずに入れてください。")

    def clean(self) -> dict[str, Any]:
        """The value in the policy's type."""
        cleaned = super().clean() or {}
        if {"key", "value"} <= cleaned.keys():
            try:
                house.parse(cleaned["key"], cleaned["value"])
            except ValueError as problem:
                self.add_error("value", str(problem))
        return cleaned


def _choice(policy: house.Policy, value: int | str) -> tuple[str, str]:
    """What it is now, and between what it may be: whoever changes it need not look elsewhere."""
    span = house.span(policy)
    return policy.key, f"{policy.label}　いま {value}{policy.unit}" + (f"（{span}）" if span else "")


def retry_why_not(run: HandlerRun, *, by: Any, at: datetime) -> Refused | None:
    """Only what has failed is tried again."""
    if run.state != HandlerRun.State.FAILED:
        return Refused("この後処理は失敗していません。", instead="画面を開き直して、今の状態を確かめてください。")
    return None


def retry(run: HandlerRun, *, by: Any, at: datetime) -> HandlerRun:
    """Due again at once, with three automatic retries to come."""
    run.state, run.attempts, run.next_attempt_at = HandlerRun.State.WAITING, 0, at
    run.save()
    return run


def set_house_setting(row: None, *, by: Any, at: datetime, key: str, value: str) -> HouseSetting:
    """Set the policy from now on; what runs keeps the snapshot that it began with."""
    setting = HouseSetting.objects.filter(key=key).first() or HouseSetting(key=key)
    setting.value = value
    setting.save()
    return setting


def register_all() -> None:
    """Called once, when the desk starts."""
    register(
        Verb(key="desk.retry_handler", label="もう一度実行する", clause="", roles=frozenset({"受付", "契約"}), subject=HandlerRun,
             form=RetryForm, why_not=retry_why_not, run=retry, style="primary", applies=lambda run: run.state == HandlerRun.State.FAILED)
    )  # fmt: skip
    register(
        Verb(key="desk.set_house_setting", label="社内の取扱いを変える", clause="", roles=frozenset({"管理"}), subject=None,
             form=HouseSettingForm, why_not=never_refused, run=set_house_setting)
    )  # fmt: skip
