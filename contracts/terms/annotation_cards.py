"""法務の注記 where staff read them: on the clause's page with what went before, and folded beside the verbs."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from config.desk import clock
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday_year
from config.desk.listpage import short
from config.desk.pages import Button, card, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from contracts.terms.annotations import ANNOTATE
from contracts.terms.models import Annotation

SHOWN, PAST_SHOWN = 20, 10
COLUMNS = ["種類", "注記", "適用"]


def chip(annotation: Annotation, today: date) -> Chip:
    """Whether it applies today."""
    if annotation.is_in_force(today):
        return state_chip("running", "適用中")
    return state_chip("draft", "適用前") if annotation.in_force_from > today else state_chip("closed", "以前の注記")


def notes_on(ref: str, on: date) -> list[dict[str, Any]]:
    """For the card of a clause: what applies on the day, the newest first."""
    rows = Annotation.objects.in_force(on).touching(ref).select_related("set_by").order_by("-pk")[:SHOWN]
    return [
        {
            "number": a.number, "kind": a.get_kind_display(), "clause": a.clause, "text": a.text,
            "by": f"{a.set_by}　{jday_year(a.in_force_from)}から", "url": url_of(a),
        }
        for a in rows
    ]  # fmt: skip


def of_clause(ref: str) -> list[dict[str, Any]]:
    """法務の注記 on the page of a clause: those that apply or will; the former ones in a card of their own."""
    today = clock.today()
    found = list(Annotation.objects.touching(ref).select_related("set_by").order_by("-pk")[: SHOWN + PAST_SHOWN])
    over = [a for a in found if a.ends_from is not None and a.ends_from <= today]
    standing = [a for a in found if a not in over]
    made = [_card("法務の注記", standing, today, "この条項への注記は、まだありません。")]
    return made + ([_card("以前の注記", over[:PAST_SHOWN], today, "")] if over else [])


def _card(title: str, rows: list[Annotation], today: date, empty: str) -> dict[str, Any]:
    columns = COLUMNS
    return card(
        title,
        "table",
        {"columns": columns, "rows": [cells(a, today) for a in rows]},
        count=f"{len(rows)}件",
        empty=empty,
    )


def cells(annotation: Annotation, today: date) -> list[Any]:
    """種類, 注記 with who wrote it, from when until when."""
    until = f"{short(annotation.ends_from)}からは適用しません" if annotation.ends_from else ""
    return [
        {"text": annotation.get_kind_display(), "chip": chip(annotation, today), "clause": annotation.clause},
        {
            "text": annotation.text,
            "url": url_of(annotation),
            "sub": f"{annotation.number}　{annotation.set_by}　{short(annotation.set_at)}",
        },
        {"text": f"{short(annotation.in_force_from)}から", "sub": until},
    ]


def begin(by: Any, clause: str, *, replaced: Annotation | None = None) -> list[Button]:
    """注記する, for 法務: the clause filled in; where one is replaced, its kind and number too."""
    held = verb(ANNOTATE)
    if not permitted(held, by):
        return []
    given = {"clause": clause} | ({"kind": replaced.kind, "supersedes": replaced.number} if replaced else {})
    label = "新しい注記に改める" if replaced else held.label
    return [Button(label=label, url=f"{verb_url(ANNOTATE)}?{urlencode(given)}")]
