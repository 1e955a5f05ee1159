"""The verbs of 法務 on the terms: readings, lengths, closed days."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk.registry import Verb, never_refused, register
from contracts.terms import legal
from contracts.terms.models import Parameters, Readings, TermsVersion

LEGAL = frozenset({"法務"})
LONGEST = {"days": 365, "months": 60}
STAYS = "空欄の項目は、今のままです。"


def _reading(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=Readings.label_of(name), choices=Readings.choices_of(name), required=False, widget=forms.RadioSelect
    )


def _length(name: str) -> forms.IntegerField:
    found: Any = Parameters._meta.get_field(name)
    longest = LONGEST[name.rpartition("_")[2]]
    return forms.IntegerField(label=str(found.verbose_name), min_value=1, max_value=longest, required=False)


class WhyForm(forms.Form):
    """Why legal changes it: for the history, and beside it on the page of the terms."""

    reason = forms.CharField(
        label="変える理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=STAYS
    )


class ReadingsForm(WhyForm):
    """How the version is read where it is silent or can be read two ways."""

    rollover = _reading("rollover")
    named_day = _reading("named_day")
    formation = _reading("formation")
    term_first_day = _reading("term_first_day")
    field_order = ["rollover", "named_day", "formation", "term_first_day", "reason"]


class ParametersForm(WhyForm):
    """The lengths that the version gives."""

    cure_days = _length("cure_days")
    annual_months = _length("annual_months")
    monthly_months = _length("monthly_months")
    erasure_days = _length("erasure_days")
    backup_erasure_days = _length("backup_erasure_days")
    field_order = ["cure_days", "annual_months", "monthly_months", "erasure_days", "backup_erasure_days", "reason"]


class ClosureForm(forms.Form):
    """A closed day of the company."""

    day = forms.DateField(label="休業日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    why = forms.CharField(label="理由", max_length=100, help_text="創立記念日、設備の点検など。")


def _as_they_are(part: str) -> Any:
    """The page begins with what is in force."""

    def initial(version: TermsVersion | None, at: datetime) -> dict[str, Any]:
        row: Any = getattr(version, part, None)
        names = [f.name for f in row._meta.fields if f.name not in ("id", "version", "recorded_at")] if row else []
        return {name: getattr(row, name) for name in names}

    return initial


def register_all() -> None:
    """Called once, when the room starts."""
    told = ("これから始まるものに使います。", "進行中のものは、開始時の読み方と値のままです。")
    common: dict[str, Any] = {
        "clause": "", "roles": LEGAL, "subject": TermsVersion, "why_not": never_refused, "consequence": told,
    }  # fmt: skip
    register(
        Verb(key="terms.set_readings", label="読み方を変える", form=ReadingsForm, run=legal.set_readings,
             initial=_as_they_are("readings"), **common)
    )  # fmt: skip
    register(
        Verb(key="terms.set_parameters", label="期間などの値を変える", form=ParametersForm, run=legal.set_parameters,
             initial=_as_they_are("parameters"), **common)
    )  # fmt: skip
    register(
        Verb(key="terms.add_closure", label="会社の休業日を登録する", form=ClosureForm, run=legal.add_closure, **(common | {"subject": None}))
    )  # fmt: skip
