"""The verbs of objections: entered by each room (its own verb, this form), ruled on and withdrawn here. House policy: no clause."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model

from accounts.fields import as_number
from config.desk.refusal import Refused
from config.desk.registry import Preview, Verb, register
from contracts.decisions import objections, upholding
from contracts.decisions.models import Objection
from contracts.decisions.verbs import seen_field

WHEN = {"type": "datetime-local", "step": "60"}
LABEL = "異議を登録する"
CHANNELS = [("email", "メール"), ("post", "郵送")]


class RecordForm(forms.Form):
    """What the customer objects to, and when it came."""

    asks_no_reason = True  # that the customer objects is the reason
    received_at = forms.DateTimeField(
        label="受けた日時",
        widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="登録する時ではなく、申出が届いた時です。回答の期限を、この日から数えます（社内の取扱い）。",
    )
    summary = forms.CharField(label="異議の内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    against = forms.CharField(label="対象", required=False, max_length=16)
    incoming = forms.CharField(
        label="受信番号",
        required=False,
        max_length=16,
        help_text="受信簿に登録した申出の番号です（例：R-2026-000012）。",
    )

    def clean_against(self) -> str:
        """As it is kept."""
        return as_number(self.cleaned_data["against"] or "")

    def clean_incoming(self) -> str:
        """As it is kept."""
        return as_number(self.cleaned_data["incoming"] or "")


class RuleForm(forms.Form):
    """Upheld or not, and why; the reason stands in the answer to the customer."""

    outcome = forms.ChoiceField(
        label="判断",
        choices=[("upheld", "異議を認める"), ("rejected", "異議を認めない")],
        widget=forms.RadioSelect,
        help_text="認めると、対象の判断は取り消されます。認めないときは、何も変わりません。",
    )
    reason = forms.CharField(
        label="判断の理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="利用者への回答に、このまま記載します。",
    )
    channels = forms.MultipleChoiceField(
        label="回答の方法", choices=CHANNELS, widget=forms.CheckboxSelectMultiple, initial=["email"],
        help_text="登録されたメールアドレス・住所に送ります。",
    )  # fmt: skip
    seen = seen_field()


class WithdrawForm(forms.Form):
    """How the customer gave it up."""

    reason = forms.CharField(
        label="取下げの経緯",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="誰が、いつ、どのように申し出たかを書いてください。",
    )


def record_form(key: str) -> Callable[[Any], type[forms.Form]]:
    """The form with what may be objected to on the row, latest first."""

    def form(row: Any) -> type[forms.Form]:
        if row is None:
            return RecordForm
        kind = next(kind for kind in objections.kinds() if kind.key == key)
        named = [(t.number, f"{t.label}　{t.number}".strip()) for t in kind.targets(row)]
        field = forms.CharField(label="対象", required=False, max_length=16, widget=forms.Select(choices=named))
        return type("RowRecordForm", (RecordForm,), {"against": field})

    return form


def record_verb(
    *, key: str, kind: str, role: str, subject: type[Model], applies: Callable[[Any], bool] = lambda row: True
) -> Verb:
    """A room's verb to enter an objection: thin, all in the engine. Its button stands where there is something to object to."""

    def why_not(row: Any, *, by: Any, at: datetime) -> Refused | None:
        return objections.record_why_not(kind, row)

    def run(row: Any, *, by: Any, at: datetime, **fields: Any) -> Objection:
        return objections.record(kind, row, by=by, at=at, **fields)

    return Verb(
        key=key, label=LABEL, clause="", roles=frozenset({role}), subject=subject, form=record_form(kind), why_not=why_not, run=run, folded=True,
        applies=lambda row: applies(row) and objections.record_why_not(kind, row) is None,
        consequence=("登録すると、先に判断していない人が判断します。", "登録だけでは、手続は止まりません（規約に、異議で止まる定めはありません）。"),
    )  # fmt: skip


def preview(objection: Objection, *, at: datetime, **fields: Any) -> Preview:
    """The answer, and what upholding would undo."""
    if not fields.get("outcome"):
        return Preview(messages=(("info", "結論を選ぶと、回答の見本と、確定すると起こることが表示されます。"),))
    kind = objections.kind_of(objection)
    given = {"outcome": fields.get("outcome") or "", "reason": fields.get("reason") or ""}
    return kind.preview(objection.subject, objection, given, at) if kind.preview else Preview()


def _seen(objection: Objection | None, at: datetime) -> dict[str, Any]:
    return {"seen": upholding.mark(objections.kind_of(objection), objection)} if objection else {}


def register_all() -> None:
    """Called once, when the engine starts."""
    common: dict[str, Any] = {"clause": "", "subject": Objection, "applies": lambda o: o.state == "received"}
    register(
        Verb(key="decisions.withdraw_objection", label="異議の取下げを記録する", roles=frozenset({"受付", "契約"}), form=WithdrawForm,
             why_not=objections.withdraw_why_not, run=objections.withdraw, **common)
    )  # fmt: skip
    register(
        Verb(key="decisions.rule_objection", label="異議を判断する", roles=frozenset({"承認"}), form=RuleForm, why_not=objections.rule_why_not,
             run=objections.rule, initial=_seen, preview=preview, style="primary", irreversible=True, by_deputy=True,
             consequence=("判断すると、書き換えられません。", "回答は「発送待ち」に入ります。"), **common)
    )  # fmt: skip
