"""What staff add to a letter: paragraphs in stock, and one of their own.

An ordering form takes the fields by `notices.fields.added_paragraphs`; its verb hands them on in the letter's fields:

    class SendForm(forms.Form):
        …
        stock, free_paragraph = added_paragraphs("violations.correction")

    def send(case, *, by, at, channels, **added): notices.order(…, fields={…, **extras(**added)})

A decision keeps them in its own fields, and hands them on by `chosen(decision.fields)`. `content_of` sets them after the
letter's own paragraphs, for every kind with `free_paragraph=True`; its `material` has nothing to do with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from config.desk import clock
from config.desk.refusal import Refused
from notices.engine import NoticeKind
from notices.rendering.wording import fill_lines
from notices.wording.models import StockParagraph

STOCK, FREE = "stock", "free_paragraph"
LONGEST = 1000  # characters of a paragraph of one's own


def extras(stock: Sequence[Any] | str | None = None, free_paragraph: str | None = None) -> dict[str, Any]:
    """What was chosen (numbers of stock paragraphs), as it stands in a letter's fields; nothing where nothing was."""
    numbers = [str(one) for one in ([stock] if isinstance(stock, str) else stock or ())]
    own = (free_paragraph or "").strip()
    return ({STOCK: numbers} if numbers else {}) | ({FREE: own} if own else {})


def chosen(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same, out of all the fields of a form, a proposal or an earlier letter."""
    return extras(fields.get(STOCK), fields.get(FREE))


def why_not(kind: NoticeKind, fields: Mapping[str, Any]) -> Refused | None:
    """A kind whose words are fixed takes none; what is chosen from stock is there."""
    asked = chosen(fields)
    if asked and not kind.free_paragraph:
        return Refused(
            f"「{kind.label}」には、段落を加えられません。",
            clause=kind.clause,
            instead="文面を変えるときは、法務の担当者に依頼してください。",
        )
    unknown = [number for number in asked.get(STOCK, ()) if not is_in_stock(kind.key, number)]
    if not unknown:
        return None
    return Refused(
        f"この通知に使える定型文ではありません（{'、'.join(unknown)}）。",
        clause=kind.clause,
        instead="画面で、選べる定型文を確かめてください。",
    )


def added_paragraphs(kind: str, fields: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The chosen stock paragraphs in their order, filled; then the free one, never read for placeholders.

    What was chosen stays chosen, also where legal ended it since: it is what the person saw. Raises CannotRender.
    """
    asked = chosen(fields)
    numbers = asked.get(STOCK)
    rows = (
        StockParagraph.objects.for_kind(kind).filter(number__in=numbers).order_by("position", "pk") if numbers else ()
    )
    return (*fill_lines(tuple(row.text for row in rows), values), *([asked[FREE]] if FREE in asked else ()))


def stock_choices(kind: str) -> list[tuple[str, str]]:
    """What may be chosen today, in order: the title with the words."""
    rows = StockParagraph.objects.in_use(clock.today()).for_kind(kind).order_by("position", "pk")
    return [(row.number, f"{row.title}：{row.text}") for row in rows]


def is_in_stock(kind: str, number: str) -> bool:
    """Whether such a paragraph is, or was, kept for letters of this kind."""
    return StockParagraph.objects.for_kind(kind).filter(number=number, used_from__lte=clock.today()).exists()
