"""The forms by which legal writes wordings: each part a field, each point below 記 a row of its own."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from notices import engine
from notices.rendering.content import LetterItem, clean, one_line
from notices.rendering.wording import Wording

ITEM = re.compile(r"^item_(\d+)(?:_(?:place|label|lines))?$")
SPARE, MOST_ITEMS = 2, 30
DAY: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "required": False}


class ItemWidget(forms.MultiWidget):
    """順, 見出し and 内容 of one point, side by side."""

    template_name = "django/forms/widgets/multiwidget.html"
    use_fieldset = True

    def __init__(self, turn: int) -> None:
        """`turn` names the parts for those who hear the page."""
        named: dict[str, Any] = {
            "place": forms.NumberInput(attrs={"min": 1, "max": 99, "aria-label": f"項目{turn}の順", "class": "item-place"}),
            "label": forms.TextInput(attrs={"aria-label": f"項目{turn}の見出し", "class": "item-label", "placeholder": "見出し"}),
            "lines": forms.Textarea(attrs={"aria-label": f"項目{turn}の内容", "class": "item-lines", "rows": 2, "placeholder": "内容（一行ずつ）"}),
        }  # fmt: skip
        super().__init__(named)

    def decompress(self, value: Any) -> list[Any]:
        """Place, label, lines."""
        return list(value) if isinstance(value, list | tuple) else [None, "", ""]


class ItemField(forms.MultiValueField):
    """One point: (place or None, label, lines as typed)."""

    def __init__(self, turn: int) -> None:
        super().__init__(
            fields=[
                forms.IntegerField(min_value=1, max_value=99, required=False),
                forms.CharField(max_length=40, required=False),
                forms.CharField(max_length=2000, required=False),
            ],
            widget=ItemWidget(turn), label=f"項目{turn}", required=False, require_all_fields=False,
        )  # fmt: skip

    def compress(self, data_list: list[Any]) -> tuple[int | None, str, str]:
        """As given; an empty field is an empty point."""
        place, label, lines = [*data_list, None, "", ""][:3]
        return place, label or "", lines or ""


class CaseForm(forms.Form):
    """On which case the sample is shown."""

    case = forms.CharField(
        label="見本の案件", max_length=20, required=False,
        help_text="通知・案件・申込などの番号です。空欄なら、この種類の最新の通知で示します。",
    )  # fmt: skip
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class WordingForm(CaseForm):
    """All parts of a wording. Two empty points stand at the end; more come when they are filled."""

    asks_no_reason = True  # the reason is asked for when it is put in force
    refresh_label = "見本を更新"
    title = forms.CharField(label="表題", max_length=40)
    subject_line = forms.CharField(
        label="メールの件名", max_length=80, required=False, help_text="空欄なら、表題が件名になります。"
    )
    formal = forms.BooleanField(label="拝啓・敬具を入れる", required=False)
    opening = forms.CharField(
        label="書き出し", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="時候のあいさつなどです。「拝啓」は自動で入ります。",
    )  # fmt: skip
    paragraphs = forms.CharField(
        label="本文",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="一行が一つの段落になります。",
    )

    class Media:
        css = {"all": ("notices/wording.css",)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for turn in range(1, _points(self.data if self.is_bound else self.initial, bound=self.is_bound) + 1):
            self.fields[f"item_{turn}"] = ItemField(turn)

    @property
    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The letter from top to bottom; what the sample is made of comes last."""
        of_text = ("title", "subject_line", "formal", "opening", "paragraphs")
        points = [field for field in self if field.name.startswith("item_")]
        return [
            ("本文", [self[name] for name in of_text]),
            ("記の項目", points),
            ("見本", [self["case"], self["seen"]]),
        ]


def _points(given: Mapping[str, Any], *, bound: bool) -> int:
    """How many points the page asks for: those filled, and two more; of a post those that were sent."""
    turns = [int(found.group(1)) for name in given if (found := ITEM.match(name)) and (bound or _filled(given[name]))]
    last = min(max(turns, default=0), MOST_ITEMS)
    return last if bound else min(last + SPARE, MOST_ITEMS)


def _filled(value: Any) -> bool:
    return any(str(part or "").strip() for part in list(value)[1:]) if isinstance(value, list | tuple) else bool(value)


def as_fields(wording: Wording) -> dict[str, Any]:
    """A wording as the form's initial values."""
    points = {
        f"item_{turn}": [turn, item.label, "\n".join(item.lines)] for turn, item in enumerate(wording.items, start=1)
    }
    return {
        "title": wording.title, "subject_line": wording.subject_line, "formal": wording.formal,
        "opening": wording.opening, "paragraphs": "\n".join(wording.paragraphs), **points,
    }  # fmt: skip


def as_wording(fields: Mapping[str, Any]) -> Wording:
    """What the form's fields make, as far as they are filled."""
    return Wording(
        title=one_line(fields.get("title") or ""), subject_line=one_line(fields.get("subject_line") or ""),
        formal=bool(fields.get("formal")), opening=one_line(fields.get("opening") or ""),
        paragraphs=_lines(fields.get("paragraphs") or ""), items=tuple(_items(fields)),
    )  # fmt: skip


def _items(fields: Mapping[str, Any]) -> Iterable[LetterItem]:
    points = [(int(name[5:]), value) for name, value in fields.items() if ITEM.match(name) and _filled(value)]
    ordered = sorted(points, key=lambda point: (point[1][0] or point[0], point[0]))
    return (LetterItem(label=one_line(label), lines=_lines(lines)) for _, (_, label, lines) in ordered)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in clean(text).split("\n") if line.strip())


class DraftForm(forms.Form):
    """Which kind, and from which version."""

    asks_no_reason = True
    kind = forms.ChoiceField(label="通知の種類", choices=lambda: [(k.key, k.label) for k in engine.kinds()])
    base = forms.IntegerField(
        label="元にする版", required=False, min_value=1,
        help_text="空欄なら、いま使っている文面から始めます。1は標準の文面です。",
    )  # fmt: skip


class PutForm(CaseForm):
    """From which day."""

    in_force_from = forms.DateField(
        label="適用開始日", help_text="空欄なら本日からです。さかのぼれません。発送予定日がこの日以後の通知に使います。", **DAY
    )  # fmt: skip
    field_order = ("in_force_from", "case")


class DropForm(forms.Form):
    """Why it is given up."""

    reason = forms.CharField(label="取りやめる理由", max_length=500)


class StockForm(forms.Form):
    """A paragraph that staff may choose."""

    asks_no_reason = True
    kind = forms.ChoiceField(
        label="通知の種類", required=False, help_text="「どの通知でも」では、すべての通知に共通の差込みだけを使えます。",
        choices=lambda: [("", "どの通知でも"), *((k.key, k.label) for k in engine.kinds() if k.free_paragraph)],
    )  # fmt: skip
    title = forms.CharField(label="名前", max_length=60, help_text="選ぶ画面に出ます。通知には載りません。")
    text = forms.CharField(label="段落", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    position = forms.IntegerField(label="順", min_value=1, max_value=999, initial=10, required=False)
    used_from = forms.DateField(label="使い始める日", help_text="空欄なら本日からです。", **DAY)
    supersedes = forms.CharField(
        label="改める定型文", max_length=16, required=False,
        help_text="前の定型文を改めるときの番号です。前のものは、使い始める日に終わり、記録に残ります。",
    )  # fmt: skip


class EndStockForm(forms.Form):
    """From which day it may no longer be chosen, and why."""

    ends_from = forms.DateField(label="使わなくなる日", help_text="空欄なら本日からです。", **DAY)
    reason = forms.CharField(label="終わらせる理由", max_length=500)
