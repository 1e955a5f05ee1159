"""Two wordings beside each other, part by part: what went is struck through, what came is underlined."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from notices.rendering.content import LetterItem
from notices.rendering.wording import Wording

FORMAL = {True: "入れる", False: "入れない"}


def differences(old: Wording, new: Wording, who: str = "", when: Any = "") -> list[dict[str, Any]]:
    """For templates/desk/changes.html: the parts that differ, in reading order."""
    return [
        {"label": label, "html": inline(before, after), "who": who, "when": when}
        for label, before, after in _parts(old, new)
        if before != after
    ]


def _parts(old: Wording, new: Wording) -> Iterator[tuple[str, str, str]]:
    yield "表題", old.title, new.title
    yield "メールの件名", old.subject_line, new.subject_line
    yield "拝啓・敬具", FORMAL[old.formal], FORMAL[new.formal]
    yield "書き出し", old.opening, new.opening
    yield from _paragraphs(old.paragraphs, new.paragraphs)
    yield from _items(old.items, new.items)


def _paragraphs(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for place, (before, after) in enumerate(zip_longest(old, new, fillvalue=""), start=1):
        yield f"段落{place}", before, after


def _items(old: tuple[LetterItem, ...], new: tuple[LetterItem, ...]) -> Iterator[tuple[str, str, str]]:
    for place, (before, after) in enumerate(zip_longest(old, new), start=1):
        yield f"記の項目{place}", _item(before), _item(after)


def _item(item: LetterItem | None) -> str:
    return "\n".join((item.label, *item.lines)) if item else ""


def inline(old: str, new: str) -> SafeString:
    """One text with its changes; escaped."""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    made = (_step(kind, old[a:b], new[c:d]) for kind, a, b, c, d in steps)
    return format_html('<span class="wording-diff">{}</span>', format_html_join("", "{}", ((one,) for one in made)))


def _step(kind: str, old: str, new: str) -> SafeString:
    if kind == "equal":
        return format_html("{}", old)
    gone = format_html("<del>{}</del>", old) if old else SafeString("")
    return format_html("{}{}", gone, format_html("<ins>{}</ins>", new) if new else SafeString(""))
