"""What keeps a wording from being put in force, in sentences that say what to do."""

from dataclasses import replace

import pytest

from notices.engine import kinds
from notices.rendering.content import LetterItem
from notices.rendering.wording import Slot, Wording
from notices.wording.differing import differences
from notices.wording.faults import faults, text_faults
from notices.wording.texts import COMMON, slots_of

SLOTS = (
    Slot(name="根拠条項", help="根拠", mandatory=True),
    Slot(name="是正期限", help="期限", mandatory=True),
    Slot(name="事実", help="違反の事実"),
    *COMMON,
)
GOOD = Wording(
    title="是正のお願い",
    opening="時下ますますご清栄のこととお慶び申し上げます。",
    paragraphs=("{根拠条項}により、{相手方}に是正をお願いいたします。",),
    items=(LetterItem(label="期限", lines=("{是正期限}まで",)),),
)


def test_a_good_wording_has_none() -> None:
    assert faults(GOOD, SLOTS) == ()


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.wording], ids=lambda kind: kind.key)
def test_every_shipped_wording_has_none(kind: object) -> None:
    assert faults(kind.wording, slots_of(kind)) == ()  # type: ignore[attr-defined, arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "{是正期日}"}, "差込み『是正期日』はありません。『是正期限』のことですか。"),
        ({"title": "{zzz}"}, "差込み『zzz』はありません。右の一覧にある名前を使ってください。"),
        ({"opening": "{事実"}, "対になっていないかっこ"),
        ({"opening": "｛事実｝"}, "全角の「｛｝」"),
        ({"items": ()}, "必ず入れる差込み『是正期限』（期限）がありません。"),
        ({"items": (), "subject_line": "{是正期限}"}, "必ず入れる差込み『是正期限』"),
        ({"items": (LetterItem(label="{是正期限}", lines=()),)}, "必ず入れる差込み『是正期限』"),
        ({"opening": "拝啓　時下ますます"}, "「拝啓」は、自動で入ります。"),
        ({"paragraphs": (*GOOD.paragraphs, "まずはお知らせまで。敬具")}, "「敬具」は、自動で入ります。"),
        ({"formal": False, "opening": "拝啓"}, "頭語と結語を入れるときは"),
        ({"opening": ""}, "書き出しがありません。"),
        ({"paragraphs": (*GOOD.paragraphs, "　以　上")}, "だけの行があります。"),
        ({"paragraphs": (*GOOD.paragraphs, "見本太郎様御中")}, "「様御中」は、敬称が二つあります。"),
        ({"paragraphs": ("{根拠条項}により、{相手方}様に。",)}, "「{相手方}様」は、敬称が二つあります。"),
        ({"items": (*GOOD.items, LetterItem(label="", lines=("あ",)))}, "記の2番目の項目に、見出しがありません。"),
        ({"items": (*GOOD.items, LetterItem(label="備考", lines=()))}, "記の「備考」に、内容がありません。"),
        ({"title": " "}, "表題がありません。"),
        ({"paragraphs": ()}, "本文がありません。"),
        ({"title": "お願い😀"}, "通知書の書体にない文字があります：「😀」。"),
    ],
)
def test_each_fault_is_named(change: dict[str, object], said: str) -> None:
    found = faults(replace(GOOD, **change), SLOTS)  # type: ignore[arg-type]
    assert [one for one in found if said in one], found


def test_a_stock_paragraph_is_looked_at_alike() -> None:
    assert text_faults("{相手方}にお知らせします。", COMMON) == ()
    assert "『相手方』のことですか" in text_faults("{相手}に", COMMON)[0]
    assert "敬称が二つ" in text_faults("貴社様に", COMMON)[0]


def test_the_difference_names_each_part_and_is_escaped() -> None:
    changed = replace(GOOD, title="是正の<b>お願い", items=(*GOOD.items, LetterItem(label="備考", lines=("一",))))
    found = {one["label"]: str(one["html"]) for one in differences(GOOD, changed)}
    assert list(found) == ["表題", "記の項目2"]
    assert "<ins>&lt;b&gt;</ins>" in found["表題"]
    assert "<ins>備考／一</ins>" in found["記の項目2"]
