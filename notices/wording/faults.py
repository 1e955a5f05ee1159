"""What is wrong with a wording, in sentences that say what to do. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from notices.rendering.glyphs import missing_glyphs
from notices.rendering.wording import Slot, Wording, placeholders

_PLACE = re.compile(r"\{[^{}\n]+\}")
_LOOSE = re.compile(r"[{}｛｝]")
_TWICE = re.compile(r"(?:様|御中|殿|先生|各位)[\s　]*(?:様|御中|殿|各位)")
_OWN = re.compile(r"(?:\{相手方\}|貴社|貴団体|貴殿|御社)[\s　]*(?:様|御中|殿|各位)")
_PAIRED = ("拝啓", "謹啓", "敬具", "謹白")
_ALONE = frozenset({"記", "以上"})


def faults(wording: Wording, slots: Sequence[Slot]) -> tuple[str, ...]:
    """All that keeps a wording from being put in force; empty where nothing does."""
    found = [*_places(wording.texts(), slots), *_missing(wording, slots), *_parts(wording), *_customs(wording)]
    return tuple(dict.fromkeys([*found, *_glyphs(wording)]))


def text_faults(text: str, slots: Sequence[Slot]) -> tuple[str, ...]:
    """The same for one paragraph in stock."""
    found = [*_places((text,), slots), *_honorifics((text,)), *_unset(text)]
    return tuple(dict.fromkeys(found))


def _places(texts: Sequence[str], slots: Sequence[Slot]) -> Iterator[str]:
    known = {slot.name for slot in slots}
    for text in texts:
        for name in placeholders(text):
            if name not in known:
                yield unknown(name, sorted(known))
        if _LOOSE.search(_PLACE.sub("", text)):
            yield f"「{_short(text)}」に、対になっていないかっこか、全角の「｛｝」があります。差込みは、半角の {{ と }} で囲んでください。"


def unknown(name: str, known: Sequence[str]) -> str:
    """No such placeholder; the nearest name there is."""
    near = get_close_matches(name.strip(), known, n=1, cutoff=0.4)
    hint = f"『{near[0]}』のことですか。" if near else "右の一覧にある名前を使ってください。"
    return f"差込み『{name}』はありません。{hint}"


def _missing(wording: Wording, slots: Sequence[Slot]) -> Iterator[str]:
    """A mandatory one counts where it is printed, not in the subject of the e-mail, nor beside a point that is left out."""
    lines = [text for item in wording.items if item.lines for text in (item.label, *item.lines)]
    printed = "\n".join((wording.title, wording.opening, *wording.paragraphs, *lines))
    there = set(placeholders(printed))
    for slot in slots:
        if slot.mandatory and slot.name not in there:
            yield f"必ず入れる差込み『{slot.name}』（{slot.help}）がありません。本文か記の項目に {{{slot.name}}} を入れてください。"


def _parts(wording: Wording) -> Iterator[str]:
    if not wording.title.strip():
        yield "表題がありません。表題を入れてください。"
    if not any(text.strip() for text in wording.paragraphs):
        yield "本文がありません。一つ以上の段落を入れてください。"
    for place, item in enumerate(wording.items, start=1):
        if not item.label.strip():
            yield f"記の{place}番目の項目に、見出しがありません。見出しを入れるか、項目を空にしてください。"
        if not any(line.strip() for line in item.lines):
            yield f"記の「{item.label}」に、内容がありません。内容を入れるか、見出しも空にしてください。"


def _customs(wording: Wording) -> Iterator[str]:
    """拝啓, 敬具, 記 and 以上 are set by the letter itself."""
    texts = (wording.opening, *wording.paragraphs)
    whole = "\n".join(texts)
    for word in _PAIRED:
        if wording.formal and word in whole:
            yield f"「{word}」は、自動で入ります。二つにならないように、文面の「{word}」を取ってください。"
        elif not wording.formal and word in whole:
            yield f"「{word}」があります。頭語と結語を入れるときは、「拝啓・敬具を入れる」を選び、文面からは取ってください。"
    for line in (line for text in wording.paragraphs for line in text.split("\n")):
        if line.replace("　", "").strip() in _ALONE:
            yield f"「{line.strip()}」だけの行があります。「記」と「以上」は自動で入るので、取ってください。"
    if wording.formal and not wording.opening.strip():
        yield "書き出しがありません。時候のあいさつなどを入れるか、「拝啓・敬具を入れる」を外してください。"
    yield from _honorifics(wording.texts())


def _honorifics(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if found := _TWICE.search(text) or _OWN.search(text):
            yield f"「{found.group()}」は、敬称が二つあります。一つにしてください。"


def _glyphs(wording: Wording) -> Iterator[str]:
    yield from _unset(wording.title, title=True)
    for text in wording.texts()[2:]:
        yield from _unset(text)


def _unset(text: str, *, title: bool = False) -> Iterator[str]:
    if lacking := missing_glyphs(_PLACE.sub("", text), "gothic" if title else "mincho"):
        named = "、".join(f"「{char}」" for char in lacking)
        yield f"通知書の書体にない文字があります：{named}。別の字か、かなに改めてください。"


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"
