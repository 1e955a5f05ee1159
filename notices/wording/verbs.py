"""The verbs of 法務 on the words of letters. They cite Art. 4: it is how the company notifies."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk import clock
from config.desk.clock import jst_day
from config.desk.jst import jday_year, weekday
from config.desk.pages import card
from config.desk.registry import Preview, PreviewDate, Verb, never_refused, register
from notices.engine import NoticeKind, named
from notices.rendering.wording import Wording
from notices.wording import workflow
from notices.wording.differing import differences
from notices.wording.faults import faults
from notices.wording.forms import (
    DraftForm,
    DropForm,
    EndStockForm,
    PutForm,
    StockForm,
    WordingForm,
    as_fields,
    as_wording,
)
from notices.wording.models import LetterTemplate, StockParagraph, version_label
from notices.wording.samples import sample, trial
from notices.wording.texts import in_force, slots_of

LEGAL = frozenset({"法務"})
FINE = ("success", "差込みと様式に、直すところはありません。")


def _shown(kind: NoticeKind, wording: Wording, case: str, at: datetime, **more: Any) -> Preview:
    """The letter on a case, and what is wrong with the words."""
    found = [("warning", fault) for fault in faults(wording, slots_of(kind))]
    if found:
        return Preview(messages=tuple(found), **_letter(kind, wording, case, at, broken=True), **more)
    made = _letter(kind, wording, case, at)
    problem = made.pop("problem", "")
    said = (("warning", problem),) if problem else ()
    return Preview(messages=(*said, *more.pop("messages", (FINE,))), **made, **more)


def _letter(kind: NoticeKind, wording: Wording, case: str, at: datetime, *, broken: bool = False) -> dict[str, Any]:
    """The sample; of words with faults only where a letter can be made of them all the same."""
    try:
        shown = sample(kind, wording, jst_day(at), case)
    except Exception:
        if not broken:
            raise
        return {}
    made = {"letter_html": shown.html, "letter_note": shown.note}
    return made if broken else made | {"problem": shown.problem}


def edit_preview(row: LetterTemplate, *, at: datetime, **fields: Any) -> Preview:
    """The draft as it is typed."""
    return _shown(named(row.kind), as_wording(fields), str(fields.get("case") or ""), at)


def put_preview(row: LetterTemplate, *, at: datetime, **fields: Any) -> Preview:
    """From when, and the letter."""
    day = fields.get("in_force_from") or jst_day(at)
    label = PreviewDate(label="適用開始日", value=jday_year(day).partition("（")[0], weekday=weekday(day), stamp=day)
    warnings = [("warning", text) for text in (workflow.begun_elsewhere(row, day), _then(row, day)) if text]
    return _shown(
        named(row.kind), row.words, str(fields.get("case") or ""), at, title="いつから使うか", dates=(label,),
        messages=tuple(warnings) or (FINE,),
        consequences=(
            f"発送予定日が{jday_year(day)}以後の通知に、この文面を使います", "すでに作った通知の文面は、変わりません",
            "確定した版は、直すことも消すこともできません",
        ),
    )  # fmt: skip


def _then(row: LetterTemplate, day: Any) -> str:
    later = workflow.planned_after(row.kind, day)
    if later is None or later.version is None or later.in_force_from is None:
        return ""
    return f"{jday_year(later.in_force_from)}からは、すでに確定している{version_label(later.version)}に替わります。"


def edit_initial(row: LetterTemplate | None, at: datetime) -> dict[str, Any]:
    """What the draft says."""
    return as_fields(row.words) | {"seen": workflow.mark(row)} if row else {}


def put_initial(row: LetterTemplate | None, at: datetime) -> dict[str, Any]:
    """Today."""
    return {"seen": workflow.mark(row), "in_force_from": jst_day(at)} if row else {}


def put_form(row: LetterTemplate | None) -> type[forms.Form]:
    """With the trial on a real case: before the step begins, since nothing is set inside a transaction."""
    return type("PutForm", (_TriedForm,), {"row": row})


class _TriedForm(PutForm):
    row: LetterTemplate | None = None

    def clean(self) -> dict[str, Any]:
        """A letter of a real case can be made of these words."""
        cleaned = super().clean() or {}
        day = cleaned.get("in_force_from") or clock.today()
        if self.row is not None and (problem := trial(named(self.row.kind), self.row.words, day)):
            self.add_error(None, f"実際の案件で通知書を作れません。{problem}")
        return cleaned


def beside(row: LetterTemplate) -> list[dict[str, Any]]:
    """What may be put in, and what differs from the wording in force."""
    return [slots_card(named(row.kind)), diff_card(row)]


def slots_card(kind: NoticeKind) -> dict[str, Any]:
    """Every placeholder with its help, the mandatory ones marked."""
    rows = [
        [{"text": f"{{{slot.name}}}", "strong": True}, slot.help, "必須" if slot.mandatory else ""]
        for slot in sorted(slots_of(kind), key=lambda slot: not slot.mandatory)
    ]
    data = {"columns": ["差込み", "入るもの", "必須"], "rows": rows}
    return card("差込み", "table", data, sub="半角のかっこごと写して使います")


def diff_card(row: LetterTemplate) -> dict[str, Any]:
    """差分, against the version in force today."""
    words, version = in_force(named(row.kind), clock.today())
    changes = differences(words, row.words)
    made = card(
        f"{version_label(version)}との差分", "table", {}, count=f"{len(changes)}か所", sub="保存した文面と、いま使っている文面の違い"
    )  # fmt: skip
    return made | {"template": "notices/wording/diff.html", "data": changes, "key": "diff"}


def register_all() -> None:
    """Called once, when the engine starts."""
    on_draft: dict[str, Any] = {"clause": "4(1)", "roles": LEGAL, "subject": LetterTemplate}
    is_draft = lambda row: row is not None and row.state == LetterTemplate.State.DRAFT  # noqa: E731
    register(
        Verb(key=workflow.DRAFT, label="文面を起案する", clause="4(1)", roles=LEGAL, subject=None, form=DraftForm, why_not=never_refused,
             run=workflow.draft, consequence=("下書きができます。", "確定するまで、通知の文面は変わりません。"))
    )  # fmt: skip
    register(
        Verb(key=workflow.EDIT, label="文面を直す", form=WordingForm, why_not=workflow.draft_why_not, run=workflow.edit,
             preview=edit_preview, initial=edit_initial, beside=beside, applies=is_draft,
             consequence=("下書きを保存します。", "通知の文面は、確定して適用開始日が来るまで変わりません。"), **on_draft)
    )  # fmt: skip
    register(
        Verb(key=workflow.DROP, label="下書きを取りやめる", form=DropForm, why_not=workflow.draft_why_not, run=workflow.drop,
             applies=is_draft, consequence=("この下書きは使えなくなります。", "記録には残ります。"), **on_draft)
    )  # fmt: skip
    register(
        Verb(key=workflow.PUT, label="文面を確定する", form=put_form, why_not=workflow.put_why_not, run=workflow.put_in_force,
             preview=put_preview, initial=put_initial, beside=lambda row: [diff_card(row)], style="primary", applies=is_draft,
             consequence=("確定すると、この版は変えられません。", "改めるときは、新しい版を起案します。"), **on_draft)
    )  # fmt: skip
    register(
        Verb(key=workflow.ADD_STOCK, label="定型文を登録する", clause="4(1)", roles=LEGAL, subject=None, form=StockForm, why_not=never_refused,
             run=workflow.add_stock, consequence=("内容は、書き換えられません。", "改めるときは、新しい定型文を登録します。"))
    )  # fmt: skip
    register(
        Verb(key=workflow.END_STOCK, label="定型文を終わらせる", clause="4(1)", roles=LEGAL, subject=StockParagraph, form=EndStockForm,
             why_not=workflow.end_stock_why_not, run=workflow.end_stock, applies=lambda row: row.ends_from is None,
             consequence=("その日から、選べなくなります。", "すでに選んだ通知には、そのまま入ります。"))
    )  # fmt: skip
