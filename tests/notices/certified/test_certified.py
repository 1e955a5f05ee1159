"""内容証明 from a finished letter to its papers: what is refused, what is made, what is kept."""

import hashlib
import io
import re
from typing import Any

import pytest
from django.test import Client, override_settings
from docx import Document
from docx.shared import Cm, Pt
from pypdf import PdfReader

from config.desk import clock
from config.desk.refusal import Refused
from contracts.rules.naiyo import FORMS, full_width, layout, sheets
from notices.certified import workflow
from notices.certified.making import make_all
from notices.certified.models import CertifiedCopy, CertifiedOrder
from notices.certified.pdf import COPIES, _one_copy
from notices.certified.word import word_file
from notices.certified.words import certified_text
from notices.envelopes.fees import certified_fee
from notices.evidence import sealing, verify
from notices.models import Notice
from tests.notices.letters import a_letter, ink
from tests.support.world import DEMAND, HAND_OVER, World, at

NOON = at("2026-11-02T12:00")


@pytest.fixture
def quick(monkeypatch: Any) -> None:
    """Where the sheets themselves are not looked at: half a second each."""
    monkeypatch.setattr(
        "notices.certified.making.three_copies", lambda sheets, form, title: b"%PDF-1.7 " + title.encode()
    )


def _letter(world: World, **given: Any) -> Notice:
    """A correction notice by post whose free words are these."""
    case = world.case(NOON)
    world.do("violations.send_correction_notice", case, by="hana", at=NOON, **({"channels": ["post"]} | DEMAND | given))
    return world.correction(case)


def _prepare(world: World, notice: Notice, **given: Any) -> Notice:
    world.press("notices.prepare_certified", notice, by="hana", at=NOON, **given)
    with clock.standing_at(NOON):
        assert make_all() == 1
        assert make_all() == 0
    return Notice.objects.get(pk=notice.pk)


@pytest.mark.both
@pytest.mark.django_db
def test_three_equal_copies_and_a_word_file_are_kept_with_their_hashes(world: World) -> None:
    notice = _letter(world)
    frozen = notice.content.sha256
    notice = _prepare(world, notice)
    pdf, word = notice.certified_copies.get(paper="pdf"), notice.certified_copies.get(paper="docx")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf.body)).pages]
    assert [item.title for item in PdfReader(io.BytesIO(pdf.body)).outline] == list(COPIES)
    assert len(pages) == 3 * notice.certified.sheets
    assert pages[: pdf.sheets] == pages[pdf.sheets : 2 * pdf.sheets] == pages[2 * pdf.sheets :]
    for copy in (pdf, word):
        assert (copy.sha256, copy.of_sha256) == (hashlib.sha256(copy.body).hexdigest(), frozen)
    words = _bare(certified_text(workflow.frozen_letter(notice), 20))
    assert _bare("".join(re.sub(r"\d+ / \d+|契印", "", page) for page in pages[: pdf.sheets])) == words
    assert _bare("".join(p.text for p in Document(io.BytesIO(word.body)).paragraphs)) == words
    assert notice.content.sha256 == frozen
    with clock.standing_at(NOON):
        sealing.seal_all()
        assert verify.verify().differences == ()
    client = Client()
    client.force_login(world.staff["aki"])
    with override_settings(KIYAKU_MODE="training"):
        marked = client.get(f"/admin/notices/certified/{notice.pk}/pdf/").content
        assert all("研修" in page.extract_text() for page in PdfReader(io.BytesIO(marked)).pages)
        assert "渡せません" in client.get(f"/admin/notices/certified/{notice.pk}/docx/", follow=True).content.decode()


def _bare(text: str) -> str:
    return re.sub(r"\s", "", full_width(text))


@pytest.mark.django_db
def test_the_letter_says_so_when_it_left_as_certified_and_when_it_did_not(world: World, quick: None) -> None:
    notice = _prepare(world, _letter(world))
    client = Client()
    client.force_login(world.staff["aki"])
    page = client.get(f"/admin/notices/notice/{notice.pk}/change/").content.decode()
    assert "通常の印刷分は封筒に入れず" in page
    assert "加算料金 770円" in page
    opened = client.get(f"/admin/notices/certified/{notice.pk}/pdf/")
    assert opened.content == bytes(notice.certified_copies.get(paper="pdf").body)
    assert client.get(f"/admin/notices/certified/{notice.pk}/docx/")["Content-Disposition"].startswith("attachment")
    world.do(
        "notices.mark_posted",
        notice,
        by="rin",
        at=NOON,
        posted_at=NOON,
        postage="registered",
        tracking_number="123-45-67890-3",
    )
    assert (
        "一般書留・内容証明として差し出しました"
        in client.get(f"/admin/notices/notice/{notice.pk}/change/").content.decode()
    )
    other = _prepare(world, _letter(world))
    world.do("notices.mark_posted", other, by="rin", at=NOON, posted_at=NOON, postage="ordinary")
    assert (
        "内容証明としての差出しではありません"
        in client.get(f"/admin/notices/notice/{other.pk}/change/").content.decode()
    )


@pytest.mark.django_db
def test_what_stands_in_the_way(world: World, quick: None) -> None:
    marked = _letter(world, facts="№3の貸与をしていること", demand="㈱との貸与をやめること")
    with pytest.raises(Refused, match="「№」（「№3の貸与をし」の中）：「番号」と書いてください") as refused:
        world.press("notices.prepare_certified", marked, by="hana", at=NOON)
    assert "「㈱」（「㈱との貸与をや」の中）：「株式会社」と書いてください" in refused.value.message
    assert not CertifiedOrder.objects.exists()
    by_mail = world.correction(world.curing_case(NOON))
    posted = world.correction(world.curing_case(NOON, ["post"]))
    contract = world.formed(NOON)
    world.do("licenses.hand_over", contract, by="hana", at=NOON, channels=["post"], **HAND_OVER)
    secret = Notice.objects.latest("pk")
    late = _letter(world)
    for notice, why, moment in (
        (by_mail, "郵送しません", NOON), (posted, "差出しを待つ通知ではありません", NOON), (secret, "写しを残せない値", NOON),
        (late, "発送予定日を過ぎています", at("2026-11-04T09:00")),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            world.press("notices.prepare_certified", notice, by="hana", at=moment)
    _prepare(world, late)
    with pytest.raises(Refused, match="すでにしてあります"):
        world.press("notices.prepare_certified", late, by="hana", at=NOON)


@pytest.mark.django_db
def test_latin_words_are_names_only_when_a_person_says_so(world: World) -> None:
    notice = _letter(world, facts="Midoriのkd07を貸与していること")
    assert workflow.asked_names(workflow.frozen_letter(notice)) == ["Midori", "kd07"]  # not the service's own name
    with pytest.raises(Refused, match="固有名詞と確かめていない英字があります。「kd07」"):
        world.press("notices.prepare_certified", notice, by="hana", at=NOON, names=["Midori"])
    notice = _prepare(world, notice, names=["Midori", "kd07"], layout="v20")
    assert {"Midori", "kd07"} <= set(notice.certified.names)
    page = PdfReader(io.BytesIO(notice.certified_copies.get(paper="pdf").body)).pages[0]
    assert page.mediabox.width > page.mediabox.height


@pytest.mark.django_db
def test_papers_that_cannot_be_made_are_told_and_may_be_ordered_anew(
    world: World, quick: None, monkeypatch: Any
) -> None:
    notice = _letter(world)
    monkeypatch.setattr("notices.certified.making.word_file", lambda letter: 1 / 0)
    notice = _prepare(world, notice)
    assert notice.certified.state == "failed"
    assert "作れませんでした" in notice.certified.failure
    assert not CertifiedCopy.objects.exists()
    monkeypatch.setattr("notices.certified.making.word_file", word_file)
    assert _prepare(world, notice).certified.state == "made"


# --- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", FORMS)
def test_each_character_stands_in_its_own_place(key: str) -> None:
    form = FORMS[key]
    of_sheets = sheets(layout(full_width(certified_text(a_letter(), form.per_line)), form), form)[:1]
    body = _one_copy(of_sheets, form, "是正通知書")
    page = [mark for mark in ink(body) if mark.text.strip()]
    assert len(page) == len(re.sub(r"\s", "", "".join(line.text for line in of_sheets[0])))
    places = {(round((mark.left + mark.right) / 2), round((mark.top + mark.bottom) / 2)) for mark in page}
    assert len(places) == len(page)  # no two in one place
    rows, columns = len({y for _, y in places}), len({x for x, _ in places})
    lines, length = (columns, rows) if form.vertical else (rows, columns)
    assert lines <= form.per_sheet
    assert length <= form.per_line


def test_the_file_for_the_electronic_service_keeps_its_limits() -> None:
    document = Document(io.BytesIO(word_file(a_letter())))
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    for margin in (section.top_margin, section.left_margin, section.right_margin):
        assert Cm(1.5) <= margin <= Cm(7)
    assert section.bottom_margin >= Cm(7)  # where the post office certifies
    assert document.styles["Normal"].font.size >= Pt(10.5)
    assert document.styles["Normal"].font.name == "ＭＳ 明朝"
    assert not document.inline_shapes
    assert document.paragraphs[0].text == "是正通知書"


def test_fees_by_sheet(db: None) -> None:
    day = NOON.date()
    assert [certified_fee(n, day) for n in (1, 2, 5)] == [480, 770, 1640]
    with pytest.raises(ValueError, match="at least one sheet"):
        certified_fee(0, day)
