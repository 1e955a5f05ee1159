"""A wording on a real case: one that staff choose by its number, else the latest; where there is none, slots by their names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from config.desk import clock
from notices.composing import addressee_of, sender
from notices.engine import NoticeKind
from notices.models import Notice
from notices.rendering import letter_html
from notices.rendering.check import check_letter
from notices.rendering.content import Addressee, CannotRender, Letter
from notices.rendering.wording import Material, Wording, fill
from notices.wording.days import agreed
from notices.wording.texts import content_of, slots_of
from notices.workflow import leaves_at, registered_address

MOST_TRIED = 5  # of the latest cases, whose facts may have moved on so far that no letter can be made any more
NOBODY = Addressee(postal_code="100-0000", address="（宛先の住所）", name="（宛先の名称）", honorific="御中")
NO_CASE = "この種類の通知は、まだ出ていません。差込みは〔〕で示しています。"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A letter as it would look, what it was made of, and why it was not made of the case asked for."""

    html: str
    note: str
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class _Case:
    number: str
    subject: Any
    customer: Any
    fields: Any


def sample(kind: NoticeKind, wording: Wording, day: date, number: str = "") -> Sample:
    """For the editor's preview. Raises CannotRender where the words themselves cannot be set."""
    for case in _cases(kind, number):
        if (letter := _letter(kind, wording, case, day)) is not None:
            return Sample(html=letter_html(letter), note=f"見本：{case.number}　{case.customer}")
    asked = f"「{number}」では、この通知の見本を作れません。番号を確かめてください。" if number else ""
    return Sample(html=letter_html(_marked(kind, wording, day)), note=NO_CASE, problem=asked)


def trial(kind: NoticeKind, wording: Wording, day: date) -> str:
    """Why the latest real letter could not be made with these words; "" where it could."""
    letters = (_letter(kind, wording, case, day) for case in _cases(kind, ""))
    try:
        letter = next((one for one in letters if one is not None), None) or _marked(kind, wording, day)
        check_letter(replace(letter, addressee=NOBODY))  # whether an address fits is no matter of the words
    except CannotRender as problem:
        return str(problem)
    return ""


def _cases(kind: NoticeKind, number: str) -> Iterator[_Case]:
    rows = Notice.objects.filter(kind=kind.key).select_related("customer").order_by("-pk")
    if not number:
        yield from (_of(notice) for notice in rows[:MOST_TRIED])
    elif (named := rows.filter(number=number).first()) is not None:
        yield _of(named)
    elif (subject := kind.subject._base_manager.filter(number=number).first()) is not None:
        yield from (_of(notice) for notice in rows.about(subject)[:1])
        yield _Case(number=number, subject=subject, customer=subject.customer, fields={})  # type: ignore[attr-defined]


def _of(notice: Notice) -> _Case:
    number = str(notice.number or getattr(notice.subject, "number", ""))
    return _Case(number=number, subject=notice.subject, customer=notice.customer, fields=notice.fields)


def _letter(kind: NoticeKind, wording: Wording, case: _Case, day: date) -> Letter | None:
    """None where the case has no letter of this kind any more, whatever the words."""
    try:
        kind.material(case.subject, case.fields, day)
    except Exception:
        return None
    with agreed() as years:
        content = content_of(kind, case.subject, case.customer, case.fields, day, wording)
        address = addressee_of(registered_address(case.customer, "post", leaves_at(day, clock.now())))
        return Letter(number=None, dated=day, addressee=address, sender=sender(), content=content, years=years)


def _marked(kind: NoticeKind, wording: Wording, day: date) -> Letter:
    values = {slot.name: f"〔{slot.name}〕" for slot in slots_of(kind)}
    with agreed() as years:
        content = fill(wording, Material(values=values))
        return Letter(number=None, dated=day, addressee=NOBODY, sender=sender(), content=content, years=years)
