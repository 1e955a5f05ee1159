"""The sheet, measured in millimetres from the PDF itself (look.md, "Letter (mm)")."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from notices.rendering.content import SECRET_PLACEHOLDER, CannotRender, LetterItem
from notices.rendering.merge import merge
from notices.rendering.pdf import NoFetcher, page_count, render_pdf
from tests.notices.letters import Ink, a_letter, ink, text_of

FOOT = 280.0  # below it stands only the foot line
HAIR = 0.05


@pytest.fixture(scope="module")
def marks() -> list[Ink]:
    return ink(render_pdf(a_letter()))


@pytest.fixture(scope="module")
def letters(marks: list[Ink]) -> list[Ink]:
    return [mark for mark in marks if mark.text]


@pytest.fixture(scope="module")
def long_letter() -> list[Ink]:
    items = [LetterItem(label=f"違反事項{n}", lines=("長い行" * 70 + "a" * 130,)) for n in range(9)]
    return ink(render_pdf(a_letter(items=tuple(items))))


def starting(letters: list[Ink], words: str) -> Ink:
    return letters[text_of(letters).index(words)]


def test_the_addressee_stands_in_the_safe_area_and_nothing_else_shows_in_the_window(marks: list[Ink]) -> None:
    seen = [mark for mark in marks if mark.left < 110 and mark.top < 57]
    assert text_of(seen).startswith("〒435-0099静岡県")
    assert text_of(seen).endswith("河合　由紀　様")
    assert min(mark.left for mark in seen) == pytest.approx(21, abs=HAIR)
    assert max(mark.right for mark in seen) <= 85
    assert min(mark.top for mark in seen) >= 12
    assert max(mark.bottom for mark in seen) <= 36
    assert {round(mark.points, 1) for mark in seen} == {9.5}


def test_the_longest_addressee_stays_in_the_safe_area() -> None:
    addressee = {
        "address": "鹿児島県大島郡見本町大字見本字東見本1234番地56　見本ヒルズセントラルタワー28階2801号室",
        "name": "一般社団法人見本地域情報基盤推進機構",
        "department": "総務部",
        "contact": "勅使河原　龍之介",
    }
    seen = [mark for mark in ink(render_pdf(a_letter(addressee=addressee))) if mark.left < 110 and mark.top < 57]
    assert text_of(seen).endswith("勅使河原　龍之介　様")
    assert max(mark.right for mark in seen) <= 85
    assert max(mark.bottom for mark in seen) <= 36


def test_number_and_date_stand_right(letters: list[Ink]) -> None:
    number = [mark for mark in letters if mark.left > 110 and mark.top < 30]
    assert text_of(number) == "通知番号　N-2026-0004822026年11月25日"
    assert max(mark.right for mark in number) == pytest.approx(190, abs=HAIR)
    assert 12.5 <= min(mark.top for mark in number) <= 14


def test_the_sender_stands_in_its_place_beside_the_seal(marks: list[Ink], letters: list[Ink]) -> None:
    sender = [mark for mark in letters if mark.left > 110 and 57 < mark.top < 99]
    words = [mark for mark in sender if mark.text not in "社印" or mark.left < 170]
    assert text_of(words).startswith("〒100-0000東京都")
    assert min(mark.left for mark in words) == pytest.approx(115, abs=HAIR)
    assert max(mark.right for mark in words) <= 170
    assert 60 <= min(mark.top for mark in words) <= 62
    seal = [mark for mark in marks if not mark.text and mark.left > 170 and mark.top > 57]
    assert min(mark.left for mark in seal) == pytest.approx(172, abs=0.3)
    assert max(mark.right for mark in seal) == pytest.approx(190, abs=0.3)


def test_the_folds_are_marked(marks: list[Ink]) -> None:
    folds = [mark.top for mark in marks if not mark.text and mark.right < 10]
    assert min(folds) == pytest.approx(99, abs=0.25)
    assert max(folds) == pytest.approx(198, abs=0.25)
    assert all(min(abs(top - fold) for fold in (99, 198)) < 0.25 for top in folds)


def test_title_body_and_points_have_their_measures(letters: list[Ink]) -> None:
    title, body = starting(letters, "是正通知書"), starting(letters, "拝啓")
    assert (round(title.points, 1), "Gothic" in title.font) == (16.0, True)
    assert 103 <= title.top <= 105
    assert (round(body.points, 1), "Mincho" in body.font) == (10.5, True)
    assert 117 <= body.top <= 119
    assert body.left == pytest.approx(22, abs=HAIR)
    points = [starting(letters, words).left for words in ("1違反事項", "違反事項管", "管理者用")]
    assert points == pytest.approx([22, 29.2, 51.2], abs=HAIR)


def test_lines_stand_6_2_millimetres_apart(letters: list[Ink]) -> None:
    first, second = starting(letters, "（1）共用"), starting(letters, "（2）変更日")
    assert second.top - first.top == pytest.approx(6.2, abs=HAIR)


def test_the_margins_are_kept_on_every_page(long_letter: list[Ink]) -> None:
    body = [mark for mark in long_letter if mark.text and mark.top < FOOT and (mark.page > 1 or mark.top > 100)]
    assert {mark.page for mark in body} == {1, 2, 3}
    assert min(mark.left for mark in body) >= 22 - HAIR
    assert max(mark.right for mark in body) <= 190 + HAIR
    assert max(mark.bottom for mark in body) <= 270
    assert min(mark.top for mark in body if mark.page > 1) >= 20


def test_every_page_carries_the_number_and_its_place(long_letter: list[Ink]) -> None:
    for page in (1, 2, 3):
        foot = [mark for mark in long_letter if mark.page == page and mark.top > FOOT]
        assert text_of(foot) == f"N-2026-000482{page} / 3"
        assert foot[0].left == pytest.approx(22, abs=HAIR)
        assert max(mark.bottom for mark in foot) <= 287
        middle = [mark for mark in foot if mark.left > 60]
        assert (middle[0].left + middle[-1].right) / 2 == pytest.approx(106, abs=0.5)


def test_a_draft_has_no_number_at_its_foot() -> None:
    draft = ink(render_pdf(a_letter(number=None)))
    assert text_of([mark for mark in draft if mark.top > FOOT]) == "1 / 1"


def test_long_labels_do_not_touch_their_lines() -> None:
    items = (
        LetterItem(label="初期パスワード", lines=("甲",)),
        LetterItem(label="利用を始められる日について", lines=("乙",)),
    )
    letters = [mark for mark in ink(render_pdf(a_letter(items=items))) if mark.text]
    label = [mark for mark in letters if mark.top > 117 and 29 < mark.left < 59 and mark.text in "初期パスワード"]
    assert max(mark.right for mark in label) < starting(letters, "甲").left == pytest.approx(59.2, abs=HAIR)


def test_only_our_fonts_are_used_and_every_character_is_drawn() -> None:
    pdf = render_pdf(a_letter(addressee={"name": "髙﨑邉①商店葛\U000e0100"}))
    drawn = ink(pdf)
    assert "髙﨑邉①商店葛" in text_of(drawn).replace("\U000e0100", "")
    assert {mark.font.split("+")[-1] for mark in drawn if mark.text} == {"IPAexMincho", "IPAexGothic"}
    assert 0 not in glyph_ids(pdf)


def glyph_ids(pdf: bytes) -> set[int]:
    """Glyph 0 is .notdef, the box that stands for what a font lacks."""
    operations = [op for page in PdfReader(BytesIO(pdf)).pages for op in page.get_contents().operations]
    shown = [piece for operands, name in operations if name in (b"TJ", b"Tj") for piece in pieces(operands[0])]
    return {int.from_bytes(piece[n : n + 2], "big") for piece in shown for n in range(0, len(piece), 2)}


def pieces(operand: object) -> list[bytes]:
    parts = operand if isinstance(operand, list) else [operand]
    return [part.original_bytes if isinstance(part, str) else part for part in parts if isinstance(part, str | bytes)]


@pytest.mark.parametrize(("typed", "named"), [("𠮷田", r"𠮷」（U\+20BB7"), ("🙂", r"U\+1F642")])
def test_what_the_font_lacks_stops_the_letter_by_name(typed: str, named: str) -> None:
    for letter in (a_letter(title=typed), a_letter(paragraphs=(typed,)), a_letter(addressee={"name": typed})):
        with pytest.raises(CannotRender, match=named):
            render_pdf(letter)


@pytest.mark.parametrize(
    "typed",
    [
        "<img src='file:///etc/passwd'>",
        "<link rel=attachment href='file:///etc/passwd'>",
        "http://evil.example/",
        "{{x}}",
    ],
)
def test_nothing_typed_becomes_markup_or_a_link_or_an_attachment(typed: str) -> None:
    letter = a_letter(paragraphs=(typed,), addressee={"name": typed}, items=(LetterItem(label="内容", lines=(typed,)),))
    pdf = render_pdf(letter)
    body = [mark for mark in ink(pdf) if mark.text and mark.top > 117]
    assert text_of(body).replace(" ", "").count(typed.replace(" ", "")) == 2
    reader = PdfReader(BytesIO(pdf))
    assert not reader.attachments
    assert not any(page.annotations for page in reader.pages)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://evil.example/x.png", "data:text/plain,x"])
def test_nothing_is_fetched(url: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        NoFetcher().fetch(url)


def test_the_stored_pdf_has_the_placeholder_and_the_stream_the_secret() -> None:
    letter = a_letter(secret_label="仮の値", items=(LetterItem(label="仮の値", lines=(SECRET_PLACEHOLDER,)),))
    kept, sent = text_of(ink(render_pdf(letter))), text_of(ink(render_pdf(letter, "q7<W>  &x")))
    assert (SECRET_PLACEHOLDER in kept, "q7<W>" in kept) == (True, False)
    assert (SECRET_PLACEHOLDER in sent, "q7<W>  &x" in sent) == (False, True)


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert render_pdf(a_letter()) == render_pdf(a_letter())


def test_pages_are_counted_without_a_pdf() -> None:
    assert page_count(a_letter()) == 1
    assert page_count(a_letter(paragraphs=("見本の段落です。" * 12,) * 12)) == 2


def test_letters_merge_in_their_order() -> None:
    numbers = ["N-2026-000001", "N-2026-000002", "N-2026-000003"]
    merged = merge(render_pdf(a_letter(number=number)) for number in numbers)
    pages = PdfReader(BytesIO(merged)).pages
    assert [next(number for number in numbers if number in page.extract_text()) for page in pages] == numbers
    with pytest.raises(ValueError, match="Nothing to merge"):
        merge([])
