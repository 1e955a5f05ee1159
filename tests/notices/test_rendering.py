"""The words of a letter: one content, the same in text and markup; nothing that is typed is read as anything else."""

import json
from html.parser import HTMLParser

import pytest
from django.test import override_settings

from notices.rendering import render
from notices.rendering.content import (
    SECRET_PLACEHOLDER,
    CannotRender,
    LetterItem,
    clean,
    letter_from_json,
    one_line,
)
from notices.rendering.html import letter_html
from notices.rendering.text import letter_text
from tests.notices.letters import a_letter

SECRET = "p<4>&w  d'"  # noqa: S105 — invented, with what markup would swallow
HANDED_OVER = {
    "secret_label": "初期パスワード",
    "items": (LetterItem(label="初期パスワード", lines=(SECRET_PLACEHOLDER,)),),
}


class Words(HTMLParser):
    """The text between the tags, and the names of the tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_text_has_everything_in_the_order_of_a_letter() -> None:
    text = letter_text(a_letter())
    parts = ["N-2026-000482", "2026年11月25日", "河合　由紀　様", "株式会社アカツキ認証", "是正通知書", "拝啓　時下"]
    parts += ["さて、", "敬具", "\n記\n", "1　違反事項", "2　是正期限", "　　2026年12月9日", "3　是正の内容", "以上"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_the_markup_says_what_the_text_says() -> None:
    squeezed = "".join(Words(letter_html(a_letter())).text.split())
    for line in letter_text(a_letter()).splitlines():
        if line not in ("敬具", "記", "以上", "") and "静岡県" not in line:
            assert "".join(line.split()) in squeezed


def test_a_letter_without_its_number_says_so() -> None:
    letter = a_letter(number=None)
    assert "（確定時に採番）" in letter_text(letter)
    assert "（確定時に採番）" in letter_html(letter)
    assert "None" not in letter_html(letter)


@pytest.mark.parametrize("changes", [{"formal": False}, {"opening": ""}])
def test_salutation_and_close_go_together(changes: dict[str, object]) -> None:
    assert ("拝啓" in letter_text(a_letter()), "敬具" in letter_text(a_letter())) == (True, True)
    plain = a_letter(**changes)
    assert "拝啓" not in letter_text(plain) + letter_html(plain)
    assert "敬具" not in letter_text(plain)
    assert "敬　具" not in letter_html(plain)


def test_the_salutation_is_not_doubled() -> None:
    assert "拝啓　時下ますます" in letter_text(a_letter(opening="拝啓　時下ますます"))


def test_without_items_there_is_no_ki() -> None:
    text = letter_text(a_letter(items=()))
    assert "\n記\n" not in text
    assert "以上" not in text
    assert "letter-ki" not in letter_html(a_letter(items=()))


def test_the_foot_of_a_preview_knows_its_pages_only_where_told() -> None:
    assert "1 / 3" in Words(letter_html(a_letter(), pages=3)).text
    assert " / " not in Words(letter_html(a_letter())).text


@pytest.mark.parametrize(
    "typed",
    [
        "{{ letter.title }}",
        "{% include 'page.html' %}",
        "<script>x</script>",
        "<img src='file:///etc/passwd'>",
        "&lt;b&gt;",
    ],
)
def test_what_is_typed_stays_words(typed: str) -> None:
    expected = Words(letter_html(a_letter())).tags
    letter = a_letter(
        title=typed,
        opening=typed,
        paragraphs=(typed,),
        items=(LetterItem(label=typed, lines=(typed,)),),
        addressee={"name": typed, "department": "", "contact": ""},
        sender={"person": typed, "department": ""},
    )
    words = Words(letter_html(letter))
    assert words.tags == expected
    assert "".join(words.text.split()).count("".join(typed.split())) == 7


def test_the_secret_stands_only_where_it_is_asked_for() -> None:
    letter = a_letter(**HANDED_OVER)
    kept, sent = render(letter), render(letter, SECRET)
    assert SECRET_PLACEHOLDER in kept.text
    assert SECRET not in kept.text + kept.html
    assert SECRET.encode() not in kept.bytes
    assert SECRET in sent.text
    assert SECRET.encode() in sent.bytes
    assert SECRET_PLACEHOLDER not in sent.text + sent.html
    assert SECRET in Words(sent.html).text


@pytest.mark.parametrize("changes", [{**HANDED_OVER, "secret_label": ""}, {"secret_label": "初期パスワード"}])
def test_a_secret_without_its_line_stops_the_letter(changes: dict[str, object]) -> None:
    with pytest.raises(CannotRender, match="別に保管した値"):
        render(a_letter(**changes), SECRET)


def test_the_text_renderer_refuses_what_the_pdf_would_refuse() -> None:
    with pytest.raises(CannotRender, match="𠮷"):
        render(a_letter(addressee={"name": "𠮷田商店"}))
    with pytest.raises(CannotRender, match="住所"):
        render(a_letter(addressee={"address": "見本" * 60}))


def test_the_renderer_follows_the_setting() -> None:
    with override_settings(LETTER_RENDERER="text"):
        assert render(a_letter()).bytes.decode() == letter_text(a_letter())
        assert render(a_letter()).media_type.startswith("text/plain")
    with override_settings(LETTER_RENDERER="pdf"):
        assert render(a_letter()).bytes.startswith(b"%PDF-")
        assert render(a_letter()).media_type == "application/pdf"


def test_a_letter_survives_json() -> None:
    letter = a_letter(**HANDED_OVER, subject_line="お知らせ")
    assert letter_from_json(json.loads(json.dumps(letter.as_json()))) == letter
    dateless = a_letter(communicated_on=None, number=None)
    assert letter_from_json(json.loads(json.dumps(dateless.as_json()))) == dateless


def test_the_subject_is_one_line() -> None:
    assert a_letter().content.subject == "是正通知書"
    assert a_letter(subject_line="お知らせ\r\nBcc: x@evil.example").content.subject == "お知らせ Bcc: x@evil.example"


def test_enter_in_a_text_area_makes_lines() -> None:
    letter = a_letter(paragraphs=("一つめ\r\n\r\n二つめ",), items=(LetterItem(label="内容", lines=("甲\n乙",)),))
    assert "一つめ\n\n二つめ\n\n敬具" in letter_text(letter)
    assert "　　甲\n　　乙\n" in letter_text(letter)


def test_the_invisible_is_dropped_and_names_stay_as_they_are() -> None:
    assert clean("甲\u200b\u202e乙\x00\ufeff丙") == "甲乙丙"
    assert clean("か\u3099") == "が"
    assert clean("\ufa19髙﨑葛\U000e0100") == "\ufa19髙﨑葛\U000e0100"
    assert one_line(" 甲\n乙 ") == "甲 乙"
