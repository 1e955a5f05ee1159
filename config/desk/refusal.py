"""How the desk says no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.forms import Form


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A verb to which a refusal leads on: what the link says, on which row, and what its form finds filled in."""

    label: str
    verb: str
    to: Any = None
    given: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """What is in the way, under which clause, what to do instead, and by which verbs. `short` stands on a button. Nothing was done."""

    def __init__(
        self, message: str, *, clause: str = "", instead: str = "", short: str = "", leads: Sequence[Lead] = ()
    ) -> None:
        super().__init__(message)
        self.message, self.clause, self.instead, self.short = message, clause, instead, short
        self.leads = tuple(leads)


class NotPermitted(Refused):
    """The user's roles do not hold this verb."""


class FormRefused(Refused):
    """The fields given do not fill the verb's form; `form` holds what was given and what to mend."""

    def __init__(self, form: Form) -> None:
        self.form = form
        texts = [f"{_label(form, name)}：{' '.join(map(str, errors))}" for name, errors in form.errors.items()]
        super().__init__(
            "入力を確かめてください。" + " ".join(texts), instead="下の項目を直して、もう一度確定してください。"
        )


def _label(form: Form, name: str) -> str:
    field = form.fields.get(name)
    return str(field.label or name) if field else "全体"
