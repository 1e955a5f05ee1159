"""An invented letter, and the ink of a PDF in millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTCurve, LTLine, LTPage, LTRect

from notices.rendering.content import Addressee, Letter, LetterContent, LetterItem, Sender

MM = 25.4 / 72

CONTENT = LetterContent(
    title="是正通知書",
    opening="時下ますますご清栄のこととお慶び申し上げます。平素は「アカツキID」をご利用いただき、厚く御礼申し上げます。",
    paragraphs=(
        "さて、貴社のご利用につき、下記1の事実を確認いたしました。つきましては、下記2の期限までに是正をお願いいたします。",
        "既に是正がお済みの場合は、行き違いをご容赦ください。",
    ),
    items=(
        LetterItem(label="違反事項", lines=("管理者用の認証情報（末尾 kd07）を、貴社外の3名が共用していたこと",)),
        LetterItem(label="是正期限", lines=("2026年12月9日（水）まで",)),
        LetterItem(label="是正の内容", lines=("（1）共用をやめること", "（2）変更日をお知らせいただくこと")),
    ),
    clauses=("23(1)",),
    communicated_on=date(2026, 12, 9),
)
ADDRESSEE = Addressee(
    postal_code="435-0099",
    address="静岡県浜松市中央区見本町一丁目2番3号　見本ビル4階",
    name="株式会社浜名湖デザイン工房",
    honorific="御中",
    contact="河合　由紀",
    department="代表取締役",
)
SENDER = Sender(
    company="株式会社アカツキ認証",
    postal_code="100-0000",
    address="東京都千代田区見本一丁目1番1号",
    department="契約管理部長",
    person="高橋　修一",
    phone="03-0000-0000",
    email="keiyaku@akatsuki.example",
    service="アカツキID",
)


def a_letter(
    *, number: str | None = "N-2026-000482", addressee: Any = None, sender: Any = None, **content: Any
) -> Letter:
    """The letter, with fields changed: `addressee` and `sender` are dicts, the rest belongs to the content."""
    return Letter(
        number=number,
        dated=date(2026, 11, 25),
        addressee=replace(ADDRESSEE, **(addressee or {})),
        sender=replace(SENDER, **(sender or {})),
        content=replace(CONTENT, **content),
    )


@dataclass(frozen=True)
class Ink:
    """One character (or a line, with no text) on a page: mm from the sheet's top left corner, size in points."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float
    points: float = 0.0
    font: str = ""


def ink(pdf: bytes) -> list[Ink]:
    """Every character and every ruled line of the PDF, in the order in which it is painted."""
    pages = enumerate(extract_pages(BytesIO(pdf)), start=1)
    return [mark for number, page in pages for mark in _marks(page, page, number)]


def text_of(marks: list[Ink]) -> str:
    return "".join(mark.text for mark in marks)


def _marks(node: Any, page: LTPage, number: int) -> Iterator[Ink]:
    if isinstance(node, LTChar):
        yield Ink(number, node.get_text(), *_box(node, page), node.size, node.fontname)
    elif isinstance(node, LTLine | LTRect | LTCurve):
        yield Ink(number, "", *_box(node, page))
    elif hasattr(node, "__iter__"):
        for child in node:
            yield from _marks(child, page, number)


def _box(node: Any, page: LTPage) -> tuple[float, float, float, float]:
    return node.x0 * MM, (page.height - node.y1) * MM, node.x1 * MM, (page.height - node.y0) * MM
