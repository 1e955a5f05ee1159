"""Form fields that letters need."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms

from notices.models import Channel
from notices.rendering.content import clean
from notices.rendering.glyphs import missing_glyphs
from notices.wording.choosing import FREE, LONGEST, STOCK, is_in_stock, stock_choices


class ChannelsField(forms.MultipleChoiceField):
    """By e-mail, by post, or both; to the registered addresses (Art. 4(1))."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=kwargs.pop("label", "方法"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple, initial=["email"],
            help_text=kwargs.pop("help_text", "登録されたメールアドレス・住所に送ります。"), **kwargs,
        )  # fmt: skip


def added_paragraphs(kind: str) -> tuple["StockField", "FreeParagraphField"]:
    """追加の段落 of a form that orders, or proposes, letters of this kind; in the form's body, below its own fields:

    stock, free_paragraph = added_paragraphs("violations.correction")
    """
    return StockField(kind), FreeParagraphField()


class StockBoxes(forms.CheckboxSelectMultiple):
    """The paragraphs to tick; where there are none, nothing is asked."""

    @property
    def is_hidden(self) -> bool:
        """While legal keeps none."""
        return not list(self.choices)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """None where nothing was said of them: no box ticked is told from a story or an import by the text beside them."""
        if name in data:
            return super().value_from_datadict(data, files, name)
        return [] if FREE in data and not self.is_hidden else None


class StockField(forms.MultipleChoiceField):
    """Paragraphs in stock: those in use today are offered. One that legal ended since it was chosen stays chosen."""

    may_be_emptied = True  # in a proposal that is changed

    def __init__(self, kind: str) -> None:
        """`kind`: the key of the letter's kind."""
        self.kind = kind
        super().__init__(
            label="追加する定型文", required=False, widget=StockBoxes, choices=partial(stock_choices, kind),
            help_text="選んだ段落が、本文の後に入ります。定型文は、法務の担当者が用意します。",
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        """Their numbers; None where nothing was said."""
        return None if value is None else super().to_python(value)

    def validate(self, value: Any) -> None:
        """Each is in stock for this kind."""
        if value is not None:
            super().validate(value)

    def valid_value(self, value: Any) -> bool:
        """Also one that is not offered any more."""
        return super().valid_value(value) or is_in_stock(self.kind, str(value))


class FreeParagraphField(forms.CharField):
    """One paragraph in the writer's own words; None where nothing was said."""

    may_be_emptied = True

    def __init__(self) -> None:
        """Never required."""
        super().__init__(
            label="書き加える段落", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
            help_text="この通知だけに入る段落です。空欄なら入りません。",
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        """What can be seen of it."""
        return None if value is None else clean(super().to_python(value) or "").strip()

    def validate(self, value: Any) -> None:
        """Whatever the fonts cannot set is named here, not when the letter is made."""
        super().validate(value)
        if lacking := missing_glyphs(value or ""):
            named = "、".join(f"「{char}」" for char in lacking)
            raise forms.ValidationError(f"通知書の書体にない文字があります：{named}。別の字か、かなに改めてください。")


assert (STOCK, FREE) == ("stock", "free_paragraph")  # the names of the fields in every form
