"""Legal's annotations by clause: entered, superseded by a new one, ended. Their text is never overwritten."""

from datetime import date, datetime
from typing import Any

from django import forms

from config.desk import clock, numbers, triggers
from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.locking import locked
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.rules.clauses import HEADINGS, SUMMARIES, ClauseRef
from contracts.rules.periods import Step
from contracts.terms.legal import check_day
from contracts.terms.models import Annotation, Clause, TermsVersion

ANNOTATE, END = "terms.annotate", "terms.end_annotation"
FIXED = "法務の注記の内容は、書き換えられません"
DAY: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "required": False}


def fixed(vendor: str) -> list[tuple[str, str, str]]:
    """Held by the database: only the end is written later."""
    kept = ("number", "clause", "kind", "text", "version_id", "in_force_from", "set_at", "set_by_id", "supersedes_id")
    rule = triggers.changed(*kept)
    return triggers.forbid(vendor, "annotation_fixed", "terms_annotation", ("UPDATE",), rule, FIXED)


def annotate(
    row: None,
    *,
    by: Any,
    at: datetime,
    clause: str,
    kind: str,
    text: str,
    in_force_from: date | None = None,
    supersedes: str = "",
) -> Annotation:
    """Note on a clause, from a JST day on (today where none is given). `supersedes`: the number of the one that it replaces."""
    day = in_force_from or jst_day(at)
    check_day(day, at)
    earlier = _replaced(supersedes, clause, day) if supersedes else None
    if earlier is not None:
        earlier.ends_from, earlier.ended_why = day, _and_before(earlier, "新しい注記に改めたため")
        earlier.save()
    return Annotation.objects.create(
        number=numbers.take("L", at), clause=clause, kind=kind, text=text, version=TermsVersion.objects.in_force(jst_day(at)),
        in_force_from=day, set_at=at, set_by=by, supersedes=earlier,
    )  # fmt: skip


def _replaced(number: str, clause: str, day: date) -> Annotation:
    """The annotation that a new one replaces, locked. Refused where it is of another clause, replaced or over."""
    found = Annotation.objects.filter(number=number).first()
    if found is None or found.clause != clause:
        raise Refused(
            f"{number}は、この条項の注記ではありません。", instead="条項の画面の「改める」から始めてください。"
        )
    earlier = locked(Annotation, found.pk)
    if later := Annotation.objects.filter(supersedes=earlier).first():
        raise Refused(
            f"{number}は、{later.set_by}がすでに{later.number}に改めています。あなたの操作は行われていません。",
            instead=f"{later.number}を見てから、必要ならそれを改めてください。",
        )
    if earlier.ends_from is not None and earlier.ends_from <= day:
        raise Refused(f"{number}は、その日にはもう適用されていません。", instead="新しい注記として登録してください。")
    if day < earlier.in_force_from:
        raise Refused(
            f"{number}は、{jday_year(earlier.in_force_from)}から適用されます。",
            instead="その日以降の日を入れてください。",
        )
    return earlier


def end_why_not(annotation: Annotation, *, by: Any, at: datetime) -> Refused | None:
    """Once over, it cannot be ended again, nor once another replaces it: between the two nothing would apply."""
    if later := Annotation.objects.filter(supersedes=annotation).first():
        return Refused(
            f"{annotation.number}は、{later.number}が{jday_year(later.in_force_from)}から改めます。先に終わらせると、その間に適用される注記がなくなります。",
            instead=f"{later.number}を見て、必要ならそれを改めるか終わらせてください。",
        )
    if annotation.ends_from is None or annotation.ends_from > jst_day(at):
        return None
    return Refused(
        f"{annotation.number}は、{jday_year(annotation.ends_from)}から適用されていません。",
        instead="新しい注記として登録してください。",
    )


def end(annotation: Annotation, *, by: Any, at: datetime, reason: str, ends_from: date | None = None) -> Annotation:
    """No longer in force from a JST day on (today where none is given, its first day where it lies ahead).

    What it said stays on record, and so does an end that was set before. Refused for a day before its first.
    """
    day = ends_from or max(jst_day(at), annotation.in_force_from)
    check_day(day, at)
    if day < annotation.in_force_from:
        raise Refused(
            f"{annotation.number}は、{jday_year(annotation.in_force_from)}から適用されます。",
            instead="その日以降の日を入れてください。その日に終わらせると、一度も適用されません。",
        )
    if annotation.ends_from is not None and day >= annotation.ends_from:
        raise Refused(
            f"すでに、{jday_year(annotation.ends_from)}から適用しないことになっています。",
            instead="それより前の日を入れてください。",
        )
    annotation.ends_from, annotation.ended_why = day, _and_before(annotation, reason)
    annotation.save()
    return annotation


def _and_before(annotation: Annotation, reason: str) -> str:
    """An end that was set for a later day, and why, stay beside the new reason."""
    if annotation.ends_from is None:
        return reason
    return f"{reason}（前の予定：{jday_year(annotation.ends_from)}から適用しない。{annotation.ended_why}）"


def preview(row: None, *, at: datetime, **fields: Any) -> Preview:
    """Where one is replaced: what it says beside what is written."""
    earlier = Annotation.objects.filter(number=fields.get("supersedes") or "").first()
    if earlier is None:
        return Preview()
    words = str(fields.get("text") or "（注記を書いてください）")
    step = Step(earlier.get_kind_display(), f"{earlier.clause_label}　{earlier.number}", earlier.text, words)
    return Preview(title="改めるところ", steps=(step,))


# --- forms ----------------------------------------------------------------------------------------------------------


class ClauseField(forms.ChoiceField):
    """A clause of the terms; offered are those of the version in force (ours where none was imported), taken is any of its articles."""

    def __init__(self, **kwargs: Any) -> None:
        """Its choices are asked for each time."""
        super().__init__(choices=offered, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """A place in an article that the terms have."""
        try:
            article = str(ClauseRef.parse(str(value)).article_ref())
        except ValueError:
            return False
        return article in HEADINGS or Clause.objects.filter(ref=article).exists()


def offered() -> list[tuple[str, str]]:
    """(reference, label) in the order of the terms."""
    version = TermsVersion.objects.filter(effective_from__lte=clock.today()).order_by("-effective_from").first()
    imported = list(version.clauses.order_by("position").values_list("ref", flat=True)) if version else []
    known = imported or [str(ref) for ref in sorted({ClauseRef.parse(ref) for ref in (*HEADINGS, *SUMMARIES)})]
    return [(ref, ClauseRef.parse(ref).full_label()) for ref in known]


class AnnotationForm(forms.Form):
    """Which clause, what kind of note, and what it says."""

    asks_no_reason = True  # the text is the reason
    clause = ClauseField(label="条項")
    kind = forms.ChoiceField(label="種類", choices=Annotation.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="注記",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="条項の画面と、この条項による手続の画面に出ます。登録した後は、書き換えられません。",
    )
    in_force_from = forms.DateField(label="適用開始日", help_text="空欄なら本日からです。さかのぼれません。", **DAY)
    supersedes = forms.CharField(
        label="改める注記",
        max_length=16,
        required=False,
        help_text="前の注記を改めるときの番号です。前の注記は、適用開始日に終わり、記録に残ります。",
    )


class EndAnnotationForm(forms.Form):
    """From which day it no longer applies, and why."""

    ends_from = forms.DateField(label="適用しなくなる日", help_text="空欄なら本日からです。", **DAY)
    reason = forms.CharField(label="終わらせる理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
