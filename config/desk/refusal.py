"""How the desk says no."""

from django.forms import Form


class Refused(Exception):
    """What is in the way, under which clause, and what to do instead. `short` stands on a button. Nothing was done."""

    def __init__(self, message: str, *, clause: str = "", instead: str = "", short: str = "") -> None:
        super().__init__(message)
        self.message, self.clause, self.instead, self.short = message, clause, instead, short


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
