"""The verbs of 法務 on the terms: readings, lengths, closed days, individual terms."""

from typing import Any

from config.desk.registry import Verb, never_refused, register
from contracts.terms import annotations, individual, legal, previews
from contracts.terms.forms import ClosureForm, EndForm, IndividualForm, ParametersForm, ReadingsForm
from contracts.terms.models import Annotation, IndividualTerms, TermsVersion

LEGAL = frozenset({"法務"})
TOLD = ("適用開始日から始まるものに使います。", "進行中のものは、開始時の読み方と値のままです。")


def register_all() -> None:
    """Called once, when the room starts."""
    common: dict[str, Any] = {"roles": LEGAL, "consequence": TOLD, "why_not": never_refused}
    on_version: dict[str, Any] = {
        "clause": "",
        "subject": TermsVersion,
        "run": legal.set_values,
        "preview": previews.values,
        **common,
    }
    register(Verb(key="terms.set_readings", label="読み方を変える", form=ReadingsForm, **on_version))
    register(Verb(key="terms.set_parameters", label="期間などの値を変える", form=ParametersForm, **on_version))
    register(
        Verb(key="terms.add_closure", label="会社の休業日を登録する", clause="", subject=None, form=ClosureForm, run=legal.add_closure,
             **common)
    )  # fmt: skip
    register(
        Verb(key="terms.add_individual_terms", label="個別規約を登録する", clause="1(3)", subject=None, form=IndividualForm,
             run=individual.add, preview=previews.individual, **common)
    )  # fmt: skip
    register(
        Verb(key="terms.end_individual_terms", label="個別規約を終わらせる", clause="1(3)", subject=IndividualTerms, form=EndForm,
             run=individual.end, **(common | {"why_not": individual.end_why_not}))
    )  # fmt: skip
    of_notes: dict[str, Any] = {"clause": "", "roles": LEGAL}
    register(
        Verb(key=annotations.ANNOTATE, label="条項に注記する", subject=None, form=annotations.AnnotationForm, why_not=never_refused,
             run=annotations.annotate, preview=annotations.preview,
             consequence=("注記は、書き換えられません。", "改めるときは、新しい注記を登録します。"), **of_notes)
    )  # fmt: skip
    register(
        Verb(key=annotations.END, label="注記を終わらせる", subject=Annotation, form=annotations.EndAnnotationForm,
             why_not=annotations.end_why_not, run=annotations.end, consequence=("注記は、その日から出なくなります。", "記録には残ります。"), **of_notes)
    )  # fmt: skip
