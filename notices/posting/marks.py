"""What is laid over a printed copy: 再発行 where the letter was printed before, 研修 across every page in training.

The frozen letter is never touched: only the bytes that go to the printer carry the mark.
"""

from functools import cache
from io import BytesIO
from typing import Literal

from pikepdf import Page, Pdf, Rectangle
from weasyprint import HTML

from notices.rendering.pdf import NoFetcher

Mark = Literal["reprint", "training"]
_STYLE = """
@page { size: A4; margin: 0; }
body { margin: 0; color: #15181e; font-family: "IPAexGothic", "IPAexゴシック"; text-align: center; }
.reprint { position: absolute; left: 120mm; top: 31mm; width: 32mm; border: 0.5mm solid #15181e; font-size: 15pt; line-height: 9mm; }
.training { position: absolute; left: 0; width: 210mm; font-size: 88pt; line-height: 60mm; opacity: 0.22; transform: rotate(-24deg); }
.training small { display: block; font-size: 20pt; line-height: 10mm; }
"""
_BODY = {
    "reprint": '<div class="reprint">再発行</div>',
    "training": "".join(
        f'<div class="training" style="top: {top}mm">研修<small>研修用の見本です。書面として使えません</small></div>'
        for top in (20, 115, 205)
    ),
}


def marked(pdf: bytes, mark: Mark) -> bytes:
    """The same pages with the mark over each of them."""
    with Pdf.open(BytesIO(pdf)) as opened, Pdf.open(BytesIO(_stamp(mark))) as stamp:
        over = Page(stamp.pages[0])
        for page in opened.pages:
            Page(page).add_overlay(over, Rectangle(page.mediabox))
        written = BytesIO()
        opened.save(written, deterministic_id=True)
    return written.getvalue()


@cache
def _stamp(mark: Mark) -> bytes:
    """One transparent page with the mark; made once a process."""
    html = f'<html lang="ja"><head><style>{_STYLE}</style></head><body>{_BODY[mark]}</body></html>'
    return bytes(HTML(string=html, url_fetcher=NoFetcher()).write_pdf() or b"")
