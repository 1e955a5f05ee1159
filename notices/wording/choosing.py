"""What staff add to a letter: paragraphs in stock, and one of their own.

An ordering form takes the fields by `extras_fields("<kind's key>")`; its verb hands them on in the letter's fields:

    class SendForm(extras_fields("violations.correction"), forms.Form): …
    notices.order(…, fields={…, **extras(stock, free_paragraph)})

`content_of` sets them after the letter's own paragraphs, for every kind with `free_paragraph=True`; its `material` has
nothing to do with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from config.desk import clock
from notices.rendering.content import clean
from notices.rendering.glyphs import missing_glyphs
from notices.rendering.wording import fill_lines
from notices.wording.models import StockParagraph

STOCK, FREE = "stock", "free_paragraph"
LONGEST = 1000  # characters of a paragraph of one's own


def extras(stock: Sequence[Any] = (), free_paragraph: str = "") -> dict[str, Any]:
    """What was chosen (numbers of stock paragraphs), as it stands in a letter's fields; nothing where nothing was."""
    chosen = [str(one) for one in stock or ()]
    return ({STOCK: chosen} if chosen else {}) | ({FREE: free_paragraph} if (free_paragraph or "").strip() else {})


def added_paragraphs(kind: str, fields: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The chosen stock paragraphs in their order, filled; then the free one, never read for placeholders.

    What was chosen stays chosen, also where legal ended it since: it is what the person saw. Raises CannotRender.
    """
    chosen = list(fields.get(STOCK) or ())
    rows = StockParagraph.objects.for_kind(kind).filter(number__in=chosen).order_by("position", "pk") if chosen else ()
    free = str(fields.get(FREE) or "").strip()
    return (*fill_lines(tuple(row.text for row in rows), values), *((free,) if free else ()))


def stock_choices(kind: str) -> list[tuple[str, str]]:
    """What may be chosen today, in order: the title with the words."""
    rows = StockParagraph.objects.in_use(clock.today()).for_kind(kind).order_by("position", "pk")
    return [(row.number, f"{row.title}：{row.text}") for row in rows]


class LetterExtras(forms.Form):
    """追加の段落 of one letter. `extras_kind`: the key of its kind."""

    extras_kind = ""
    stock = forms.MultipleChoiceField(
        label="追加する定型文", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="選んだ段落が、本文の後に入ります。定型文は、法務の担当者が用意します。",
    )  # fmt: skip
    free_paragraph = forms.CharField(
        label="書き加える段落", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="この通知だけに入る段落です。空欄なら入りません。",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Choices of today; where there are none, nothing is asked."""
        super().__init__(*args, **kwargs)
        field = self.fields[STOCK]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = stock_choices(self.extras_kind)
        if not field.choices:
            field.widget = forms.MultipleHiddenInput()

    def clean_free_paragraph(self) -> str:
        """Whatever the fonts cannot set is named here, not when the letter is made."""
        text = clean(self.cleaned_data[FREE] or "").strip()
        if lacking := missing_glyphs(text):
            named = "、".join(f"「{char}」" for char in lacking)
            raise forms.ValidationError(f"通知書の書体にない文字があります：{named}。別の字か、かなに改めてください。")
        return text


def extras_fields(kind: str) -> type[LetterExtras]:
    """The mixin for an ordering form of this kind."""
    return type("LetterExtras", (LetterExtras,), {"extras_kind": kind})
