"""A reason for each ground that a proposal names: asked on the form, kept with the proposal (so that it is approved), shown in the letter."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django import forms

from contracts.applications import documents
from contracts.applications.documents import NOT_SHOWN, as_list
from contracts.applications.models import Application, Ground

ALL = (*(str(ground.value) for ground in Ground), NOT_SHOWN)
PREFIX = "reason_"


def field_name(ground: str) -> str:
    """The form's field of a ground: reason_2, reason_6_4."""
    return PREFIX + ground.replace("(", "_").replace(")", "")


def label(ground: str) -> str:
    """How the field is called."""
    return "書類の提示がない理由" if ground == NOT_SHOWN else f"{ground}号の理由"


def fields(grounds: Iterable[str], help_text: str) -> dict[str, forms.Field]:
    """A reason for each of these grounds; one left empty is the judgement's."""
    return {
        field_name(ground): forms.CharField(
            label=label(ground), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text=help_text
        )
        for ground in grounds
    }  # fmt: skip


def applying(application: Application) -> list[str]:
    """The grounds that were judged to apply, and the missing document where its period ran."""
    found = [
        str(g)
        for g in application.judgements.filter(finding="applies").order_by("ground").values_list("ground", flat=True)
    ]
    return [*found, NOT_SHOWN] if documents.open_request(application) else found


class Grounds(forms.CheckboxSelectMultiple):
    """Boxes of which some say why they cannot be ticked yet. What is sent is judged by the verb."""

    def __init__(self, barred: Mapping[str, str], **given: Any) -> None:
        """`barred`: the grounds that cannot be chosen, each with why."""
        super().__init__(**given)
        self.barred = dict(barred)

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **given: Any) -> dict[str, Any]:
        """With why not, where it is barred and not chosen already."""
        option: dict[str, Any] = super().create_option(name, value, label, *args, **given)
        why = self.barred.get(str(value))
        if why and not option["selected"]:
            option["label"] = f"{label}　{why}"
            option["attrs"]["disabled"] = True
        return option


def barred(application: Application) -> dict[str, str]:
    """The grounds on which nothing can rest yet, each with why: not judged, judged otherwise, or no document asked for."""
    judged = {str(j.ground): j.get_finding_display() for j in application.judgements.all()}
    found = set(applying(application))
    why = {g: f"（判断：{judged[g]}）" if g in judged else "（まだ判断していません）" for g in ALL if g not in found}
    return why | ({NOT_SHOWN: "（待っている書類がありません）"} if NOT_SHOWN in why else {})


def asked(application: Application, form: type[forms.Form], named: Iterable[str] = ()) -> type[forms.Form]:
    """The form with reasons for those grounds only that apply or are named, and with those only to be ticked."""
    made = _narrowed(application, form, named)
    made.base_fields["grounds"].widget = _boxes(made.base_fields["grounds"], barred(application))
    return made


def _boxes(field: forms.Field, barred_now: Mapping[str, str]) -> Grounds:
    return Grounds(barred_now, choices=field.choices)  # type: ignore[attr-defined]


def _narrowed(application: Application, form: type[forms.Form], named: Iterable[str]) -> type[forms.Form]:
    wanted = {*applying(application), *named}
    left_out: dict[str, Any] = {
        field_name(g): None for g in ALL if g not in wanted and field_name(g) in form.base_fields
    }
    return type("GroundsForm", (form,), left_out | {"of_a_row": True, "grounds": deepcopy(form.base_fields["grounds"])})


def of(given: Mapping[str, Any]) -> dict[str, str]:
    """The reasons in a proposal, by ground, in the order of the grounds."""
    named = sorted(as_list(given.get("grounds") or []), key=ALL.index)
    return {ground: str(given[field_name(ground)]) for ground in named if given.get(field_name(ground))}


def completed(application: Application, given: Mapping[str, Any]) -> dict[str, Any]:
    """With a reason for every ground named, the judgement's where none was written; none for the others."""
    kept = {name: value for name, value in given.items() if not name.startswith(PREFIX)}
    judged = {str(j.ground): j.reason for j in application.judgements.all()}
    for ground in as_list(given.get("grounds") or []):
        text = given.get(field_name(ground)) or (_missing(application) if ground == NOT_SHOWN else judged.get(ground))
        if text:
            kept[field_name(ground)] = text
    return kept


def _missing(application: Application) -> str:
    request = documents.open_request(application)
    return f"ご提示をお願いした書類（{request.document}）が、期限までに提示されていません。" if request else ""
